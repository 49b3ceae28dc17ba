import { existsSync, readFileSync, statSync } from "node:fs";
import { METHODS } from "node:http";
import { dirname, resolve } from "node:path";
import { type Command, type CommandCall, SWITCH, TEXT, TEXTS, textOf, textsOf } from "../commands/command.ts";
import { CliError } from "../cli-error.ts";
import { GENERATORS, type GeneratorName } from "./find-generator.ts";
import type { RequestShape } from "./targets.ts";

/** The flags of `armature bench`, beside those of every command that looks at an application. */
export const BENCH_FLAGS: Command["flags"] = {
  app: TEXT,
  url: TEXT,
  port: TEXT,
  "start-seconds": TEXT,
  pid: TEXT,
  suite: TEXT,
  generator: TEXT,
  path: TEXTS,
  method: TEXT,
  header: TEXTS,
  body: TEXT,
  "allow-errors": SWITCH,
  rounds: TEXT,
  seconds: TEXT,
  "warm-up": TEXT,
  connections: TEXT,
  pipeline: TEXT,
  json: TEXT,
  svg: TEXT,
  html: TEXT,
  compare: TEXT,
  threshold: TEXT,
};

/** Over sockets, or in process. */
export type BenchSuite = "load" | "micro";

/** How long and how hard each target is loaded. */
export interface LoadPlan {
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly connections: number;
  readonly depth: number;
}

/** The files that a call asks for, by kind; paths are absolute. */
export type Outputs = Readonly<Record<"json" | "svg" | "html", string | null>>;

/** What `armature bench` was called with, as far as it stands in its flags. */
export interface BenchSettings {
  readonly suite: BenchSuite;
  readonly plan: LoadPlan;
  readonly shape: RequestShape;
  readonly paths: readonly string[];
  readonly url: URL | null;
  readonly port: number | null;
  /** How long a program may take until it listens, and an application in process until it has answered. */
  readonly startSeconds: number;
  readonly pid: number | null;
  readonly app: string | null;
  readonly generator: GeneratorName | null;
  readonly allowErrors: boolean;
  readonly outputs: Outputs;
  readonly compare: string | null;
  /** 0.1 is a tenth. */
  readonly threshold: number;
}

/** @throws CliError `E_CLI_USAGE` */
export function readSettings(call: CommandCall): BenchSettings {
  const url = readUrl(call);
  const settings: BenchSettings = {
    suite: readChoice(call, "suite", ["load", "micro"]) ?? "load",
    plan: readPlan(call),
    shape: readShape(call),
    paths: readPaths(call, url),
    url,
    port: readNumber(call, "port", { least: 1, most: 65_535 }),
    startSeconds: readNumber(call, "start-seconds", { least: 0.1, most: 3_600, part: true }) ?? 30,
    pid: readNumber(call, "pid", { least: 1, most: 2 ** 22 }),
    app: textOf(call, "app") ?? null,
    generator: readChoice(call, "generator", GENERATORS),
    allowErrors: call.flags["allow-errors"] === true,
    outputs: { json: readOutput(call, "json"), svg: readOutput(call, "svg"), html: readOutput(call, "html") },
    compare: textOf(call, "compare") ?? null,
    threshold: (readNumber(call, "threshold", { least: 0, most: 1_000, part: true }) ?? 10) / 100,
  };
  assertSource(call, settings);
  return settings;
}

/** A program, a running server, or an application in process: one of them. */
function assertSource({ words }: CommandCall, { suite, shape, url, pid, port, app }: BenchSettings): void {
  if (suite === "micro") {
    if (app === null) throw usage("--suite micro needs the application: --app FILE.");
    if (words.length > 0 || url !== null)
      throw usage("--suite micro starts nothing; give it neither a program nor --url.");
    return;
  }
  if (shape.method === "HEAD")
    throw usage(
      "Load generators wait for the body that an answer to HEAD does not have; ask in process, with --suite micro.",
    );
  if (words.length === 0 && url === null)
    throw usage(
      "Say what to load: a program, as in `armature bench -- node app.js`, or a running server with --url.",
    );
  if (words.length > 0 && url !== null) throw usage("Give either a program or --url.");
  if (words.length > 0 && pid !== null)
    throw usage("--pid belongs to --url; the process of a program is known.");
  if (url !== null && port !== null) throw usage("--port is for a program; a URL has its own.");
}

