import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import {
  inFolder,
  isAlive,
  type Outcome,
  pidOf,
  readRun,
  SERVER,
  SHORT,
  untilGone,
} from "./bench.test.kit.ts";

const BIN = join(import.meta.dirname, "../bin.js");

/** Commands of these tests end within seconds, or never. */
const HUNG = { timeout: 120_000 };

suite("the program itself", () => {
  /** A folder of commands with Node alone, as PATH. */
  async function withoutWrk(folder: string): Promise<string> {
    const commands = join(folder, "commands");
    await mkdir(commands);
    await symlink(process.execPath, join(commands, "node"));
    return commands;
  }

  async function outcomeOf(child: ChildProcess): Promise<Outcome> {
    let out = "";
    let err = "";
    child.stdout?.on("data", (chunk: Buffer) => void (out += String(chunk)));
    child.stderr?.on("data", (chunk: Buffer) => void (err += String(chunk)));
    const [code] = (await once(child, "close")) as [number];
    return { code, out, err };
  }

  test("loads with autocannon where there is no wrk", async () => {
    await inFolder(async (folder) => {
      const env = { ...process.env, PATH: await withoutWrk(folder) };
      const args = [BIN, "bench", ...SHORT, "--json=run.json", "--", "node", "server.mjs"];
      const { code, err } = await outcomeOf(spawn(process.execPath, args, { cwd: folder, env }));
      assert.equal(code, 0, err);
      const { options, parts } = await readRun(join(folder, "run.json"));
      assert.match(String(options["generator"]), /^autocannon \d/);
      assert.ok((parts["load"]?.rows[0]?.figures["requests/s"]?.median ?? 0) > 0);
    });
  });

  test("says what to install where there is neither", async () => {
    await inFolder(async (folder) => {
      const hooks = `
        import { registerHooks } from "node:module";
        registerHooks({
          resolve(specifier, context, next) {
            if (specifier === "autocannon") throw Object.assign(new Error("none"), { code: "ERR_MODULE_NOT_FOUND" });
            return next(specifier, context);
          },
        });
      `;
      await writeFile(join(folder, "without.mjs"), hooks);
      const env = { ...process.env, PATH: await withoutWrk(folder) };
      const args = ["--import=./without.mjs", BIN, "bench", ...SHORT, "--", "node", "server.mjs"];
      const { code, err } = await outcomeOf(spawn(process.execPath, args, { cwd: folder, env }));
      assert.equal(code, 2, err);
      assert.match(
        err,
        /no load generator here; install wrk \(.*\), or autocannon \(npm install --save-dev autocannon\)/,
      );
      assert.ok(!existsSync(join(folder, "pid")), "the program was not even started");
    });
  });

  test("ends the measured program at Ctrl-C, and writes nothing", async () => {
    await inFolder(async (folder) => {
      const args = [
        BIN,
        "bench",
        "--seconds=600",
        "--connections=1",
        "--json=run.json",
        "--",
        "node",
        "server.mjs",
      ];
      const child = spawn(process.execPath, args, { cwd: folder });
      const ended = outcomeOf(child);
      let said = "";
      child.stderr.on("data", (chunk: Buffer) => void (said += String(chunk)));
      while (!said.includes("round 1")) await once(child.stderr, "data");
      const pid = await pidOf(folder);
      assert.ok(isAlive(pid));
      child.kill("SIGINT");
      const { code, out } = await ended;
      assert.deepEqual([code, out], [130, ""]);
      await untilGone(pid);
      assert.deepEqual((await readdir(folder)).toSorted(), ["pid", "server.mjs"]);
    });
  });

  test(
    "ends with the program that could not be started, however long it might have waited",
    HUNG,
    async ({ signal }) => {
      await inFolder(async (folder) => {
        const args = [BIN, "bench", ...SHORT, "--start-seconds=3600", "--", "nosuchprogram"];
        const { code, err } = await outcomeOf(spawn(process.execPath, args, { cwd: folder, signal }));
        assert.deepEqual([code, /"nosuchprogram" could not be started/.test(err)], [2, true]);
      });
    },
  );

  test(
    "ends where something that the program has left behind keeps its output open",
    HUNG,
    async ({ signal }) => {
      await inFolder(async (folder) => {
        const leaves = `
        import { spawn } from "node:child_process";
        const left = spawn(process.execPath, ["-e", "setTimeout(() => {}, 600_000)"], { detached: true, stdio: "inherit" });
        writeFileSync("left", String(left.pid));
      `;
        await writeFile(join(folder, "server.mjs"), SERVER + leaves);
        const args = [BIN, "bench", ...SHORT, "--", "node", "server.mjs"];
        try {
          const { code, err } = await outcomeOf(spawn(process.execPath, args, { cwd: folder, signal }));
          assert.equal(code, 0, err);
        } finally {
          process.kill(Number(await readFile(join(folder, "left"), "utf8")));
        }
      });
    },
  );

  test("ends the measured program in order where nobody reads what it says any more", async () => {
    await inFolder(async (folder) => {
      const args = [BIN, "bench", ...SHORT, "--path=/a", "--path=/b", "--", "node", "server.mjs"];
      const child = spawn(process.execPath, args, { cwd: folder });
      const ended = once(child, "close");
      await once(child.stderr, "data");
      child.stderr.destroy();
      child.stdout.destroy();
      assert.deepEqual(await ended, [0, null]);
      await untilGone(await pidOf(folder));
    });
  });
});

