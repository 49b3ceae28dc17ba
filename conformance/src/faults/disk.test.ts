import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { ServerProcess, type ServerOptions } from "./server-process.ts";

const MEGABYTES = 4;
const BODY = Buffer.alloc(MEGABYTES * 1024 * 1024, "a");

const skip = process.platform === "linux" ? false : "Linux alone has these";

/** Uploads until the disk is full, then something that needs none. */
async function assertSurvives(options: ServerOptions): Promise<void> {
  await using server = await ServerProcess.start(options);
  const before = await server.usage();
  for (let round = 0; round < 3; round++) {
    const answer = await fetch(`${server.url}/upload`, { method: "POST", body: BODY });
    assert.equal(answer.status, 500);
    const problem = (await answer.json()) as Record<string, unknown>;
    assert.equal(problem["code"], "E_INTERNAL");
    assert.doesNotMatch(JSON.stringify(problem), /ENOSPC|EFBIG|\/dev|\/tmp|disk|space/i);
  }
  assert.equal(await (await fetch(server.url)).text(), "hello");
  const { errors, stats } = await server.counters();
  const { descriptors } = await server.usage();
  assert.equal(errors.length, 3, "the log has each of them");
  for (const error of errors) assert.match(error, /ENOSPC|EFBIG/);
  assert.ok(descriptors <= before.descriptors + stats.connections, "no file stays open");
  assert.equal(stats.inFlight, 0);
}

describe("a disk that is full while a client uploads", { timeout: 60_000 }, () => {
  test("from the first byte", { skip }, () => assertSurvives({ env: { UPLOAD: "/dev/full" } }));

  test("in the middle, where a file becomes too large", { skip }, async () => {
    const folder = mkdtempSync(join(tmpdir(), "armature-disk-"));
    try {
      // Without the trap the signal ends the process; what is ignored stays ignored.
      const shell = "trap '' XFSZ; ulimit -f 1000";
      await assertSurvives({ env: { UPLOAD: join(folder, "upload") }, shell });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("in the middle, where a file system has no room", { skip }, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "armature-disk-"));
    try {
      if (!mount(folder)) return t.skip("only root can mount a small file system");
      await assertSurvives({ env: { UPLOAD: join(folder, "upload") } });
    } finally {
      unmount(folder);
      rmSync(folder, { recursive: true });
    }
  });
});

function mount(folder: string): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function unmount(folder: string): void {
  if (!existsSync(folder)) return;
  try {
    execFileSync("umount", [folder], { stdio: "ignore" });
  } catch {
    // It was not mounted.
  }
}
