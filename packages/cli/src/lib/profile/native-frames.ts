import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Duplex } from "node:stream";
import { CliError } from "../cli-error.ts";
import type { FlameNode } from "./flame-tree.ts";
import { STARTED, WATCHED } from "./native-start.ts";
import { PerfTree } from "./perf-tree.ts";

/** Samples for each second of CPU time; not 1000, so that it is not in step with timers of a millisecond. */
const FREQUENCY = 999;
/** What perf may write: some minutes of one busy thread. */
const MOST_MEGABYTES = 64;
const POLL_MS = 20;

/** `cpu-clock` counts time and needs no hardware counters, which virtual machines often lack; `-N` keeps perf's cache of programs as it is. */
const RECORD = ["record", "--quiet", "-N", "-e", "cpu-clock", "-F", String(FREQUENCY), "-g"];
const FIELDS = "comm,pid,tid,period,ip,sym,dso";

/** Options of Node with which V8 names its compiled code for perf, and interpreted functions have frames of their own. */
export const NATIVE_OPTIONS = "--perf-basic-prof --interpreted-frames-native-stack";

/** What perf saw of a program and all that it started. */
export interface NativeProfile {
  readonly tree: FlameNode;
  readonly samples: number;
  /** perf stopped before the program did, because it had written all that it may. */
  readonly isCut: boolean;
}

/** Why perf cannot record on this machine, or `undefined` where it can: it tries. */
export function perfRefusal(folder: string): string | undefined {
  if (process.platform !== "linux") return `perf is there on Linux only (this is ${process.platform})`;
  const file = join(folder, "try.data");
  const { error, status, stderr } = spawnSync("perf", [...RECORD, "-o", file, "--", "true"], {
    encoding: "utf8",
  });
  if (error !== undefined)
    return `perf could not be started (${error.message}); on Debian: apt-get install linux-perf`;
  if (status === 0) return undefined;
  return `perf may not record (exit code ${status}${paranoia()}): ${firstLine(stderr)}`;
}

function paranoia(): string {
  try {
    const level = readFileSync("/proc/sys/kernel/perf_event_paranoid", "utf8").trim();
    return `, kernel.perf_event_paranoid is ${level}, and 2 or less allows it`;
  } catch {
    return "";
  }
}

function firstLine(text: string): string {
  return (
    text
      .split("\n")
      .find((line) => /\w/.test(line))
      ?.trim() ?? "it does not say why"
  );
}

/** Lets perf watch the first process of Node that a profiled program is, with all that it starts from then on. */
export class NativeRecorder {
  readonly #folder: string;
  readonly #data: string;
  readonly #timer: NodeJS.Timeout;
  #perf: ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();
  #said = "";

  /** @throws CliError E_CLI_PERF where perf cannot record on this machine */
  constructor(folder: string) {
    const refusal = perfRefusal(folder);
    if (refusal !== undefined) throw toError(refusal);
    this.#folder = folder;
    this.#data = join(folder, "perf.data");
    this.#timer = setInterval(() => this.#look(), POLL_MS);
  }

  /** Reads what perf saw, once the program has ended. */
  async end(): Promise<NativeProfile> {
    clearInterval(this.#timer);
    if (this.#perf === undefined) throw toError("no process of Node was there to be watched");
    this.#perf.kill("SIGINT");
    await this.#ended;
    if (!existsSync(this.#data)) throw toError(`perf could not watch the program: ${firstLine(this.#said)}`);
    const tree = new PerfTree();
    await readScript(this.#data, tree);
    const root = tree.root();
    if (tree.samples === 0) throw toError(`perf took no sample of the program: ${firstLine(this.#said)}`);
    const isCut = statSync(this.#data).size >= MOST_MEGABYTES * 1e6;
    return { tree: root, samples: tree.samples, isCut };
  }

  /** Stops what still runs, and removes the names that V8 wrote where perf looks for them, which is beside no folder of ours. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#perf?.kill("SIGINT");
    await this.#ended;
    await Promise.all(pidsIn(this.#folder).map((pid) => rm(`/tmp/perf-${pid}.map`, { force: true })));
  }

  #look(): void {
    const [pid] = pidsIn(this.#folder);
    if (pid === undefined) return;
    clearInterval(this.#timer);
    this.#watch(pid);
  }

  /** Ctrl-C is for the program: perf has a process group of its own, and ends with what it watches. */
  #watch(pid: string): void {
    const bound = ["--delay=-1", "--control=fd:3,4", `--max-size=${MOST_MEGABYTES}M`];
    const perf = spawn("perf", [...RECORD, ...bound, "-o", this.#data, "-p", pid], {
      detached: true,
      stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"],
    });
    this.#perf = perf;
    const goOn = (): void => writeFileSync(join(this.#folder, WATCHED), "");
    this.#ended = new Promise<void>((resolve) => {
      perf.once("close", () => resolve());
      perf.once("error", () => resolve());
    }).then(goOn);
    perf.stderr?.on("data", (chunk: Buffer) => (this.#said += String(chunk)));
    const [control, answers] = [perf.stdio[3] as Duplex, perf.stdio[4] as Duplex]; // pipes of `stdio` above
    // perf ends when it will; that nobody reads the command then is known from its end.
    control.on("error", () => {});
    control.write("enable\n");
    answers.once("data", goOn);
  }
}

/** Main threads write a file by their number when they start. */
function pidsIn(folder: string): string[] {
  return readdirSync(folder).flatMap((file) =>
    file.startsWith(STARTED) ? [file.slice(STARTED.length)] : [],
  );
}

function toError(why: string): CliError {
  return new CliError("E_CLI_PERF", `Native frames are left out: ${why}.`);
}

/** Names of inlined functions and of files elsewhere are not looked for: both take minutes. */
async function readScript(data: string, tree: PerfTree): Promise<void> {
  const perf = spawn("perf", ["script", "-i", data, "--no-inline", "-F", FIELDS], {
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, DEBUGINFOD_URLS: "" },
  });
  for await (const line of createInterface({ input: perf.stdout, crlfDelay: Infinity })) tree.line(line);
}
