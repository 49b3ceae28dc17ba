import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { ListenerStats } from "@armature/http";

const SERVER = join(import.meta.dirname, "server.js");

/** What a server process has counted. */
export interface Counters {
  readonly stats: ListenerStats;
  /** Messages of the errors that were logged. */
  readonly errors: readonly string[];
}

/** What a server process uses. */
export interface Usage {
  /** Behind a collection. */
  readonly memory: NodeJS.MemoryUsage;
  /** Descriptors that are open; -1 where the system does not say. */
  readonly descriptors: number;
  /** Objects that are still there behind a collection. */
  readonly retained: { readonly sockets: number; readonly exchanges: number };
}

/** How a server process is started. */
export interface ServerOptions {
  /** What is started: the built file of a program that sends its port, and answers what it is asked. Default: faults/server.ts. */
  readonly program?: string;
  /** Limits of the listener, as the application takes them. */
  readonly limits?: Readonly<Record<string, number>>;
  /** Shell commands in front, e.g. "ulimit -n 64"; POSIX alone. */
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** An application in a process of its own, which can be starved of what it needs: that of faults/server.ts, or another. */
export class ServerProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ended: Promise<never>;
  readonly port: number;

  private constructor(child: ChildProcess, ended: Promise<never>, port: number) {
    this.#child = child;
    this.#ended = ended;
    this.port = port;
  }

  static async start({
    program = SERVER,
    limits = {},
    shell,
    env = {},
  }: ServerOptions = {}): Promise<ServerProcess> {
    const args = ["--expose-gc", program, JSON.stringify(limits)];
    const child =
      shell === undefined
        ? spawn(process.execPath, args, options(env))
        : spawn("sh", ["-c", `${shell}; exec "$0" "$@"`, process.execPath, ...args], options(env));
    const ended = failure(child);
    return new ServerProcess(child, ended, await Promise.race([nextMessage<number>(child), ended]));
  }

  get alive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  counters(): Promise<Counters> {
    return this.ask("counters");
  }

  usage(): Promise<Usage> {
    return this.ask("usage");
  }

  /** Waits until so many connections are open and no more. */
  async untilConnections(most: number): Promise<void> {
    for (let round = 0; (await this.counters()).stats.connections > most; round++) {
      assert.ok(round < 1000, "connections of clients that are gone stay open");
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Gives what the program answers to a word. */
  async ask<T>(what: string): Promise<T> {
    assert.ok(this.alive, "the server has died");
    const answered = Promise.race([nextMessage<T>(this.#child), this.#ended]);
    this.#child.send(what);
    return await answered;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.alive) return;
    const exited = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await exited;
  }
}

function options(env: Readonly<Record<string, string>>): object {
  return { stdio: ["ignore", "ignore", "inherit", "ipc"], env: { ...process.env, ...env } };
}

/** The next message: faults/server.ts sends its port first, then what it is asked for. */
function nextMessage<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve) => {
    child.once("message", (message) => resolve(message as T));
  });
}

/** Rejects when a process ends; whether that is a failure is for those who wait for something else. */
function failure(child: ChildProcess): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {});
  child.once("exit", (code, signal) => reject(new Error(`The server has ended: ${code ?? signal}.`)));
  return promise;
}
