import type { CliIo } from "../commands/command.ts";

/** Tells on `err` how far a long run is: on a terminal in one line that is written over, elsewhere in lines. */
export class Progress {
  readonly #io: CliIo;
  readonly #steps: number;
  readonly #secondsEach: number;
  #done = 0;

  /** @param steps how many there are, of `secondsEach` */
  constructor(io: CliIo, steps: number, secondsEach: number) {
    this.#io = io;
    this.#steps = steps;
    this.#secondsEach = secondsEach;
  }

  /** Begins a step. */
  step(name: string): void {
    const left = Math.ceil((this.#steps - this.#done) * this.#secondsEach);
    this.#done++;
    this.#write(`${this.#done} of ${this.#steps}, about ${left} s left: ${name}`);
  }

  /** Says something that stays. */
  say(text: string): void {
    this.end();
    this.#io.err(`${text}\n`);
  }

  /** Takes the line away. */
  end(): void {
    if (this.#io.isTerminal === true) this.#io.err("\r\u001b[2K");
  }

  #write(text: string): void {
    this.#io.err(this.#io.isTerminal === true ? `\r\u001b[2K${text}` : `${text}\n`);
  }
}
