import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, realpath, rm, stat, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { after, before, describe, test, type TestContext } from "node:test";
import * as fc from "fast-check";
import { findBelow, openBelow, openFile } from "./open-file.ts";

/**
 * base/
 *   outside.txt  other/secret.txt
 *   root/        what is served
 *   root-twin/   a folder whose name begins as the root's does
 */
let base = "";
let root = "";
before(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), "open-file-")));
  root = join(base, "root");
  for (const folder of ["other", "root/sub/deep", "root/.hidden", "root-twin"])
    await mkdir(join(base, folder), { recursive: true });
  for (const file of FILES) await writeFile(join(base, file), `content of ${file}`);
  for (const [path, target] of Object.entries(LINKS)) await symlink(target, join(base, path));
});
after(async () => await rm(base, { recursive: true }));

const FILES = [
  "outside.txt",
  "other/secret.txt",
  "root-twin/secret.txt",
  "root/a.txt",
  "root/sub/b.txt",
  "root/sub/deep/c.txt",
  "root/.env",
  "root/.hidden/d.txt",
  "root/sub/.e",
  "root/..f",
  "root/with space ü %2e.txt",
] as const;

const LINKS: Readonly<Record<string, string>> = {
  "root/to-a": "a.txt",
  "root/to-sub": "sub",
  "root/sub/up": "../a.txt",
  "root/through-outside": "../root/a.txt",
  "root/to-outside": "../outside.txt",
  "root/to-other": "../other",
  "root/to-twin": "../root-twin",
  "root/to-root": ".",
  "root/sub/to-outside": "../to-outside",
  "root/absolute": "/etc",
  "root/broken": "no-such-file",
  "root/loop": "loop",
  "link-to-root": "root",
};

async function below(path: string, dotfiles = false): Promise<string | null> {
  const found = await findBelow(root, path, dotfiles);
  await assertOpens(root, path, dotfiles);
  return found === null ? null : found.slice(base.length + 1).replaceAll(sep, "/");
}

/** Holds that what is opened below a folder is what is found there. */
async function assertOpens(folder: string, path: string, dotfiles: boolean): Promise<void> {
  const found = await findBelow(folder, path, dotfiles);
  const opened = await openBelow(folder, path, dotfiles);
  if (opened === null || opened === "folder") {
    const there = found === null ? null : await openFile(found);
    if (there !== null && there !== "folder") await there.handle.close();
    assert.equal(there, opened, path);
    return;
  }
  try {
    const { dev, ino } = await stat(found ?? assert.fail(`${path} was opened and is not there`), {
      bigint: true,
    });
    assert.deepEqual([opened.stats.dev, opened.stats.ino], [dev, ino], path);
  } finally {
    await opened.handle.close();
  }
}

