import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { fileURLToPath } from "node:url";
import { describe, test } from "node:test";

const PROGRAM = fileURLToPath(new URL("./harness/signal-app.js", import.meta.url));

/** A program that listens, and what it said so far. */
class Program implements Disposable {
  readonly #child: ChildProcess;
  readonly #exit: Promise<[code: number | null, signal: string | null]>;
  #said = "";
  #wake: () => void = () => {};

  constructor(ending: string) {
    this.#child = spawn(process.execPath, [PROGRAM, ending], { stdio: ["ignore", "pipe", "inherit"] });
    this.#exit = once(this.#child, "exit") as Promise<[number | null, string | null]>;
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.#said += text;
      this.#wake();
    });
  }

  get lines(): string[] {
    return this.#said.split("\n").filter((line) => line !== "");
  }

  /** Waits for a line that begins so, and gives the rest of it. */
  async line(start: string): Promise<string> {
    for (;;) {
      const line = this.lines.find((one) => one.startsWith(start));
      if (line !== undefined) return line.slice(start.length).trim();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** The status that the program ended with, or the signal that ended it. */
  async end(): Promise<number | string | null> {
    const [code, signal] = await this.#exit;
    return code ?? signal;
  }

  [Symbol.dispose](): void {
    this.#child.kill("SIGKILL");
  }
}

function get(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ port, path, host: "127.0.0.1", agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (piece: string) => (text += piece));
      response.on("end", () => resolve(text));
      response.on("error", reject);
    })
      .on("error", reject)
      .end();
  });
}

describe("signals", { skip: process.platform === "win32" }, () => {
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    test(`${signal} lets requests finish, runs the hooks with its name and ends the program with 0`, async () => {
      using program = new Program("clean");
      const port = Number(await program.line("ready"));
      const answer = get(port, "/slow");
      await program.line("working");
      program.signal(signal);
      assert.equal(await answer, "done");
      assert.equal(await program.end(), 0);
      assert.deepEqual(program.lines.slice(2), [`before ${signal}`, `shutdown ${signal}`]);
    });

  test("all applications of a process stop before it ends", async () => {
    using program = new Program("two");
    await program.line("ready");
    program.signal("SIGTERM");
    assert.equal(await program.end(), 0);
    assert.deepEqual(program.lines.slice(1), ["before SIGTERM", "shutdown SIGTERM", "other"]);
  });

  test("an application may leave signals alone", async () => {
    using program = new Program("deaf");
    await program.line("ready");
    program.signal("SIGTERM");
    assert.equal(await program.end(), "SIGTERM");
  });

  test("a stop that fails ends the program with 1", async () => {
    using program = new Program("failing");
    await program.line("ready");
    program.signal("SIGTERM");
    assert.equal(await program.end(), 1);
  });

  test("a signal that comes again at once, as from npm and the terminal, is one", async () => {
    using program = new Program("clean");
    await program.line("ready");
    // To the very end: the last steps of the program must not be killed either.
    const again = setInterval(() => program.signal("SIGINT"), 1);
    try {
      assert.equal(await program.end(), 0);
    } finally {
      clearInterval(again);
    }
    assert.deepEqual(program.lines.slice(1), ["before SIGINT", "shutdown SIGINT"]);
  });

  test("another signal ends a program whose stop hangs", async () => {
    using program = new Program("hanging");
    await program.line("ready");
    program.signal("SIGTERM");
    await program.line("shutdown");
    const again = setInterval(() => program.signal("SIGINT"), 200);
    try {
      assert.equal(await program.end(), 130);
    } finally {
      clearInterval(again);
    }
  });
});
