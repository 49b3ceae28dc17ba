import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import { runCli } from "../run-cli.ts";

/** Spends CPU time, so that samples of it are taken on the slowest machine too, and allocates what is thrown away. */
const SPIN = `
  globalThis.kept = [];
  function spinHere() {
    while (process.cpuUsage().user < 600_000) globalThis.kept = Array.from({ length: 1000 }, (_n, at) => ({ at }));
  }
  spinHere();
`;

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function inFolder(
  body: (folder: string, run: (...args: readonly string[]) => Promise<Outcome>) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "armature-profile-test-"));
  try {
    await body(folder, async (...args) => {
      let out = "";
      let err = "";
      const code = await runCli(["profile", ...args], {
        folder,
        out: (text) => void (out += text),
        err: (text) => void (err += text),
      });
      return { code, out, err };
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

suite("profile", () => {
  test("writes a page with time, allocation and what the program printed", async () => {
    await inFolder(async (folder, run) => {
      await writeFile(join(folder, "app.mjs"), `${SPIN} console.log("done", process.argv.slice(2).join());`);
      const { code, out, err } = await run("--out", "p.html", "--", "node", "app.mjs", "--port=1");
      assert.equal(code, 0, err);
      assert.equal(out, "done --port=1\n");
      const page = await readFile(join(folder, "p.html"), "utf8");
      assert.match(page, /app\.mjs --port=1<\/h1>/);
      assert.match(page, /id="cpu-0"[\s\S]*spinHere[\s\S]*id="heap-0"/);
      assert.match(page, /<td>spinHere<\/td><td>[^<]*app\.mjs:3<\/td>/);
      assert.ok(!/(?:src|href)="http/.test(page), "it opens without a network");
    });
  });

  test("ends a server that nothing else ends", async () => {
    await inFolder(async (folder, run) => {
      await writeFile(join(folder, "server.mjs"), "setInterval(() => {}, 1000);");
      const { code, err } = await run("--seconds", "0.2", "--", "node", "server.mjs");
      assert.equal(code, 0, err);
      assert.match(await readFile(join(folder, "profile.html"), "utf8"), /server\.mjs<\/h1>/);
    });
  });

  test("keeps the profile of a process that a signal ends, and markup out of the page", async () => {
    await inFolder(async (folder, run) => {
      const name = "</script><b>";
      const program = `${SPIN} setInterval(() => {}, 1000); process.kill(process.pid, "SIGTERM");`
        .replace("function spinHere()", `const o = { "${name}"()`)
        .replace("spinHere();", `}; o["${name}"]();`);
      await writeFile(join(folder, "app.mjs"), program);
      const { code, err } = await run("--", "node", "app.mjs", "<b>");
      assert.equal(code, 0, err);
      const page = await readFile(join(folder, "profile.html"), "utf8");
      assert.ok(!page.includes("<b>"));
      assert.match(page, /&lt;\/script&gt;&lt;b&gt;/);
    });
  });

  test("has the worker threads of the program too, also of one that the process does not wait for", async () => {
    await inFolder(async (folder, run) => {
      await writeFile(join(folder, "spin.mjs"), SPIN.replaceAll("spinHere", "spinThere"));
      const waiting =
        'import { parentPort } from "node:worker_threads"; parentPort.on("message", () => {}); parentPort.postMessage(1);';
      await writeFile(join(folder, "wait.mjs"), waiting);
      const main = `
        import { once } from "node:events";
        import { Worker } from "node:worker_threads";
        await once(new Worker(new URL("spin.mjs", import.meta.url)), "exit");
        await once(new Worker(new URL("wait.mjs", import.meta.url)), "message");
        process.exit(0);
      `;
      await writeFile(join(folder, "app.mjs"), main);
      const { code, err } = await run("--", "node", "app.mjs");
      assert.equal(code, 0, err);
      assert.match(err, /3 thread\(s\)/);
      const page = await readFile(join(folder, "profile.html"), "utf8");
      assert.match(page, /\(worker thread 1\)<\/h1>[\s\S]*spinThere/);
      assert.match(page, /\(worker thread 2\)<\/h1>/);
    });
  });

  test("lists what the heap has gained between two snapshots", async () => {
    await inFolder(async (folder, run) => {
      const program = `
        class Forgotten { constructor() { this.bytes = [1, 2, 3]; } }
        const kept = [];
        setInterval(() => { for (let at = 0; at < 100; at++) kept.push(new Forgotten()); }, 1);
      `;
      await writeFile(join(folder, "app.mjs"), program);
      const { code, err } = await run("--snapshots", "--seconds", "1", "--", "node", "app.mjs");
      assert.equal(code, 0, err);
      const page = await readFile(join(folder, "profile.html"), "utf8");
      assert.match(page, /<td>Forgotten<\/td><td>object<\/td><td>\d+<\/td><td>[1-9]\d+<\/td>/);
      assert.match((await run("--snapshots", "--", "node", "app.mjs")).err, /--snapshots needs --seconds/);
    });
  });

  test("hands a signal that comes to it alone on to the program, and writes the page", async () => {
    await inFolder(async (folder) => {
      const program =
        'console.log("ready", process.pid, process.env.ARMATURE_PROFILE); setInterval(() => {}, 1000);';
      await writeFile(join(folder, "server.mjs"), program);
      const bin = join(import.meta.dirname, "../bin.js");
      const child = spawn(process.execPath, [bin, "profile", "--", "node", "server.mjs"], { cwd: folder });
      const ended = once(child, "close");
      const [said] = (await once(child.stdout, "data")) as [Buffer];
      const [, pid = "", records = ""] = /ready (\d+) (\S+)/.exec(String(said)) ?? [];
      child.kill("SIGTERM");
      assert.deepEqual(await ended, [0, null]);
      assert.match(await readFile(join(folder, "profile.html"), "utf8"), /server\.mjs<\/h1>/);
      assert.throws(() => process.kill(Number(pid), 0), { code: "ESRCH" });
      await assert.rejects(access(records), { code: "ENOENT" });
    });
  });

  test("says what it cannot do", async () => {
    await inFolder(async (folder, run) => {
      const missing = await run("--", "nosuchprogram");
      assert.deepEqual([missing.code, /"nosuchprogram" could not be started/.test(missing.err)], [2, true]);
      const foreign = await run("--", "true");
      assert.deepEqual([foreign.code, /left no profile \(exit code 0\)/.test(foreign.err)], [2, true]);
      assert.match((await run("--seconds", "soon", "--", "node")).err, /--seconds takes a number/);
      assert.match((await run()).err, /takes some word\(s\)[\s\S]*usage: armature profile/);
      await assert.rejects(access(join(folder, "profile.html")));
    });
  });
});
