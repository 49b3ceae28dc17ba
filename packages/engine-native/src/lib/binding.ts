/** What the Rust module gives; see `native/binding`. */
export interface NativeBinding {
  /** Tells whether the module was built from sources that fit these. */
  readonly layout: number;
  /** Where reads go; used by all hubs of the thread in turns. */
  readonly memory: ArrayBuffer;
  /** What happened: entries of {@link ENTRY_WORDS} words. */
  readonly table: ArrayBuffer;
  /**
   * Requests that were parsed as they were read, and in the second half payloads that were unmasked; see `heads.rs` and `frames.rs` in
   * `native/server/src`.
   */
  readonly records: ArrayBuffer;
  /** Numbers of processors with commas between them. */
  allowedCpus(): string | undefined;
  /** Takes a byte for each processor, which is not 0 where this thread may run there; gives 0 or the number of an error. */
  allowCpus(cpus: Uint8Array): number;
  /** 0 where there can be an io_uring, or the number of the error of the try. */
  ringFault(): number;
  /** What rustls cannot do of settings that {@link NativeSockets.secure} would take; `undefined` where it can do all. */
  tlsFault(settings: Uint8Array): string | undefined;
  /**
   * Takes a duplicate of a listening socket; `undefined` where the system refuses. The numbers are limits: bytes of the request
   * line and of the fields, number of fields, bytes of the body; and behind them 1 for io_uring, 0 for epoll.
   */
  open(
    fd: number,
    onBatch: (entries: number) => void,
    ...numbers: readonly number[]
  ): NativeSockets | undefined;
}

/** The sockets of one listener. A number that is no open connection has no effect. */
export interface NativeSockets {
  /** Sends text of one character per byte; gives the bytes that the system took, or the number of an error below zero. */
  sendText(slot: number, text: string, length: number, more: boolean): number;
  /** The same with bytes. */
  sendBytes(slot: number, bytes: Uint8Array, more: boolean): number;
  /**
   * Sends text of one character per byte, and then a piece of a file as far as it is in memory; gives twice the bytes that the system took, and one more
   * where it takes no more for now; or the number of an error below zero.
   */
  sendFile(
    slot: number,
    front: string,
    frontLength: number,
    ...piece: readonly [fd: number, start: number, length: number]
  ): number;
  /**
   * Has the payloads of what comes next unmasked, frame by frame; gives 1, or 0 where the caller has not had all that came. `received` is the number of
   * the bytes that it has had, as one of 32 bits.
   */
  followFrames(slot: number, received: number): number;
  /** Gives 0, or the number of the error that the connection has to be closed for. */
  setReading(slot: number, reads: boolean): number;
  /**
   * Sends the pieces of a text, one for each {@link SEND_WORDS} of the `words` in `sends`; gives how many of them the system did not
   * take whole, or a number below zero where that is not known. Behind a piece that was not taken whole no other one of its
   * connection is sent.
   */
  sendBatch(text: string, length: number, sends: Int32Array, words: number): number;
  /** Ends our direction. */
  end(slot: number): void;
  closeConnection(slot: number): void;
  /** Port, space, address. */
  peer(slot: number): string | undefined;
  /** Encrypts the connections of those who come from now on; gives what rustls cannot do, and then nothing changes. */
  secure(settings: Uint8Array): string | undefined;
  /** Protocol, cipher suite and asked name of an encrypted connection, with spaces between them. */
  describe(slot: number): string | undefined;
  /** The descriptor of a connection that was handed over, which is to be closed here; below zero where it is gone. */
  takeSocket(slot: number): number;
  /** Accepts some of those who wait; gives the number of entries in the table. */
  accept(): number;
  stopListening(): void;
  close(): void;
  /** Adds the answer that a target always gets: what it begins with, whether the date comes then, and the rest. */
  addConstant(
    isHead: boolean,
    target: Uint8Array,
    before: Uint8Array,
    dated: boolean,
    after: Uint8Array,
  ): void;
  /** Has constant answers given on connections that rest, or nowhere, as at first. */
  allowConstants(allowed: boolean): void;
  /** Takes pairs of words: connections that rest, and how many requests each may still have. */
  rest(pairs: Uint8Array, count: number): void;
  /**
   * Writes three floating-point numbers - what was answered since the last call: requests, their bytes, bytes of the answers - and behind them pairs
   * of words: connections and the requests of each. Gives the number of pairs; where there is no room for more of them, there may be more.
   */
  takeAnswered(into: Uint8Array): number;
  /** Writes what the system has not taken of constant answers. */
  takeUnsent(slot: number, into: Uint8Array): void;
}

/** The {@link NativeBinding.layout} that this package speaks. */
export const LAYOUT = 13;

/** Words of one entry of the table: connection, kind, and two more. */
export const ENTRY_WORDS = 4;

/** Words of one entry of what is sent together: connection, bytes, and how many were sent or the number of an error below zero. */
export const SEND_WORDS = 3;

/** Reads begin at multiples of so many bytes. */
export const GRAIN_BYTES = 1024;

/** What an entry of the table says; the same as `EventKind` in `native/server`. */
export const EventKind = {
  opened: 0,
  /** Where the bytes begin, in grains, and how many they are. */
  data: 1,
  ended: 2,
  /** The number of the error. The number of the connection is kept until that is closed. */
  closed: 3,
  writable: 4,
  /** Requests were answered: how many since the last such entry, and how many bytes of the answers have not left. */
  answered: 5,
  /** As `data`, behind requests that were answered: the bytes begin at a byte and not at a grain. */
  dataBehind: 6,
  /** A client whose handshake is not done. */
  accepted: 7,
  /** A client that somebody else serves: where the bytes begin that were read of it, in grains, and how many they are. */
  handedOver: 8,
} as const;
