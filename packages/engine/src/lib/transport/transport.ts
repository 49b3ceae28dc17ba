import type { FilePiece, KnownPayloads, Peer } from "@armature/http";

/** Bytes both ways: what a connection needs of a socket, or of anything that stands for one. */
export interface Transport {
  readonly peer: Peer;
  /** Bytes that were written and have not left yet. */
  readonly pending: number;
  /** The same to the byte, where a write that is under way has left in part; may take longer to find out. */
  readonly backlog: number;
  /** Sends bytes, or text of one character per byte. The caller does not change bytes until they have left. */
  write(data: string | Uint8Array): void;
  /** Sends several pieces as one write, where the system has that (`writev`); nothing is copied to join them. */
  writeAll(pieces: readonly (string | Uint8Array)[]): void;
  /** Sends what is pending, then ends this direction; the other one stays open. */
  end(): void;
  /** Closes both directions at once. */
  destroy(): void;
  /** Stops `data` until `resume`. */
  pause(): void;
  resume(): void;
  /** The way for files that the system sends by itself; left out where there is none. */
  readonly files?: FileSink | undefined;
  /**
   * Nothing is arriving, in work or leaving, and there may be so many requests more. From now on until it hands something over a transport may
   * answer requests by itself; those that do not have this at all.
   */
  rested?(requestsLeft: number): void;
  /** Sends text, and bytes behind it that the caller may change afterwards: what the system does not take is copied. */
  writeThrough?(front: string, bytes: Uint8Array): void;
  /** The payloads of WebSocket frames that are unmasked as they are read; `undefined` where none are. */
  readonly payloads?: KnownPayloads | undefined;
}

/** Takes files without their bytes. */
export interface FileSink {
  /**
   * Whether it takes nothing for now: `drained` is told when it does again. Where it could take more and has not, the rest has to be read
   * and written.
   */
  readonly isFull: boolean;
  /**
   * Sends what it can at once, without waiting for a disk.
   * @param front text of one character per byte, which leaves in front of the piece, as with `write`
   * @returns bytes of the piece that were taken
   */
  send(front: string, piece: FilePiece): number;
}

/** What a transport tells the one who uses it. */
export interface TransportUser {
  /** `length` bytes arrived at the start of `bytes`, which may be used again, and may be changed, once this returns. */
  data(bytes: Buffer, length: number): void;
  /** The other side sends nothing more. */
  ended(): void;
  /** Something is pending of what was written before, as a transport found that sends later than it takes. */
  heldUp(): void;
  /** Nothing is pending any more, after there was at least the high-water mark, or a file was not taken. */
  drained(): void;
  /**
   * The transport has answered requests by itself, which stood in front of what it hands over next.
   * @param unsent bytes of the answers that are pending now
   */
  served?(requests: number, unsent: number): void;
  /** The transport is closed; the last call. */
  closed(error: Error | null): void;
}
