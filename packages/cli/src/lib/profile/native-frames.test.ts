import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { runCli } from "../run-cli.ts";
import { perfRefusal } from "./native-frames.ts";

/** Spends CPU time in a function of its own; what it allocates is V8's work. */
function spin(name: string): string {
  return `
    globalThis.kept = [];
    function ${name}() {
      const start = process.cpuUsage().user;
      while (process.cpuUsage().user - start < 400_000) globalThis.kept = Array.from({ length: 1000 }, (_n, at) => ({ at }));
    }
    ${name}();
    console.log(process.pid);
  `;
}

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "armature-native-test-"));
  try {
    await body(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Runs `app.mjs` of the folder, and reads the page. */
async function profile(folder: string): Promise<{ out: string; err: string; page: string }> {
  let out = "";
  let err = "";
  const io = {
    folder,
    out: (text: string) => void (out += text),
    err: (text: string) => void (err += text),
  };
  const code = await runCli(["profile", "--native", "--", process.execPath, "app.mjs"], io);
  assert.equal(code, 0, err);
  return { out, err, page: await readFile(join(folder, "profile.html"), "utf8") };
}

/** Skips where perf cannot record: containers and CI often forbid it. */
async function skipsWithoutPerf(context: TestContext): Promise<boolean> {
  let refusal: string | undefined;
  await inFolder((folder) => Promise.resolve(void (refusal = perfRefusal(folder))));
  if (refusal !== undefined) context.skip(refusal);
  return refusal !== undefined;
}

function nativeData(page: string): string {
  return /data-for="native">(.*)<\/script>/.exec(page)?.[1] ?? "";
}

/** Has commands be looked for in this folder alone. */
async function withPath(folder: string, body: () => Promise<void>): Promise<void> {
  const path = process.env["PATH"];
  process.env["PATH"] = folder;
  try {
    await body();
  } finally {
    process.env["PATH"] = path;
  }
}

suite("native frames", () => {
  test("stand on the page, with those of worker threads and processes that the program starts", async (context) => {
    if (await skipsWithoutPerf(context)) return;
    await inFolder(async (folder) => {
      const main = `
        import { execFileSync } from "node:child_process";
        import { once } from "node:events";
        import { Worker } from "node:worker_threads";
        ${spin("spinHere")}
        await once(new Worker(new URL("thread.mjs", import.meta.url)), "exit");
        console.log(String(execFileSync(process.execPath, ["child.mjs"])).trim());
      `;
      await writeFile(join(folder, "app.mjs"), main);
      await writeFile(join(folder, "thread.mjs"), spin("spinThere"));
      await writeFile(join(folder, "child.mjs"), spin("spinBelow"));
      const { out, err, page } = await profile(folder);
      assert.ok(!err.includes("E_CLI_PERF"), err);
      const data = nativeData(page);
      assert.match(data, /"spinHere","[^"]*app\.mjs:\d+"/);
      assert.match(data, /"spinThere","[^"]*thread\.mjs:\d+"/);
      assert.match(data, /"spinBelow","[^"]*child\.mjs:\d+"/);
      assert.match(data, /"v8::internal::[^"]*","\[V8\]"/);
      const left = (await readdir(folder)).filter((file) => !file.endsWith(".mjs"));
      assert.deepEqual(left, ["profile.html"]);
      const pids = [...new Set(out.match(/\d+/g))];
      assert.equal(pids.length, 2, out);
      for (const pid of pids) assert.ok(!existsSync(`/tmp/perf-${pid}.map`), `names of process ${pid}`);
    });
  });

  test("are left out with one line where there is no perf, and the rest of the profile is made", async () => {
    await inFolder(async (folder) => {
      await writeFile(join(folder, "app.mjs"), spin("spinHere"));
      await withPath(folder, async () => {
        const { err, page } = await profile(folder);
        assert.match(err, /^E_CLI_PERF: Native frames are left out: perf .*\n1 thread\(s\)/);
        assert.deepEqual([nativeData(page), page.includes("spinHere")], ["", true]);
      });
    });
  });

  test("are left out with what a command says that may not record", async (context) => {
    if (process.platform !== "linux") return context.skip("perf is asked on Linux only");
    await inFolder(async (folder) => {
      const command = join(folder, "perf");
      await writeFile(command, '#!/bin/sh\necho >&2\necho "Access is limited." >&2\nexit 255\n');
      await chmod(command, 0o755);
      await withPath(folder, async () => {
        assert.match(
          perfRefusal(folder) ?? "",
          /^perf may not record \(exit code 255.*\): Access is limited\.$/,
        );
      });
    });
  });
});
