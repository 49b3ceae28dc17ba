import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** What has not come by then never will; only a failing test waits for it. */
const PATIENCE_MS = 120_000;

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** The pieces of a chunked body. */
  readonly chunks: readonly string[];
}

/** A client that sends what it is told, byte by byte. */
export class RawClient implements Disposable {
  /** Resolves when the server has closed the connection. */
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  #text = "";
  #isOver = false;
  #wake: () => void = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding("latin1");
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error("the server says nothing more")));
    socket.on("data", (text: string) => {
      this.#text += text;
      this.#wake();
    });
    // A connection that was cut is over as well.
    socket.on("error", () => {});
    this.closed = new Promise((resolve) => {
      socket.on("close", () => {
        this.#isOver = true;
        this.#wake();
        resolve();
      });
    });
  }

  static async connect(port: number): Promise<RawClient> {
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    return new RawClient(socket);
  }

  /** All that came, one character for each byte. */
  get text(): string {
    return this.#text;
  }

  write(text: string | Uint8Array): void {
    if (typeof text === "string") this.#socket.write(text, "latin1");
    else this.#socket.write(text);
  }

  /** Sends nothing more, but goes on reading. */
  end(): void {
    this.#socket.end();
  }

  /** Leaves without a word. */
  leave(): void {
    this.#socket.resetAndDestroy();
  }

  /** Waits until what came matches. */
  async until(isEnough: (text: string) => boolean): Promise<string> {
    while (!isEnough(this.#text)) {
      assert.ok(!this.#isOver, `the connection closed after: ${this.#text}`);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    return this.#text;
  }

  /** Waits for that many whole answers. */
  async answers(count: number): Promise<RawAnswer[]> {
    await this.until((text) => parseAnswers(text).length >= count);
    return parseAnswers(this.#text);
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}

/** All whole answers at the start of a text. */
function parseAnswers(text: string): RawAnswer[] {
  const answers: RawAnswer[] = [];
  for (let rest = text; ;) {
    const parsed = parseAnswer(rest);
    if (parsed === null) return answers;
    answers.push(parsed.answer);
    rest = parsed.rest;
  }
}

function parseAnswer(text: string): { answer: RawAnswer; rest: string } | null {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return null;
  const [line = "", ...fields] = text.slice(0, end).split("\r\n");
  const headers = new Map(fields.map((field) => splitField(field)));
  const status = Number(line.split(" ")[1]);
  const body = text.slice(end + 4);
  if (headers.get("transfer-encoding") === "chunked") {
    const parsed = parseChunks(body);
    return (
      parsed && { answer: { status, headers, body: parsed.chunks.join(""), ...parsed }, rest: parsed.rest }
    );
  }
  const length = Number(headers.get("content-length") ?? 0);
  if (body.length < length) return null;
  return { answer: { status, headers, body: body.slice(0, length), chunks: [] }, rest: body.slice(length) };
}

function splitField(field: string): [string, string] {
  const colon = field.indexOf(":");
  return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
}

function parseChunks(text: string): { chunks: string[]; rest: string } | null {
  const chunks: string[] = [];
  for (let at = 0; ;) {
    const end = text.indexOf("\r\n", at);
    if (end < 0) return null;
    const size = Number.parseInt(text.slice(at, end), 16);
    const next = end + 2 + size + 2;
    if (text.length < next) return null;
    if (size === 0) return { chunks, rest: text.slice(next) };
    chunks.push(text.slice(end + 2, end + 2 + size));
    at = next;
  }
}
