import { constants } from "node:buffer";
import { spawn } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { CliError } from "../cli-error.ts";
import { type Growth, heapGrowth, type HeapSnapshot } from "../profile/heap-growth.ts";
import { NATIVE_OPTIONS, type NativeProfile, NativeRecorder } from "../profile/native-frames.ts";
import type { Profile, Recording } from "../profile/recording.ts";
import { renderReport } from "../profile/report-page.ts";
import { SWITCH, TEXT, textOf, type CliIo, type Command, type CommandCall } from "./command.ts";

const DEFAULT_OUT = "profile.html";

/** Kinds of objects that are listed. */
const LISTED = 40;

/** Signals that come to this process alone, and are for the program: `kill`, and the end of a terminal. */
const PASSED_ON = ["SIGTERM", "SIGHUP"] as const;

/** `armature profile -- node app.js`: where the time and the memory of a program go, as one page. */
export const profile: Command = {
  usage: "[--out FILE] [--seconds N] [--snapshots] [--native] -- node FILE [ARGUMENT...]",
  summary: "runs a program and writes a page with flame graphs of its time and memory",
  flags: { out: TEXT, seconds: TEXT, snapshots: SWITCH, native: SWITCH },
  words: "some",
  async run(call) {
    const seconds = readSeconds(call);
    const folder = await mkdtemp(join(tmpdir(), "armature-profile-"));
    const recorder = startNative(call, folder);
    for (const signal of ["SIGINT", ...PASSED_ON] as const) process.on(signal, stay);
    try {
      const code = await runProgram(call, folder, { seconds, isNative: recorder !== null });
      const profiles = await readProfiles(folder);
      if (profiles.length === 0)
        throw new CliError(
          "E_CLI_PROFILE",
          `The program left no profile (exit code ${code}); it has to be one of Node, and to end by itself or by a signal.`,
        );
      const out = textOf(call, "out") ?? DEFAULT_OUT;
      const native = recorder === null ? null : await endNative(call, recorder);
      await writeFile(resolve(call.io.folder, out), renderReport(profiles, native));
      call.io.err(`${profiles.length} thread(s); the profile is in ${out}\n`);
      return 0;
    } finally {
      await recorder?.close();
      await rm(folder, { recursive: true, force: true });
      for (const signal of ["SIGINT", ...PASSED_ON] as const) process.off(signal, stay);
    }
  },
};

/** Seconds for the environment of the program, which ends itself after them; "" for as long as it takes. */
function readSeconds(call: CommandCall): string {
  const text = textOf(call, "seconds") ?? "";
  const seconds = Number(text);
  if (call.flags["snapshots"] === true && text === "")
    throw new CliError("E_CLI_USAGE", "--snapshots needs --seconds, to know the middle between its two.");
  if (text === "" || (seconds > 0 && seconds <= 86_400)) return text;
  throw new CliError("E_CLI_USAGE", `--seconds takes a number above 0 and up to 86400 (got "${text}").`);
}

/** `null` where native frames were not asked for, or where perf cannot record: that is said, and the rest of the profile is made. */
function startNative({ io, flags }: CommandCall, folder: string): NativeRecorder | null {
  if (flags["native"] !== true) return null;
  try {
    return new NativeRecorder(folder);
  } catch (error) {
    return sayLeftOut(io, error);
  }
}

async function endNative({ io }: CommandCall, recorder: NativeRecorder): Promise<NativeProfile | null> {
  try {
    return await recorder.end();
  } catch (error) {
    return sayLeftOut(io, error);
  }
}

function sayLeftOut(io: CliIo, error: unknown): null {
  if (!(error instanceof CliError)) throw error;
  io.err(`${error.code}: ${error.message}\n`);
  return null;
}

/** The terminal sends Ctrl-C to the program too; this process stays whatever comes, to write the page and to remove what it made. */
function stay(): void {}

/** Ends when the program does. */
async function runProgram(
  { io, flags, words: [command = "node", ...args] }: CommandCall,
  folder: string,
  { seconds, isNative }: { readonly seconds: string; readonly isNative: boolean },
): Promise<number | null> {
  const preload = pathToFileURL(join(import.meta.dirname, "../profile/preload.js")).href;
  const options = [process.env["NODE_OPTIONS"], `--import=${preload}`, isNative ? NATIVE_OPTIONS : ""];
  const child = spawn(command, args, {
    cwd: io.folder,
    stdio: ["inherit", "pipe", "pipe"],
    env: {
      ...process.env,
      NODE_OPTIONS: options.join(" ").trim(),
      ARMATURE_PROFILE: folder,
      ARMATURE_PROFILE_NATIVE: isNative ? "1" : "",
      ARMATURE_PROFILE_SECONDS: seconds,
      ARMATURE_PROFILE_SNAPSHOTS: flags["snapshots"] === true ? "1" : "",
    },
  });
  // Letters may lie in two chunks.
  child.stdout.setEncoding("utf8").on("data", (text: string) => io.out(text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => io.err(text));
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  for (const signal of PASSED_ON) process.on(signal, pass);
  const ended = new Promise<number | null>((resolved, reject) => {
    child.once("close", resolved);
    child.once("error", (cause) =>
      reject(new CliError("E_CLI_PROFILE", `"${command}" could not be started.`, { cause })),
    );
  });
  return await ended.finally(() => {
    for (const signal of PASSED_ON) process.off(signal, pass);
  });
}

async function readProfiles(folder: string): Promise<Profile[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".json"));
  return await Promise.all(
    files.map(async (file) => {
      const recording = JSON.parse(await readFile(join(folder, file), "utf8")) as Recording; // what preload.ts writes
      return { recording, growth: await readGrowth(join(folder, file.slice(0, -".json".length))) };
    }),
  );
}

/** `null` where a thread has not written its heap twice, or more of it than a text may have. */
async function readGrowth(name: string): Promise<readonly Growth[] | null> {
  const files = ["1", "2"].map((number) => `${name}-${number}.heapsnapshot`);
  if (!files.every(isReadable)) return null;
  const [before, after] = await Promise.all(
    files.map(async (file) => JSON.parse(await readFile(file, "utf8")) as HeapSnapshot), // of V8
  );
  return before === undefined || after === undefined ? null : heapGrowth(before, after, LISTED);
}

function isReadable(file: string): boolean {
  return existsSync(file) && statSync(file).size <= constants.MAX_STRING_LENGTH;
}
