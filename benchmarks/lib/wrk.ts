import { spawn } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A request as a case describes it. */
export interface LoadRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text, or so many times the letter x. */
  readonly body?: string | number;
}

/** What is sent, and by how many clients. */
export interface Load {
  /** Sent in turn by each connection. */
  readonly requests: readonly LoadRequest[];
  readonly connections: number;
  /** Requests that a connection sends at once. */
  readonly depth: number;
  readonly seconds: number;
}

/** What wrk counted. */
export interface LoadReport {
  readonly requests: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers of a status of 400 and above. */
  readonly refused: number;
  /** Connects, reads and writes that failed, and requests without an answer in two seconds. */
  readonly socketErrors: number;
}

/** Runs wrk with one thread, on the cores that `prefix` (e.g. `taskset`) gives it. */
export async function runWrk(port: number, load: Load, prefix: readonly string[] = []): Promise<LoadReport> {
  const script = join(tmpdir(), `armature-bench-${process.pid}.lua`);
  writeFileSync(script, toLua(load.requests, load.depth));
  const url = `http://127.0.0.1:${port}${load.requests[0]?.path ?? "/"}`;
  const options = ["-t1", `-c${load.connections}`, `-d${load.seconds}s`, "--latency", "-s", script];
  const [command, ...args] = [...prefix, "wrk", ...options, url];
  const wrk = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  wrk.stdout.on("data", (chunk: Buffer) => void (output += String(chunk)));
  return await new Promise((resolve, reject) => {
    wrk.once("error", (cause) => reject(new Error("wrk could not be started; install it.", { cause })));
    wrk.once("close", () => {
      rmSync(script, { force: true });
      const report = parseWrk(output);
      if (report === null) reject(new Error(`wrk reported nothing:\n${output}`));
      else resolve(report);
    });
  });
}

/** What stands in the output of `wrk --latency`, or null where it is none. */
export function parseWrk(output: string): LoadReport | null {
  const [, requests, time] = /(\d+) requests in ([\d.]+(?:us|ms|s|m|h))/.exec(output) ?? [];
  if (requests === undefined || time === undefined) return null;
  const [, ...errors] =
    /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(output) ?? [];
  return {
    requests: Number(requests),
    seconds: toMs(time) / 1000,
    p50Ms: toMs(/^\s+50%\s+(\S+)/m.exec(output)?.[1] ?? ""),
    p99Ms: toMs(/^\s+99%\s+(\S+)/m.exec(output)?.[1] ?? ""),
    refused: Number(/Non-2xx or 3xx responses: (\d+)/.exec(output)?.[1] ?? 0),
    socketErrors: errors.reduce((sum, count) => sum + Number(count), 0),
  };
}

const UNIT_MS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

function toMs(text: string): number {
  const [, amount, unit = ""] = /^([\d.]+)(us|ms|s|m|h)$/.exec(text) ?? [];
  return Number(amount) * (UNIT_MS[unit] ?? Number.NaN);
}

/** A script that sends the requests in turn, each so many times at once. */
export function toLua(requests: readonly LoadRequest[], depth: number): string {
  const [only] = requests;
  if (requests.length === 1 && depth === 1 && only !== undefined) return toStaticLua(only);
  const lines = requests.map(
    (request, at) => `  requests[${at + 1}] = string.rep(${toFormatCall(request)}, ${depth})\n`,
  );
  return [
    "local requests = {}\nlocal at = 0\n",
    `init = function(args)\n${lines.join("")}end\n`,
    "request = function()\n  at = at % #requests + 1\n  return requests[at]\nend\n",
  ].join("");
}

/** wrk itself writes a request that never changes, and needs no Lua for each. */
function toStaticLua({ method = "GET", headers = {}, body }: LoadRequest): string {
  const fields = Object.entries(headers).map(
    ([name, value]) => `wrk.headers[${toLuaText(name)}] = ${toLuaText(value)}\n`,
  );
  const content = body === undefined ? "" : `wrk.body = ${toLuaBody(body)}\n`;
  return `wrk.method = ${toLuaText(method)}\n${fields.join("")}${content}`;
}

function toFormatCall({ method = "GET", path, headers = {}, body }: LoadRequest): string {
  const fields = Object.entries(headers).map(([name, value]) => `[${toLuaText(name)}] = ${toLuaText(value)}`);
  const content = body === undefined ? "nil" : toLuaBody(body);
  return `wrk.format(${toLuaText(method)}, ${toLuaText(path)}, {${fields.join(", ")}}, ${content})`;
}

function toLuaBody(body: string | number): string {
  return typeof body === "number" ? `string.rep("x", ${body})` : toLuaText(body);
}

/** JSON escapes what Lua escapes, as long as there are no control characters. */
function toLuaText(text: string): string {
  return JSON.stringify(text);
}
