import assert from "node:assert/strict";
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";

const MAIN = join(import.meta.dirname, "../main.js");
const READY = /^quickstart is ready at (http:\/\/\S+)$/;

/** What has not happened by then never will; only a failing test waits for it. */
const PATIENCE_MS = 120_000;

export const ADMIN_TOKEN = "a-token-for-admins-only";

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A line of the log. */
export type LogLine = Readonly<Record<string, unknown>>;

/** The quickstart as a process of its own, started as a user would. */
export class QuickstartProcess implements AsyncDisposable {
  readonly uploadDir = mkdtempSync(join(tmpdir(), "quickstart-"));
  /** Lines of stdout. */
  readonly lines: string[] = [];
  stderr = "";
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #exited: Promise<Exit>;
  #exit: Exit | null = null;

  constructor(env: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(process.execPath, [MAIN], {
      env: { ...cleanEnv(), PORT: "0", UPLOAD_DIR: this.uploadDir, ADMIN_TOKEN, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    createInterface(this.#child.stdout).on("line", (line) => this.lines.push(line));
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => (this.stderr += text));
    this.#exited = this.#watch();
  }

  /** Starts the application and waits until it says that it is ready. */
  static async start(env?: Readonly<Record<string, string>>): Promise<QuickstartProcess> {
    const app = new QuickstartProcess(env);
    await app.until(() => app.lines.some((line) => READY.test(line)));
    return app;
  }

  /** What the ready line says. */
  get url(): string {
    const [url] = this.lines.flatMap((line) => READY.exec(line)?.[1] ?? []);
    assert.ok(url !== undefined, "the ready line was printed");
    return url;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  get pid(): number {
    assert.ok(this.#child.pid !== undefined, "the process was started");
    return this.#child.pid;
  }

  /** The lines of the log; all of stdout but the ready line. */
  get log(): LogLine[] {
    return this.lines.filter((line) => !READY.test(line)).map((line) => JSON.parse(line) as LogLine);
  }

  /** Asks again and again until something is so; fails where the process ends before, or it is never so. */
  async until(isSo: () => boolean | Promise<boolean>): Promise<void> {
    for (const start = performance.now(); !(await isSo()); await delay(5)) {
      assert.equal(this.#exit, null, `the process ended too early: ${this.stderr}`);
      const isHopeless = performance.now() - start > PATIENCE_MS;
      assert.ok(!isHopeless, `this never was so: ${String(isSo)}\n${this.lines.join("\n")}\n${this.stderr}`);
    }
  }

  /** Waits for a line of the log, behind those that were there before. */
  async logged(isWanted: (line: LogLine) => boolean, from = 0): Promise<LogLine> {
    const find = (): LogLine | undefined => this.log.slice(from).find(isWanted);
    await this.until(() => find() !== undefined);
    return find() ?? assert.fail("it was there");
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits for the end of the process, with all its output. */
  async ended(): Promise<Exit> {
    const tooLong = setTimeout(() => this.kill("SIGKILL"), PATIENCE_MS);
    const exit = await this.#exited;
    clearTimeout(tooLong);
    return exit;
  }

  /** Stops the application with Ctrl-C, and checks that it ends in order and had nothing to complain about. */
  async stop(): Promise<void> {
    this.kill("SIGINT");
    const exit = await this.ended();
    await this[Symbol.asyncDispose]();
    assert.deepEqual({ ...exit, stderr: this.stderr }, { code: 0, signal: null, stderr: "" });
    const failures = this.log.filter(({ level }) => Number(level) >= 50);
    assert.deepEqual(failures, [], "nothing was logged as an error");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill("SIGKILL");
    await this.#exited;
    rmSync(this.uploadDir, { recursive: true, force: true });
  }

  async #watch(): Promise<Exit> {
    const [code, signal] = (await once(this.#child, "close")) as [number | null, string | null];
    return (this.#exit = { code, signal });
  }
}

/** The environment without what would configure the application, or tell it that it is a test. */
function cleanEnv(): NodeJS.ProcessEnv {
  const { PORT: _port, HOST: _host, NODE_TEST_CONTEXT: _context, ...rest } = process.env;
  return rest;
}
