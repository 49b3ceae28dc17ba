import {
  DEFAULT_LIMITS,
  type Exchange,
  HeaderBlock,
  type Limits,
  type Peer,
  type ResponseHead,
} from "@armature/http";
import { ConnectionPool } from "../connection-pool.ts";
import type { Counters } from "../counters.ts";
import type { Transport } from "../transport/transport.ts";
import type { Connection } from "./connection.ts";

/** The head of an answer without fields of its own. */
export const HEAD: ResponseHead = { status: 200, block: HeaderBlock.empty, fields: null };

/** The bytes of a request. */
export function get(target: string): string {
  return `GET ${target} HTTP/1.1\r\nhost: a\r\n\r\n`;
}

/** Keeps what a connection does to it. */
export class RecordingTransport implements Transport {
  readonly peer: Peer = { address: "192.0.2.1", port: 1, secure: false };
  pending = 0;
  get backlog(): number {
    return this.pending;
  }
  readonly writes: string[] = [];
  readonly calls: string[] = [];
  /** The memory of the bytes that were written as they are. */
  readonly memories: ArrayBufferLike[] = [];

  write(data: string | Uint8Array): void {
    if (typeof data !== "string") this.memories.push(data.buffer);
    this.writes.push(Buffer.from(data as string, "latin1").toString("latin1")); // both kinds are taken
  }
  writeAll(pieces: readonly (string | Uint8Array)[]): void {
    for (const piece of pieces) this.write(piece);
  }
  end(): void {
    this.calls.push("end");
  }
  destroy(): void {
    this.calls.push("destroy");
  }
  pause(): void {
    this.calls.push("pause");
  }
  resume(): void {
    this.calls.push("resume");
  }
}

/** One connection of a pool whose clock stands still until `pass`. */
export class Bench {
  readonly errors: unknown[] = [];
  readonly transport: RecordingTransport = new RecordingTransport();
  readonly pool: ConnectionPool;
  readonly connection: Connection;
  #nowMs = 1_000;

  constructor(handler: (exchange: Exchange) => void, limits: Partial<Limits> = {}) {
    this.pool = new ConnectionPool({
      handler,
      limits: { ...DEFAULT_LIMITS, ...limits },
      onError: (error) => this.errors.push(error),
      onRefusal: () => null,
      priorityOf: null,
      now: () => this.#nowMs,
    });
    this.connection = this.pool.accept(this.transport) as Connection; // there is a place
  }

  get counters(): Counters {
    return this.pool.counters;
  }

  read(text: string): void {
    const bytes = Buffer.from(text, "latin1");
    this.connection.data(bytes, bytes.length);
  }

  /** Time passes, tick by tick. */
  pass(ms: number): void {
    const untilMs = this.#nowMs + ms;
    while (this.#nowMs < untilMs) {
      this.#nowMs = Math.min(untilMs, this.#nowMs + this.pool.wheel.tickMs);
      this.pool.beat();
    }
  }
}

/** One turn of the event loop. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
