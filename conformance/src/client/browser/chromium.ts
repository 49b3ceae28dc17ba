import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const COMMAND = "chromium";

/** Whether Chromium is installed. */
export function hasChromium(): boolean {
  return spawnSync(COMMAND, ["--version"]).status === 0;
}

const FLAGS = [
  "--headless",
  // It is the only way to run as root, as containers do.
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Keeps it open without anything to print.
  "--remote-debugging-port=0",
];

/** A Chromium without a window that shows a page, with a profile of its own that goes with it. */
export class Chromium implements AsyncDisposable {
  readonly #profile = mkdtempSync(join(tmpdir(), "armature-chromium-"));
  readonly #child: ChildProcess;
  stderr = "";

  constructor(url: string) {
    this.#child = spawn(COMMAND, [...FLAGS, `--user-data-dir=${this.#profile}`, url], {
      stdio: ["ignore", "ignore", "pipe"],
      // A group of its own, so that its helpers end with it.
      detached: true,
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.stderr += text));
  }

  /** Rejects where it ends by itself. */
  async ended(): Promise<never> {
    const [code] = (await once(this.#child, "exit")) as [number | null];
    throw new Error(`Chromium ended too early, with ${code}:\n${this.stderr}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.pid !== undefined) {
      const exited = once(this.#child, "exit");
      process.kill(-this.#child.pid, "SIGKILL");
      await exited;
    }
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}
