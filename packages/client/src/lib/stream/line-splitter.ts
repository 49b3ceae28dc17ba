import { ClientError } from "../client-error.ts";

/** Characters that a line may have, so that a server that never ends one cannot fill the memory. */
export const MAX_LINE_CHARS: number = 16 * 1024 * 1024;

/** Splits text that arrives in pieces into lines, which end with LF, CR LF or CR. */
export class LineSplitter {
  readonly #maxChars: number;
  /** What came of the line that has no end yet; joined once, so that long lines cost no more than short ones. */
  #begun: string[] = [];
  #begunChars = 0;
  /** Whether the last piece ended with a CR, whose LF may come with the next one. */
  #isAfterCr = false;

  constructor(maxChars: number = MAX_LINE_CHARS) {
    this.#maxChars = maxChars;
  }

  /** Takes a piece and gives the lines that end in it. @throws ClientError `E_CLIENT_LINE_TOO_LONG` */
  push(piece: string): string[] {
    if (piece === "") return [];
    const text = this.#isAfterCr && piece.startsWith("\n") ? piece.slice(1) : piece;
    this.#isAfterCr = piece.endsWith("\r");
    const lines = text.split(LINE_END);
    const rest = lines.pop() ?? "";
    const whole = lines.map((line) => this.#take(line));
    this.#keep(rest);
    return whole;
  }

  /** The line that no end was sent for; `null` where there is none. */
  end(): string | null {
    const rest = this.#take("");
    return rest === "" ? null : rest;
  }

  #take(last: string): string {
    const line = this.#begun.length === 0 ? last : this.#begun.join("") + last;
    this.#begun = [];
    this.#begunChars = 0;
    return line;
  }

  #keep(rest: string): void {
    if (rest === "") return;
    this.#begun.push(rest);
    this.#begunChars += rest.length;
    if (this.#begunChars <= this.#maxChars) return;
    throw new ClientError(
      "E_CLIENT_LINE_TOO_LONG",
      `A line of the answer has more than ${this.#maxChars} characters and no end; read it with stream().`,
    );
  }
}

const LINE_END = /\r\n|\n|\r/;