function readPlan(call: CommandCall): LoadPlan {
  const seconds = { least: 1, most: 3_600 };
  return {
    rounds: readNumber(call, "rounds", { least: 1, most: 100 }) ?? 5,
    seconds: readNumber(call, "seconds", seconds) ?? 5,
    warmUpSeconds: readNumber(call, "warm-up", { ...seconds, least: 0 }) ?? 2,
    connections: readNumber(call, "connections", { least: 1, most: 10_000 }) ?? 64,
    depth: readNumber(call, "pipeline", { least: 1, most: 1_000 }) ?? 1,
  };
}

function readShape(call: CommandCall): RequestShape {
  const body = readBody(call);
  const method = (textOf(call, "method") ?? (body === undefined ? "GET" : "POST")).toUpperCase();
  if (!METHODS.includes(method) || method === "CONNECT")
    throw usage(`--method takes a method of HTTP that servers answer, e.g. PUT (got "${method}").`);
  if (body !== undefined && ["GET", "HEAD"].includes(method))
    throw usage(`A request of ${method} has no body.`);
  const headers = Object.fromEntries(textsOf(call, "header").map(readHeader));
  return { method, headers, body };
}

/** A text, or "@FILE" for what a file has. */
function readBody(call: CommandCall): string | undefined {
  const text = textOf(call, "body");
  if (text?.startsWith("@") !== true) return text;
  try {
    return readFileSync(resolve(call.io.folder, text.slice(1)), "utf8");
  } catch (cause) {
    throw new CliError("E_CLI_FILE", `${text.slice(1)}, the body, cannot be read.`, { cause });
  }
}

function readHeader(text: string): [name: string, value: string] {
  const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e]*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw usage(`--header takes e.g. "accept: application/json" (got "${text}").`);
  return [name.toLowerCase(), value.trimEnd()];
}

/** The path of the URL counts, unless it is the root and others are named. */
function readPaths(call: CommandCall, url: URL | null): readonly string[] {
  const paths = textsOf(call, "path");
  const wrong = paths.find((path) => !/^\/[\x21-\x7e]*$/.test(path) || path.includes("#"));
  if (wrong !== undefined)
    throw usage(
      `--path takes a path that begins with "/", with escapes where it needs them (got "${wrong}").`,
    );
  const own = url === null ? "/" : `${url.pathname}${url.search}`;
  return own === "/" ? paths : [own, ...paths];
}

function readUrl(call: CommandCall): URL | null {
  const text = textOf(call, "url");
  if (text === undefined) return null;
  const url = URL.parse(text);
  if (url === null || !["http:", "https:"].includes(url.protocol) || url.username !== "" || url.hash !== "")
    throw usage(`--url takes e.g. http://127.0.0.1:3000/path (got "${text}").`);
  return url;
}

function readOutput(call: CommandCall, flag: keyof Outputs): string | null {
  const text = textOf(call, flag);
  if (text === undefined) return null;
  const path = resolve(call.io.folder, text);
  if (!existsSync(dirname(path))) throw usage(`--${flag}: there is no folder for ${text}; make it first.`);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
    throw usage(`--${flag} takes a file, and ${text} is a folder.`);
  return path;
}

function readChoice<T extends string>(call: CommandCall, flag: string, choices: readonly T[]): T | null {
  const text = textOf(call, flag);
  if (text === undefined) return null;
  const chosen = choices.find((choice) => choice === text);
  if (chosen === undefined) throw usage(`--${flag} is one of ${choices.join(", ")} (got "${text}").`);
  return chosen;
}

interface NumberRange {
  readonly least: number;
  readonly most: number;
  /** Whether it may have decimals. */
  readonly part?: boolean;
}

function readNumber(
  call: CommandCall,
  flag: string,
  { least, most, part = false }: NumberRange,
): number | null {
  const text = textOf(call, flag);
  if (text === undefined) return null;
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value >= least && value <= most && (part || Number.isInteger(value))) return value;
  throw usage(`--${flag} takes a ${part ? "" : "whole "}number from ${least} to ${most} (got "${text}").`);
}

function usage(message: string): CliError {
  return new CliError("E_CLI_USAGE", message);
}
