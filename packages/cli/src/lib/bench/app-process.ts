import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { CliError } from "../cli-error.ts";
import { LastLines } from "./last-lines.ts";
import { findOrigin, freePort } from "./ports.ts";

const STOP_MS = 5_000;
/** What is left to those that a program started, once it has ended itself. */
const REST_MS = 1_000;
const LOOK_MS = 25;
const FLUSH_MS = 200;

/** A program, and the port that it listens on. */
export interface AppCommand {
  readonly words: readonly string[];
  readonly folder: string;
  /** Handed to it as PORT; `null` chooses a free one. */
  readonly port: number | null;
  /** How long it may take until it listens. */
  readonly startSeconds: number;
  readonly signal: AbortSignal;
}

/** A user's application in a process of its own; what it starts ends with it. */
export class AppProcess {
  readonly #child: ChildProcess;
  readonly #output: LastLines;
  readonly #ended: Promise<string>;
  #origin = "";

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#output = new LastLines(child);
    this.#ended = this.#untilEnd();
  }

  /** @throws CliError `E_CLI_BENCH_APP` where it cannot be started, ends, or does not listen in time */
  static async start({ words, folder, port: wanted, startSeconds, signal }: AppCommand): Promise<AppProcess> {
    const port = wanted ?? (await freePort());
    if ((await findOrigin(port)) !== null)
      throw failed(`Something listens on port ${port} already; end it, or name another --port.`);
    signal.throwIfAborted();
    const [command = "", ...args] = words;
    const child = spawn(command, args, {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...environment(), PORT: String(port) },
      detached: process.platform !== "win32", // a group of its own, which is ended as a whole
    });
    const app = new AppProcess(child);
    const over = new AbortController();
    try {
      const ends = AbortSignal.any([signal, over.signal]);
      app.#origin = await app.guard(app.#untilOpen(port, startSeconds, ends));
      return app;
    } catch (error) {
      await app.stop();
      throw error;
    } finally {
      over.abort(); // a program that has ended is not looked for any more
    }
  }

  /** Where it is reached, e.g. "http://127.0.0.1:3000". */
  get origin(): string {
    return this.#origin;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The outcome of some work, unless the program ends first. @throws CliError `E_CLI_BENCH_APP` where it ends */
  async guard<T>(work: Promise<T>): Promise<T> {
    work.catch(() => {}); // it may fail behind the end
    return await Promise.race([work, this.#ended.then((how) => Promise.reject(failed(how)))]);
  }

  /** Ends the program and all that it started, by force where they do not end in five seconds. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child.pid === undefined) return;
    if (isRunning(child)) {
      const ended = once(child, "exit");
      this.#send("SIGTERM");
      await Promise.race([ended, delay(STOP_MS, undefined, { ref: false })]);
      if (isRunning(child)) this.#send("SIGKILL");
      await ended;
    }
    for (let waited = 0; waited < REST_MS && this.#send(0); waited += LOOK_MS) await delay(LOOK_MS);
    this.#send("SIGKILL");
    // What has left the group keeps these open, and would keep this process.
    child.stdout?.destroy();
    child.stderr?.destroy();
  }

  /** Whether the program is there, or anything of what it started, to take the signal. */
  #send(signal: NodeJS.Signals | 0): boolean {
    const { pid } = this.#child;
    if (pid === undefined) return false;
    if (process.platform === "win32") return this.#child.kill(signal);
    try {
      return process.kill(-pid, signal);
    } catch {
      return false;
    }
  }

  async #untilOpen(port: number, seconds: number, signal: AbortSignal): Promise<string> {
    const end = performance.now() + seconds * 1000;
    for (;;) {
      const origin = await findOrigin(port);
      if (origin !== null) return origin;
      await delay(LOOK_MS, undefined, { signal });
      if (performance.now() > end)
        throw failed(
          `The program does not listen on port ${port} (PORT) after ${seconds} s; let it read PORT, or name its own with --port. ${this.#output.tell()}`,
        );
    }
  }

  /** How it ended, with what it said last. */
  async #untilEnd(): Promise<string> {
    const child = this.#child;
    return await new Promise((resolve) => {
      child.once("error", ({ message }) =>
        resolve(`"${child.spawnfile}" could not be started (${message}).`),
      );
      child.once("exit", () => {
        const tell = (): void => resolve(`The program ended (${howEnded(child)}). ${this.#output.tell()}`);
        child.once("close", tell);
        setTimeout(tell, FLUSH_MS).unref(); // where a process that it started keeps its output open
      });
    });
  }
}

/** What measured programs find in their environment: they run as in production, unless the caller says otherwise. */
export function environment(): NodeJS.ProcessEnv {
  return { NODE_ENV: "production", ...process.env };
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

function howEnded({ exitCode, signalCode }: ChildProcess): string {
  return signalCode === null ? `exit code ${exitCode}` : `signal ${signalCode}`;
}

function failed(message: string): CliError {
  return new CliError("E_CLI_BENCH_APP", message);
}
