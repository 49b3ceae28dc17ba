import type { Peer } from "@armature/http";
import type { Transport, TransportUser } from "./transport.ts";

/** Bytes that one read brings at most, as with sockets. */
const READ_BYTES = 64 * 1024;

const scratch: Buffer = Buffer.allocUnsafeSlow(READ_BYTES);
let scratchTaken = false;

/** The client's end of a connection without a socket. */
export interface MemoryClient {
  /** Whether the connection is gone: cut by one side, or ended by both. */
  readonly closed: boolean;
  /** Bytes that were written and that the server lets wait. */
  readonly pending: number;
  /** Sends bytes, a string as UTF-8; the server has read them when this returns, unless it lets the client wait. */
  write(data: string | Uint8Array): void;
  /** Sends nothing more; answers can still be read. */
  end(): void;
  /** Cuts the connection. */
  destroy(): void;
  /** What the server has sent and nobody has read; waits where there is nothing, `null` at the end. */
  read(): Promise<Uint8Array | null>;
  /** What the server has sent and nobody has read by now; may be empty. */
  readNow(): Uint8Array;
}

/**
 * The server's end of a connection in memory.
 *
 * What the client sends is handed over in a buffer that is overwritten afterwards, so that a view that someone kept shows it.
 */
export class MemoryTransport implements Transport {
  readonly peer: Peer;
  readonly client: MemoryClient;
  readonly #end: ClientEnd;
  readonly #highWaterBytes: number;
  #user: TransportUser | null = null;
  /** What the client sent and the server has not read. */
  #arrived: Buffer[] = [];
  #clientEnded = false;
  #endTold = false;
  #paused = false;
  #delivering = false;
  #needsDrain = false;

  constructor(peer: Peer, highWaterBytes: number) {
    this.peer = peer;
    this.#highWaterBytes = highWaterBytes;
    this.#end = new ClientEnd(this);
    this.client = this.#end;
  }

  /** Starts to hand over what arrives. */
  start(user: TransportUser): void {
    this.#user = user;
  }

  get pending(): number {
    return this.#end.unread;
  }

  get backlog(): number {
    return this.#end.unread;
  }

  write(data: string | Uint8Array): void {
    if (this.#end.ended) return;
    this.#end.receive(typeof data === "string" ? Buffer.from(data, "latin1") : Buffer.from(data));
    if (this.#end.unread >= this.#highWaterBytes) this.#needsDrain = true;
  }

  writeAll(pieces: readonly (string | Uint8Array)[]): void {
    for (const piece of pieces) this.write(piece);
  }

  end(): void {
    this.#end.receiveEnd();
    this.#closeIfEnded();
  }

  destroy(): void {
    this.close(null);
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    if (this.#arrived.length > 0 || this.#clientEnded) process.nextTick(() => this.#deliver());
  }

  /** Bytes that the client sent and the server has not read. */
  get waiting(): number {
    return this.#arrived.reduce((sum, { length }) => sum + length, 0);
  }

  /** The client sent bytes. */
  arrive(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; at += READ_BYTES)
      this.#arrived.push(bytes.subarray(at, at + READ_BYTES));
    this.#deliver();
  }

  /** The client sends nothing more. */
  arriveEnd(): void {
    this.#clientEnded = true;
    this.#deliver();
  }

  /** The client has read everything. */
  wasRead(): void {
    if (!this.#needsDrain) return;
    this.#needsDrain = false;
    process.nextTick(() => {
      if (!this.#end.closed) this.#user?.drained();
    });
  }

  /** Both directions are over. */
  close(error: Error | null): void {
    if (this.#end.closed) return;
    this.#arrived = [];
    this.#end.close();
    process.nextTick(() => this.#user?.closed(error));
  }

  #deliver(): void {
    if (this.#delivering) return;
    this.#delivering = true;
    while (!this.#paused && this.#arrived.length > 0) this.#handOver(this.#arrived.shift() as Buffer); // length > 0
    this.#delivering = false;
    if (this.#paused || !this.#clientEnded || this.#endTold || this.#end.closed) return;
    this.#endTold = true;
    this.#user?.ended();
    this.#closeIfEnded();
  }

  #handOver(bytes: Buffer): void {
    if (scratchTaken) return this.#user?.data(bytes, bytes.length);
    scratchTaken = true;
    bytes.copy(scratch);
    this.#user?.data(scratch, bytes.length);
    scratch.fill("X", 0, bytes.length);
    scratchTaken = false;
  }

  #closeIfEnded(): void {
    if (this.#endTold && this.#end.ended) this.close(null);
  }
}

class ClientEnd implements MemoryClient {
  closed = false;
  /** Whether the server has ended its side. */
  ended = false;
  /** Bytes that wait to be read. */
  unread = 0;
  readonly #server: MemoryTransport;
  #pieces: Buffer[] = [];
  #wakeReader: (() => void) | null = null;
  #endSent = false;

  constructor(server: MemoryTransport) {
    this.#server = server;
  }

  get pending(): number {
    return this.#server.waiting;
  }

  write(data: string | Uint8Array): void {
    if (!this.closed && !this.#endSent) this.#server.arrive(Buffer.from(data as string)); // both kinds are taken
  }

  end(): void {
    if (this.closed || this.#endSent) return;
    this.#endSent = true;
    this.#server.arriveEnd();
  }

  destroy(): void {
    this.#server.close(Object.assign(new Error("The client cut the connection."), { code: "ECONNRESET" }));
  }

  read(): Promise<Uint8Array | null> {
    if (this.unread > 0) return Promise.resolve(this.readNow());
    if (this.ended || this.closed) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.#wakeReader = () => resolve(this.unread > 0 ? this.readNow() : null);
    });
  }

  readNow(): Uint8Array {
    const bytes = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.unread = 0;
    this.#server.wasRead();
    return bytes;
  }

  receive(bytes: Buffer): void {
    if (this.closed || bytes.length === 0) return;
    this.#pieces.push(bytes);
    this.unread += bytes.length;
    this.#wake();
  }

  receiveEnd(): void {
    this.ended = true;
    this.#wake();
  }

  close(): void {
    this.closed = true;
    this.#wake();
  }

  #wake(): void {
    const wake = this.#wakeReader;
    this.#wakeReader = null;
    wake?.();
  }
}
