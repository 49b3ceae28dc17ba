import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LoadCall, type LoadReport, type LoadRequest, PATIENCE_MS } from "./load.ts";

/** Runs wrk with one thread, on the cores that `prefix` (e.g. `taskset`) gives it. @throws Error where it says nothing of use */
export async function runWrk(
  { origin, load, signal }: LoadCall,
  prefix: readonly string[] = [],
): Promise<LoadReport> {
  const folder = await mkdtemp(join(tmpdir(), "armature-bench-"));
  try {
    const script = join(folder, "requests.lua");
    await writeFile(script, toLua(load.requests, load.depth));
    const options = [
      "-t1",
      `-c${load.connections}`,
      `-d${load.seconds}s`,
      `--timeout=${PATIENCE_MS / 1000}s`,
    ];
    const url = `${origin}${load.requests[0]?.path ?? "/"}`;
    const output = await outputOf([...prefix, "wrk", ...options, "--latency", "-s", script, url], signal);
    const report = parseWrk(output);
    if (report === null) throw new Error(`wrk reported nothing:\n${output}`);
    return report;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The version of the wrk on PATH, as "4.1.0"; `null` where there is none. */
export async function findWrk(): Promise<string | null> {
  const output = await outputOf(["wrk", "-v"]).catch(() => "");
  return /^wrk (?:debian\/)?(\S+)/.exec(output)?.[1] ?? null;
}

async function outputOf(words: readonly string[], signal?: AbortSignal): Promise<string> {
  const [command = "", ...args] = words;
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...(signal && { signal }) });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => void (output += String(chunk)));
  child.stderr.on("data", (chunk: Buffer) => void (output += String(chunk)));
  return await new Promise((resolve, reject) => {
    child.once("error", (cause) =>
      reject(
        signal?.aborted === true ? cause : new Error("wrk could not be started; install it.", { cause }),
      ),
    );
    child.once("close", () => resolve(output));
  });
}

/** What stands in the output of `wrk --latency`, or null where it is none. */
export function parseWrk(output: string): LoadReport | null {
  const [, requests, time, bytes = ""] =
    /(\d+) requests in ([\d.]+(?:us|ms|s|m|h)), ([\d.]+[KMGTP]?B) read/.exec(output) ?? [];
  if (requests === undefined || time === undefined) return null;
  const [, ...errors] =
    /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(output) ?? [];
  return {
    requests: Number(requests),
    seconds: toMs(time) / 1000,
    bytes: toBytes(bytes),
    p50Ms: toMs(/^\s+50%\s+(\S+)/m.exec(output)?.[1] ?? ""),
    p90Ms: toMs(/^\s+90%\s+(\S+)/m.exec(output)?.[1] ?? ""),
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

/** wrk counts in steps of 1024. */
function toBytes(text: string): number {
  const [, amount, unit = ""] = /^([\d.]+)([KMGTP]?)B$/.exec(text) ?? [];
  return Math.round(Number(amount) * 1024 ** " KMGTP".indexOf(unit || " "));
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
    ([name, value]) => `wrk.headers[${toLuaName(name)}] = ${toLuaText(value)}\n`,
  );
  const content = body === undefined ? "" : `wrk.body = ${toLuaBody(body)}\n`;
  return `wrk.method = ${toLuaText(method)}\n${fields.join("")}${content}`;
}

function toFormatCall({ method = "GET", path, headers = {}, body }: LoadRequest): string {
  const fields = Object.entries(headers).map(([name, value]) => `[${toLuaName(name)}] = ${toLuaText(value)}`);
  const content = body === undefined ? "nil" : toLuaBody(body);
  return `wrk.format(${toLuaText(method)}, ${toLuaText(path)}, {${fields.join(", ")}}, ${content})`;
}

/** wrk writes a field of its own where it does not find one of exactly this name, and two of them are refused. */
function toLuaName(name: string): string {
  return toLuaText(name.toLowerCase() === "host" ? "Host" : name);
}

function toLuaBody(body: string | number): string {
  return typeof body === "number" ? `string.rep("x", ${body})` : toLuaText(body);
}

/** A literal of Lua: bytes that are no printable ASCII by their numbers. */
function toLuaText(text: string): string {
  const parts = Array.from(Buffer.from(text), (byte) => {
    const letter = String.fromCharCode(byte);
    if (letter === '"' || letter === "\\") return `\\${letter}`;
    return byte < 0x20 || byte > 0x7e ? `\\${String(byte).padStart(3, "0")}` : letter;
  });
  return `"${parts.join("")}"`;
}
