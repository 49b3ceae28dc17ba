import type { FilePiece, KnownPayloads, Peer, PayloadContent } from "@armature/http";
import type { FileSink, StartableTransport, TransportUser } from "@armature/engine/transport";
import type { NativeSockets } from "./binding.ts";
import type { GatheredWrites } from "./gathered-writes.ts";
import type { NativeFrames } from "./native-frames.ts";
import { NativeSecurePeer } from "./native-secure-peer.ts";
import { systemError } from "./system-error.ts";

/** What the transports of a listener share. */
export interface NativeHost {
  readonly sockets: NativeSockets;
  readonly gathered: GatheredWrites;
  readonly frames: NativeFrames;
  /** Bytes that wait from which on the user is told when they have left. */
  readonly highWaterBytes: number;
  /** A client whose address the system does not tell. */
  readonly unknownPeer: Peer;
  /** A connection waits for a request, and may have so many more. */
  rested(slot: number, requestsLeft: number): void;
  /** Whether connections are encrypted. */
  readonly isSecure: boolean;
  /** A transport has closed its socket. */
  release(slot: number): void;
}

/**
 * One accepted socket. What is written goes to the system at once, but for text, which leaves at the end of the batch or of the turn with that of
 * all others; it counts as gone, and what the system does not take waits here, in order and uncopied where it is bytes.
 */
export class NativeTransport implements StartableTransport, FileSink, KnownPayloads {
  /** Bytes that the system has not taken. */
  pending = 0;
  readonly #host: NativeHost;
  readonly #slot: number;
  #user: TransportUser | null = null;
  #peer: Peer | null = null;
  /** What the system has not taken; the first one is what is left of it. */
  #waiting: Uint8Array[] | null = null;
  #needsDrain = false;
  /** In which round text of this one was gathered last. */
  #round = -1;
  /** Bytes that were handed over, as a number of 32 bits. */
  #received = 0;
  #inputEnded = false;
  /** Whether our side is to be ended behind what waits. */
  #ending = false;
  #closed = false;

  constructor(host: NativeHost, slot: number) {
    this.#host = host;
    this.#slot = slot;
  }

  /** Starts to hand over what arrives. */
  start(user: TransportUser): void {
    this.#user = user;
  }

