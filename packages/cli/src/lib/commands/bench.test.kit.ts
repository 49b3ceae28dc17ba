/** A folder with a small server, and what the tests of `armature bench` do with it. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Results } from "../bench/results.ts";
import { runCli } from "../run-cli.ts";

/** As short as it gets: what is measured is of no interest here. */
export const SHORT: readonly string[] = ["--seconds=1", "--warm-up=0", "--rounds=1", "--connections=2"];

/** Listens on PORT, answers /missing with 404, and leaves its process id. */
export const SERVER: string = `
  import { writeFileSync } from "node:fs";
  import { createServer } from "node:http";
  writeFileSync("pid", String(process.pid));
  createServer((request, response) => {
    response.statusCode = request.url === "/missing" ? 404 : 200;
    response.end(request.method + " " + request.url + " " + request.headers["x-word"] + " " + process.env.NODE_ENV);
  }).listen(process.env.PORT, "127.0.0.1", () => console.log("ready"));
`;

/** What a command printed, and its exit code. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `armature bench` in the folder. */
export type Run = (...args: readonly string[]) => Promise<Outcome>;

/** Runs a body in a folder of its own that has server.mjs. */
export async function inFolder(body: (folder: string, run: Run) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "armature-bench-test-"));
  try {
    await writeFile(join(folder, "server.mjs"), SERVER);
    await body(folder, async (...args) => await runIn(folder, args));
  } finally {
    await rm(folder, { recursive: true });
  }
}

export async function runIn(folder: string, args: readonly string[], isTerminal = false): Promise<Outcome> {
  let out = "";
  let err = "";
  const code = await runCli(["bench", ...args], {
    folder,
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    isTerminal,
  });
  return { code, out, err };
}

export async function readRun(file: string): Promise<Results> {
  return JSON.parse(await readFile(file, "utf8")) as Results; // what the command wrote
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits for a process that is ending; somebody else has to see that it has. */
export async function untilGone(pid: number): Promise<void> {
  for (let look = 0; isAlive(pid); look++) {
    assert.ok(look < 400, `process ${pid} is there still`);
    await delay(25);
  }
}

/** The process of the server, which ends behind the command where it was not waited for. */
export async function pidOf(folder: string): Promise<number> {
  return Number(await readFile(join(folder, "pid"), "utf8"));
}