describe("findBelow", () => {
  const FOUND: Readonly<Record<string, string>> = {
    "a.txt": "root/a.txt",
    "/a.txt": "root/a.txt",
    "//a.txt": "root/a.txt",
    "./a.txt": "root/a.txt",
    "sub/./b.txt": "root/sub/b.txt",
    "sub//deep/c.txt": "root/sub/deep/c.txt",
    sub: "root/sub",
    "": "root",
    ".": "root",
    "to-a": "root/a.txt",
    "to-sub/b.txt": "root/sub/b.txt",
    "sub/up": "root/a.txt",
    "through-outside": "root/a.txt",
    "to-root/to-root/a.txt": "root/a.txt",
    "with space ü %2e.txt": "root/with space ü %2e.txt",
  };
  for (const [path, expected] of Object.entries(FOUND))
    test(`finds ${JSON.stringify(path)}`, async () => {
      assert.equal(await below(path), expected);
      assert.equal(await below(path, true), expected);
    });

  const MISSED = [
    "none",
    "a.txt/b",
    "a.txt\0",
    "\0",
    "broken",
    "loop",
    "x".repeat(5000),
    `${"x/".repeat(3000)}x`,
    "..",
    "../outside.txt",
    "sub/../../outside.txt",
    "/../outside.txt",
    "../root-twin/secret.txt",
    "to-outside",
    "sub/to-outside",
    "to-other/secret.txt",
    "to-twin/secret.txt",
    "absolute/passwd",
    "/etc/passwd",
    "..\\outside.txt",
    "%2e%2e/outside.txt",
  ];
  for (const path of MISSED)
    test(`does not find ${JSON.stringify(path.slice(0, 40))}`, async () => {
      assert.equal(await below(path), null);
      assert.equal(await below(path, true), null);
    });

  const HIDDEN: Readonly<Record<string, string>> = {
    ".env": "root/.env",
    ".hidden/d.txt": "root/.hidden/d.txt",
    "sub/.e": "root/sub/.e",
    "to-sub/.e": "root/sub/.e",
    "..f": "root/..f",
    ".hidden": "root/.hidden",
    ".hidden/../a.txt": "root/a.txt",
    "sub/../a.txt": "root/a.txt",
  };
  for (const [path, expected] of Object.entries(HIDDEN))
    test(`finds ${path} only where dotfiles may be sent`, async () => {
      assert.equal(await below(path), null);
      assert.equal(await below(path, true), expected);
    });

  test("takes a root that is a link, is relative, or ends in a separator", async () => {
    const roots = [join(base, "link-to-root"), `${root}${sep}`, join(root, "sub", "..")];
    for (const one of roots) assert.equal(await findBelow(one, "a.txt", false), join(root, "a.txt"), one);
    for (const one of roots) assert.equal(await findBelow(one, "to-outside", false), null, one);
    for (const one of roots)
      for (const path of ["a.txt", "to-outside", "sub/b.txt"]) await assertOpens(one, path, false);
  });

  test("finds nothing below a root that is not there", async () => {
    assert.equal(await findBelow(join(base, "no-such-root"), "a.txt", false), null);
    assert.equal(await findBelow(join(root, "a.txt"), "a.txt", false), null);
  });

  test("takes the whole file system for a root", async () => {
    assert.equal(await findBelow(sep, join(root, "a.txt"), false), join(root, "a.txt"));
  });

  test("never leads outside of its root, whatever the path", async () => {
    const names = [
      "..",
      ".",
      "",
      "a.txt",
      "sub",
      "deep",
      "root",
      "root-twin",
      "other",
      "secret.txt",
      "outside.txt",
    ];
    const links = Object.keys(LINKS).map((path) => path.split("/").at(-1) ?? "");
    const segment = fc.oneof(
      fc.constantFrom(...names, ...links, "...", "..;", "%2e%2e", "etc", "passwd", ".hidden", "\0"),
      fc.string({ maxLength: 3 }),
    );
    const separator = fc.constantFrom("/", "/", "//", "\\", "/./");
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(segment, separator), { maxLength: 8 }),
        fc.boolean(),
        async (parts, dotfiles) => {
          const path = parts.flat().join("");
          const found = await findBelow(root, path, dotfiles);
          await assertOpens(root, path, dotfiles);
          if (found === null) return;
          assert.ok(found === root || found.startsWith(root + sep), `${path} leads to ${found}`);
          assert.equal(await realpath(found), found, "no link is left to follow");
          if (!dotfiles) assert.ok(!path.split(/[/\\]/).some((name) => /^\.(?!$)/.test(name)), path);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe("openBelow", () => {
  test("finds the files of another folder as soon as the root leads there", async (t: TestContext) => {
    if (process.platform === "win32") return t.skip("links need a privilege");
    const link = join(base, "switched");
    for (const [folder, content] of [
      ["root", "content of root/a.txt"],
      ["second", "second"],
      ["root", "content of root/a.txt"],
    ] as const) {
      await mkdir(join(base, folder), { recursive: true });
      await writeFile(join(base, folder, "a.txt"), content);
      await rm(link, { force: true });
      await symlink(folder, link);
      const file = await openBelow(link, "a.txt", false);
      assert.ok(file !== null && file !== "folder");
      assert.equal(await file.handle.readFile("utf8"), content);
      await file.handle.close();
    }
  });

  test("closes what lies outside", async (t: TestContext) => {
    if (process.platform !== "linux") return t.skip("no list of open files");
    const count = async (): Promise<number> => (await readdir("/proc/self/fd")).length;
    const earlier = await count();
    for (let i = 0; i < 20; i++) assert.equal(await openBelow(root, "to-outside", false), null);
    assert.ok((await count()) < earlier + 10);
  });
});

describe("openFile", () => {
  test("opens a file, with its size", async () => {
    const file = await openFile(join(root, "a.txt"));
    assert.ok(file !== null && file !== "folder");
    try {
      assert.equal(BigInt((await file.handle.readFile()).length), file.stats.size);
    } finally {
      await file.handle.close();
    }
  });

  test("tells a folder from what is not there", async () => {
    assert.equal(await openFile(root), "folder");
    for (const path of ["none", "a.txt/b", "broken", "loop", "x".repeat(300)])
      assert.equal(await openFile(join(root, path)), null, path.slice(0, 20));
  });

  test("takes neither pipes nor devices nor sockets for files, and does not wait for them", async (t: TestContext) => {
    if (process.platform === "win32") return t.skip("there are none");
    const pipe = join(base, "pipe");
    execFileSync("mkfifo", [pipe]);
    const socket = join(base, "socket");
    const server = createServer().listen(socket);
    await new Promise((resolve) => server.once("listening", resolve));
    try {
      for (const path of [pipe, socket, "/dev/null"]) assert.equal(await openFile(path), null, path);
    } finally {
      server.close();
    }
  });

  test("takes a file that may not be read for none", async (t: TestContext) => {
    if (process.platform === "win32" || process.getuid?.() === 0)
      return t.skip("whoever runs this may read all");
    const path = join(base, "locked");
    await writeFile(path, "");
    await chmod(path, 0);
    assert.equal(await openFile(path), null);
  });

  test("closes what it does not give", async (t: TestContext) => {
    if (process.platform !== "linux") return t.skip("no list of open files");
    const count = async (): Promise<number> => (await readdir("/proc/self/fd")).length;
    const earlier = await count();
    for (let i = 0; i < 20; i++) await openFile(root);
    assert.ok((await count()) < earlier + 10);
  });
});
