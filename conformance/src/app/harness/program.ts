import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import { once } from "node:events";

/** A Node program that runs beside a test, and what it said so far; it ends with the test. */
export class Program implements Disposable {
  readonly child: ChildProcess;
  readonly #exit: Promise<unknown[]>;
  #said = "";
  #wake: () => void = () => {};

  constructor(
    file: string,
    args: readonly string[],
    stdio: SpawnOptions["stdio"] = ["ignore", "pipe", "inherit"],
  ) {
    this.child = spawn(process.execPath, [file, ...args], { stdio });
    this.#exit = once(this.child, "exit");
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.#said += text;
      this.#wake();
    });
    void this.#exit.then(() => this.#wake());
  }

  /** The rests of the lines that begin so. */
  lines(start: string): string[] {
    const lines = this.#said.split("\n").filter((line) => line.startsWith(start));
    return lines.map((line) => line.slice(start.length).trim());
  }

  /** Waits for lines that begin so, and gives the rest of each; fails where the program ends before. */
  async until(start: string, count: number): Promise<string[]> {
    while (this.lines(start).length < count) {
      if (this.child.exitCode !== null) throw new Error(`The program ended; it said ${this.#said}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.lines(start);
  }

  /** Sends a signal and waits for the end. */
  async end(signal: NodeJS.Signals): Promise<void> {
    this.child.kill(signal);
    await this.#exit;
  }

  [Symbol.dispose](): void {
    this.child.kill("SIGKILL");
  }
}
