import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { lstat, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import { text } from "node:stream/consumers";
import { writeWhole } from "./write-whole.ts";

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "armature-write-test-"));
  try {
    await body(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

suite("a file that is written whole", () => {
  test("takes the place of the one before, and leaves nothing beside it", async () => {
    await inFolder(async (folder) => {
      const path = join(folder, "run.json");
      for (const content of ["one", "two"]) {
        await writeWhole(path, content);
        assert.equal(await readFile(path, "utf8"), content);
      }
      assert.deepEqual(await readdir(folder), ["run.json"]);
    });
  });

  test("is the one that a link leads to", async () => {
    await inFolder(async (folder) => {
      await writeFile(join(folder, "real.json"), "old");
      const link = join(folder, "link.json");
      await symlink("real.json", link);
      await writeWhole(link, "new");
      assert.equal(await readFile(join(folder, "real.json"), "utf8"), "new");
      assert.ok((await lstat(link)).isSymbolicLink());
    });
  });

  test("does not take the place of a pipe", { skip: process.platform === "win32" }, async () => {
    await inFolder(async (folder) => {
      const pipe = join(folder, "pipe");
      execFileSync("mkfifo", [pipe]);
      const reader = spawn("cat", [pipe], { stdio: ["ignore", "pipe", "inherit"] });
      try {
        const said = text(reader.stdout);
        await writeWhole(pipe, "hello");
        assert.ok((await lstat(pipe)).isFIFO(), "the pipe is there still");
        assert.equal(await said, "hello");
      } finally {
        reader.kill();
      }
    });
  });
});
