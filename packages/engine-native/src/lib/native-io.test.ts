import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { afterEach, describe, test } from "node:test";
import { nativeEngineFault } from "./load-binding.ts";
import { type NativeIo, resolveIo } from "./native-io.ts";

const possible = (): null => null;
const forbidden = (): string => "io_uring cannot be used: it is forbidden here.";

describe("the choice between epoll and io_uring", () => {
  const before = process.env["ARMATURE_NATIVE_IO"];

  afterEach(() => {
    if (before === undefined) delete process.env["ARMATURE_NATIVE_IO"];
    else process.env["ARMATURE_NATIVE_IO"] = before;
  });

  test("is epoll, unless an option or the environment says something else", () => {
    delete process.env["ARMATURE_NATIVE_IO"];
    assert.equal(resolveIo(undefined, possible), "epoll");
    assert.equal(resolveIo("io_uring", possible), "io_uring");
    process.env["ARMATURE_NATIVE_IO"] = "io_uring";
    assert.equal(resolveIo(undefined, possible), "io_uring");
    assert.equal(resolveIo("epoll", possible), "epoll");
  });

  test("is epoll where the kernel has no io_uring, or forbids it", () => {
    assert.equal(resolveIo("io_uring", forbidden), "epoll");
    process.env["ARMATURE_NATIVE_IO"] = "io_uring";
    assert.equal(resolveIo(undefined, forbidden), "epoll");
  });

  test("is refused where it is neither", () => {
    const other = "kqueue" as NativeIo;
    assert.throws(() => resolveIo(other, possible), { code: "E_OPTION_INVALID", message: /"kqueue"/ });
    process.env["ARMATURE_NATIVE_IO"] = "iouring";
    assert.throws(() => resolveIo(undefined, possible), {
      code: "E_OPTION_INVALID",
      message: /ARMATURE_NATIVE_IO/,
    });
  });

  test(
    "serves by epoll in a process that may not make a ring",
    { skip: nativeEngineFault() ?? false },
    () => {
      const program = `
      import { createNativeEngine, ioUringFault } from ${JSON.stringify(new URL("../index.js", import.meta.url).href)};
      import { openSync } from "node:fs";
      const engine = createNativeEngine({ io: "epoll" });
      try { for (;;) openSync("/dev/null"); } catch {}
      console.log(engine.name, ioUringFault());
    `;
      const limited = [
        "-c",
        'ulimit -n 64; exec "$0" --input-type=module -e "$1"',
        process.execPath,
        program,
      ];
      const { stdout, stderr } = spawnSync("sh", limited, { encoding: "utf8" });
      assert.match(stdout, /^native io_uring cannot be used: the process has no descriptors left/, stderr);
    },
  );
});
