import assert from "node:assert/strict";
import type { WireClient } from "./wire-client.ts";
import type { Answer, FoundAnswer } from "./wire/parse-answers.ts";

/** One answer, with what tests look at most. */
export interface CalledAnswer extends Pick<Answer, "status" | "body"> {
  readonly statusLine: string;
  /** Names in lower case; several lines of one name are joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
}

/** A client that takes its answers one after the other. */
export class Caller {
  readonly #wire: WireClient;
  /** Where in the text of the connection the next answer begins. */
  #taken = 0;

  constructor(wire: WireClient) {
    this.#wire = wire;
  }

  /** What came and was not taken, one character per byte. */
  get text(): string {
    return this.#wire.text.slice(this.#taken);
  }

  /** Bytes that were written and that the server lets wait. */
  get pending(): number {
    return this.#wire.unsentBytes;
  }

  write(data: string | Uint8Array): void {
    void this.#wire.send(data);
  }

  end(): void {
    this.#wire.end();
  }

  destroy(): void {
    this.#wire[Symbol.dispose]();
  }

  /** Cuts the connection so that the server is told at once. */
  reset(): void {
    this.#wire.reset();
  }

  /** Stops to read, as a slow client does. */
  pause(): void {
    this.#wire.pause();
  }

  resume(): void {
    this.#wire.resume();
  }

  /** The next answer; fails where the connection ends before it is complete. */
  async answer(method: string = "GET"): Promise<CalledAnswer> {
    const next = (): FoundAnswer | null => this.#wire.answerAt(this.#taken, method === "HEAD");
    await this.#wire.until(() => next() !== null);
    const found = next();
    if (found === null) assert.fail(`the connection ended; what came: ${JSON.stringify(this.text)}`);
    this.#taken = found.end;
    return calledAnswer(found.answer);
  }

  async answers(count: number): Promise<CalledAnswer[]> {
    const answers: CalledAnswer[] = [];
    while (answers.length < count) answers.push(await this.answer());
    return answers;
  }

  /** Waits until the text has a part. */
  async until(part: string): Promise<void> {
    await this.#wire.until(() => this.text.includes(part));
    assert.ok(
      this.text.includes(part),
      `the connection ended without ${JSON.stringify(part)}; what came: ${this.text}`,
    );
  }

  /** The next answer, read when the server has ended; for large ones. */
  async lastAnswer(): Promise<CalledAnswer> {
    await this.rest();
    return this.answer();
  }

  /** What is left of the text when the server has ended. */
  async rest(): Promise<string> {
    await this.#wire.closing();
    return this.text;
  }
}

function calledAnswer({ version, status, reason, headers, body }: Answer): CalledAnswer {
  const joined: Record<string, string> = {};
  for (const [name, value] of headers)
    joined[name] = joined[name] === undefined ? value : `${joined[name]}, ${value}`;
  return { status, statusLine: `HTTP/${version} ${status} ${reason}`, headers: joined, body };
}
