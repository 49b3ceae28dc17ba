import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import type { MemoryClient } from "../transport/memory-transport.ts";
import { parseAnswer, type WireAnswer } from "./wire-answer.test.ts";

/** Bytes to and from a server, over whatever there is. */
export interface Channel {
  /** Bytes that were written and that the server lets wait. */
  readonly pending: number;
  write(data: string | Uint8Array): void;
  end(): void;
  destroy(): void;
  pause(): void;
  resume(): void;
}

/** Speaks to an engine in raw HTTP/1.1; text has one character per byte. */
export class WireClient {
  #channel: Channel | null = null;
  /** What came and was not taken, in pieces; joined when asked for. */
  #pieces: string[] = [];
  /** The server has ended or cut the connection. */
  ended = false;
  #waiting: (() => void)[] = [];

  /** What came and was not taken. */
  get text(): string {
    if (this.#pieces.length > 1) this.#pieces = [this.#pieces.join("")];
    return this.#pieces[0] ?? "";
  }

  use(channel: Channel): void {
    this.#channel = channel;
  }

  receive(bytes: Uint8Array): void {
    this.#pieces.push(Buffer.from(bytes).toString("latin1"));
    this.#wake();
  }

  receiveEnd(): void {
    this.ended = true;
    this.#wake();
  }

  write(data: string | Uint8Array): void {
    this.#channel?.write(typeof data === "string" ? Buffer.from(data, "latin1") : data);
  }

  end(): void {
    this.#channel?.end();
  }

  destroy(): void {
    this.#channel?.destroy();
  }

  /** Bytes that were written and that the server lets wait. */
  get pending(): number {
    return this.#channel?.pending ?? 0;
  }

  /** Stops to read, as a slow client does. */
  pause(): void {
    this.#channel?.pause();
  }

  resume(): void {
    this.#channel?.resume();
  }

  /** The next answer; fails where the connection ends before it is complete. */
  async answer(method: string = "GET"): Promise<WireAnswer> {
    for (;;) {
      const answer = parseAnswer(this.text, { method, ended: this.ended });
      if (answer !== null) {
        this.#pieces = [this.text.slice(answer.size)];
        return answer;
      }
      assert.ok(!this.ended, `the connection ended; what came: ${JSON.stringify(this.text)}`);
      await this.#more();
    }
  }

  async answers(count: number): Promise<WireAnswer[]> {
    const answers: WireAnswer[] = [];
    while (answers.length < count) answers.push(await this.answer());
    return answers;
  }

  /** Waits until the text has a part. */
  async until(part: string): Promise<void> {
    while (!this.text.includes(part)) {
      assert.ok(!this.ended, `the connection ended without ${JSON.stringify(part)}; what came: ${this.text}`);
      await this.#more();
    }
  }

  /** The next answer, read when the server has ended; for large ones. */
  async lastAnswer(): Promise<WireAnswer> {
    await this.rest();
    return this.answer();
  }

  /** What is left of the text when the server has ended. */
  async rest(): Promise<string> {
    while (!this.ended) await this.#more();
    return this.text;
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

/** A client over a real socket. */
export function connectSocket(port: number): Promise<WireClient> {
  const client = new WireClient();
  const socket: Socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  socket.on("data", (chunk) => client.receive(chunk));
  socket.on("end", () => client.receiveEnd());
  socket.on("close", () => client.receiveEnd());
  client.use(channelOf(socket));
  return new Promise((resolve, reject) => {
    socket.once("connect", () => {
      socket.off("error", reject);
      socket.on("error", () => client.receiveEnd());
      resolve(client);
    });
    socket.once("error", reject);
  });
}

function channelOf(socket: Socket): Channel {
  return {
    get pending() {
      return socket.writableLength;
    },
    write: (data) => void socket.write(data),
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
  };
}

/** A client in memory. */
export function connectMemory(memory: MemoryClient): WireClient {
  const client = new WireClient();
  const reader = new MemoryReader(memory, client);
  client.use({
    get pending() {
      return memory.pending;
    },
    write: (data) => memory.write(data),
    end: () => memory.end(),
    destroy: () => memory.destroy(),
    pause: () => reader.pause(),
    resume: () => reader.resume(),
  });
  reader.resume();
  return client;
}

class MemoryReader {
  readonly #memory: MemoryClient;
  readonly #client: WireClient;
  #paused = true;
  #reading = false;

  constructor(memory: MemoryClient, client: WireClient) {
    this.#memory = memory;
    this.#client = client;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    if (!this.#reading) void this.#read();
  }

  async #read(): Promise<void> {
    this.#reading = true;
    while (!this.#paused) {
      const bytes = await this.#memory.read();
      if (bytes === null) return this.#client.receiveEnd();
      this.#client.receive(bytes);
    }
    this.#reading = false;
  }
}