  get peer(): Peer {
    return (this.#peer ??= this.#readPeer());
  }

  get backlog(): number {
    return this.pending;
  }

  get payloads(): KnownPayloads {
    return this;
  }

  follow(): boolean {
    return !this.#closed && this.#host.sockets.followFrames(this.#slot, this.#received) === 1;
  }

  contentAt(chunk: Uint8Array, start: number): PayloadContent {
    return this.#host.frames.contentAt(chunk, start);
  }

  write(data: string | Uint8Array): void {
    if (typeof data !== "string" || !this.#gather(data)) this.#write(data, false);
  }

  writeAll(pieces: readonly (string | Uint8Array)[]): void {
    const last = pieces.length - 1;
    for (const [at, piece] of pieces.entries()) this.#write(piece, at < last);
  }

  writeThrough(front: string, bytes: Uint8Array): void {
    this.#write(front, true);
    this.#write(bytes, false);
    const waiting = this.#waiting;
    const last = waiting?.pop();
    if (last !== undefined) waiting?.push(last.buffer === bytes.buffer ? Buffer.from(last) : last);
  }

  /** Files are encrypted by who reads them. */
  get files(): FileSink | undefined {
    return this.#host.isSecure ? undefined : this;
  }

  get isFull(): boolean {
    return this.#waiting !== null || this.#needsDrain || this.#closed;
  }

  send(front: string, { fd, start, length }: FilePiece): number {
    this.#sendGathered();
    if (this.isFull) return this.#sendLater(front);
    const result = this.#host.sockets.sendFile(this.#slot, front, front.length, fd, start, length);
    if (result < 0) this.#close(systemError("write", -result));
    if (result < 0) return 0;
    const taken = (result >> 1) - front.length;
    if (taken < 0) this.#keep(front, result >> 1);
    if ((result & 1) === 1) this.#needsDrain = true;
    return Math.max(0, taken);
  }

  #sendLater(front: string): 0 {
    this.#write(front, false);
    this.#needsDrain = true;
    return 0;
  }

  end(): void {
    if (this.#ending || this.#closed) return;
    this.#sendGathered();
    this.#ending = true;
    if (this.#closed) return;
    if (this.pending === 0) this.#endNow();
  }

  destroy(): void {
    this.#close(null);
  }

  pause(): void {
    this.#setReading(false);
  }

  resume(): void {
    this.#setReading(true);
  }

  /** Where the system cannot watch the socket any more, nothing would ever come of it. */
  #setReading(reads: boolean): void {
    if (this.#closed || this.#inputEnded) return;
    const errno = this.#host.sockets.setReading(this.#slot, reads);
    if (errno !== 0) this.#close(systemError("epoll_ctl", errno));
  }

  rested(requestsLeft: number): void {
    if (!this.#closed) this.#host.rested(this.#slot, requestsLeft);
  }

  // What the sockets tell.

  /** Requests were answered without this; what has not left of the answers waits here. */
  served(requests: number, unsent: number): void {
    if (unsent > 0) {
      const rest = Buffer.allocUnsafe(unsent);
      this.#host.sockets.takeUnsent(this.#slot, rest);
      this.#keep(rest, 0);
    }
    this.#user?.served?.(requests, unsent);
  }

  data(bytes: Buffer, length: number): void {
    this.#received = (this.#received + length) | 0;
    this.#user?.data(bytes, length);
  }

  ended(): void {
    this.#inputEnded = true;
    this.#user?.ended();
    this.#closeIfOver();
  }

  /** The socket broke; its number is kept for it until it is closed here. */
  broke(errno: number): void {
    this.#close(systemError("read", errno));
  }

  /** The system takes bytes again. */
  writable(): void {
    const waiting = this.#waiting;
    if (waiting === null) return this.#emptied();
    for (let piece = waiting[0]; piece !== undefined; piece = waiting[0]) {
      const sent = this.#host.sockets.sendBytes(this.#slot, piece, waiting.length > 1);
      if (sent < 0) return this.#close(systemError("write", -sent));
      this.pending -= sent;
      if (sent < piece.length) {
        waiting[0] = piece.subarray(sent);
        return;
      }
      waiting.shift();
    }
    this.#waiting = null;
    this.#emptied();
  }

  #emptied(): void {
    if (this.#ending) this.#endNow();
    if (!this.#needsDrain || this.#closed) return;
    this.#needsDrain = false;
    this.#user?.drained();
  }

  /** Of a text that was gathered only a part was sent, or it broke the connection. */
  heldUp(text: string, sent: number): void {
    if (this.#closed) return;
    if (sent < 0) return this.#close(systemError("write", -sent));
    this.#keep(text, sent);
    this.#user?.heldUp();
  }

  /** Whether a text will leave with those of others. */
  #gather(text: string): boolean {
    if (this.#ending || this.#closed || this.#waiting !== null || text.length === 0) return false;
    const { gathered } = this.#host;
    this.#round = gathered.round;
    return gathered.add(this.#slot, text);
  }

  /** What comes now must not overtake it. */
  #sendGathered(): void {
    if (this.#round === this.#host.gathered.round) this.#host.gathered.flush();
  }

  #write(data: string | Uint8Array, more: boolean): void {
    this.#sendGathered();
    if (this.#ending || this.#closed || data.length === 0) return;
    if (this.#waiting !== null) return this.#keep(data, 0);
    const { sockets } = this.#host;
    const sent =
      typeof data === "string"
        ? sockets.sendText(this.#slot, data, data.length, more)
        : sockets.sendBytes(this.#slot, data, more);
    if (sent < 0) this.#close(systemError("write", -sent));
    else if (sent < data.length) this.#keep(data, sent);
  }

  #keep(data: string | Uint8Array, from: number): void {
    const rest = typeof data === "string" ? Buffer.from(data.slice(from), "latin1") : data.subarray(from);
    (this.#waiting ??= []).push(rest);
    this.pending += rest.length;
    if (this.pending >= this.#host.highWaterBytes) this.#needsDrain = true;
  }

  #endNow(): void {
    this.#host.sockets.end(this.#slot);
    this.#closeIfOver();
  }

  /** Both directions are over. */
  #closeIfOver(): void {
    if (this.#inputEnded && this.#ending && this.pending === 0) this.#close(null);
  }

  #close(error: Error | null): void {
    this.#sendGathered();
    // It may have found the connection broken.
    if (this.#closed) return;
    this.#closed = true;
    this.#waiting = null;
    this.pending = 0;
    this.#host.sockets.closeConnection(this.#slot);
    this.#host.release(this.#slot);
    process.nextTick(() => this.#user?.closed(error));
  }

  #readPeer(): Peer {
    const direct = this.#readAddress();
    if (!this.#host.isSecure) return direct;
    // The number of a connection that is gone may be another one's.
    return new NativeSecurePeer(direct, () =>
      this.#closed ? undefined : this.#host.sockets.describe(this.#slot),
    );
  }

  #readAddress(): Peer {
    const told = this.#closed ? undefined : this.#host.sockets.peer(this.#slot);
    if (told === undefined) return this.#host.unknownPeer;
    const space = told.indexOf(" ");
    return { address: told.slice(space + 1), port: Number(told.slice(0, space)), secure: false };
  }
}