suite("bench called in a way that makes no sense", () => {
  const PROGRAM = ["--", "node", "server.mjs"];
  const CALLS: readonly (readonly [says: RegExp, ...args: string[]])[] = [
    [/Say what to load/],
    [/either a program or --url/, "--url=http://127.0.0.1:1/", ...PROGRAM],
    [/--pid belongs to --url/, "--pid=1", ...PROGRAM],
    [/--port is for a program/, "--port=1", "--url=http://127.0.0.1:1/"],
    [/--suite is one of load, micro \(got "http"\)/, "--suite=http", ...PROGRAM],
    [/--suite micro needs the application/, "--suite=micro"],
    [/--suite micro starts nothing/, "--suite=micro", "--app=a.js", ...PROGRAM],
    [/--url takes e\.g\./, "--url=ftp://127.0.0.1/"],
    [/--seconds takes a whole number from 1 to 3600 \(got "0\.5"\)/, "--seconds=0.5", ...PROGRAM],
    [/--rounds takes/, "--rounds=", ...PROGRAM],
    [/--connections takes/, "--connections=many", ...PROGRAM],
    [/--threshold takes a number from 0/, "--threshold=-1", ...PROGRAM],
    [/--path takes a path that begins with "\/"/, "--path=users", ...PROGRAM],
    [/--path takes/, "--path=/a b", ...PROGRAM],
    [/--header takes/, "--header=no colon", ...PROGRAM],
    [/--method takes/, "--method=get it", ...PROGRAM],
    [/wait for the body that an answer to HEAD does not have/, "--method=head", ...PROGRAM],
    [/A request of GET has no body/, "--method=get", "--body=x", ...PROGRAM],
    [/the body, cannot be read/, "--body=@nosuch", ...PROGRAM],
    [/--json: there is no folder/, "--json=no/such/run.json", ...PROGRAM],
    [/--json takes a file, and \. is a folder/, "--json=.", ...PROGRAM],
    [/--generator is one of wrk, autocannon/, "--generator=ab", ...PROGRAM],
  ];

  test("is told so, and starts nothing", async () => {
    await inFolder(async (folder, run) => {
      for (const [says, ...args] of CALLS) {
        const { code, err } = await run(...args);
        assert.equal(code, 2, args.join(" "));
        assert.match(err, says);
      }
      assert.ok(!existsSync(join(folder, "pid")));
    });
  });
});
