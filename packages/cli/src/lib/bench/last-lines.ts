import type { ChildProcess } from "node:child_process";

const KEPT_LINES = 20;
const KEPT_LETTERS = 8_192;

/** The end of what a process prints, for messages about it. */
export class LastLines {
  #text = "";

  /** @param child a process whose output and errors are pipes */
  constructor({ stdout, stderr }: ChildProcess) {
    for (const stream of [stdout, stderr])
      stream?.on("data", (chunk: Buffer) => {
        this.#text = (this.#text + String(chunk)).slice(-KEPT_LETTERS);
      });
  }

  /** A sentence with the lines, or one that there are none. */
  tell(): string {
    const lines = this.#text.trimEnd().split("\n").slice(-KEPT_LINES);
    return lines.join("") === "" ? "It printed nothing." : `Its last lines:\n${lines.join("\n")}`;
  }
}
