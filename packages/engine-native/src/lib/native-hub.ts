import { type ConnectionPool, open } from "@armature/engine/transport";
import { type AddressSet, ArmatureError, type Peer } from "@armature/http";
import { ENTRY_WORDS, EventKind, GRAIN_BYTES, type NativeBinding, type NativeSockets } from "./binding.ts";
import { GatheredWrites, type GatheringHost } from "./gathered-writes.ts";
import type { NativeConstants } from "./native-constants.ts";
import { NativeFrames } from "./native-frames.ts";
import type { NativeHeads } from "./native-heads.ts";
import type { NativeIo } from "./native-io.ts";
import type { NativeTls } from "./native-tls.ts";
import { type NativeHost, NativeTransport } from "./native-transport.ts";

const UNKNOWN_PEER: Peer = Object.freeze({ address: "", port: 0, secure: false });
const UNIX_PEER: Peer = Object.freeze({ address: "", port: 0, secure: false, unix: true });

const NO_BYTES = Buffer.alloc(0);

/** What a hub feeds. */
export interface HubOptions {
  readonly pool: ConnectionPool;
  readonly proxies: AddressSet | null;
  /** What the pool has as its known heads. */
  readonly heads: NativeHeads;
  /** What is answered without the pool; `null` where nothing is. */
  readonly constants: NativeConstants | null;
  /** Whether the socket is a Unix domain socket, as those that are inherited may be. */
  readonly unix: boolean;
  readonly io: NativeIo;
  /** Who does the handshakes; `null` where connections are not encrypted. */
  readonly secure: NativeTls | null;
}

/** Hands what the sockets of a listener tell, a batch at a time, to the transports that stand for them. */
export class NativeHub implements NativeHost, GatheringHost {
  readonly sockets: NativeSockets;
  readonly gathered: GatheredWrites;
  readonly frames: NativeFrames;
  readonly highWaterBytes: number;
  readonly unknownPeer: Peer;
  readonly isSecure: boolean;
  readonly #options: HubOptions;
  readonly #words: Int32Array;
  readonly #views: readonly Buffer[];
  /** By the number of the connection. */
  readonly #transports: (NativeTransport | null)[] = [];

  /** @throws ArmatureError `E_FD_INVALID` where the system refuses the socket */
  constructor(binding: NativeBinding, fd: number, options: HubOptions) {
    this.#options = options;
    this.highWaterBytes = options.pool.limits.highWaterBytes;
    this.isSecure = options.secure !== null;
    this.unknownPeer = options.unix ? UNIX_PEER : UNKNOWN_PEER;
    this.#words = new Int32Array(binding.table);
    this.frames = new NativeFrames(binding);
    this.#views = viewsOf(binding);
    const { maxRequestLineBytes, maxHeaderBytes, maxHeaderFields, maxBodyBytes } = options.pool.limits;
    const limits = [maxRequestLineBytes, maxHeaderBytes, maxHeaderFields, maxBodyBytes];
    const ring = options.io === "io_uring" ? 1 : 0;
    const sockets = binding.open(fd, (entries) => this.#dispatch(entries), ...limits, ring);
    if (sockets === undefined) throw refused(fd);
    this.sockets = sockets;
    this.gathered = new GatheredWrites(sockets, this);
    options.constants?.start(sockets, { pool: options.pool, transportOf: (slot) => this.#transports[slot] });
    options.secure?.attach(sockets);
  }

  rested(slot: number, requestsLeft: number): void {
    this.#options.constants?.rested(slot, requestsLeft);
  }

  /** The connections answer everything from now on. */
  stopConstants(): void {
    this.#options.constants?.stop();
  }

  release(slot: number): void {
    this.#transports[slot] = null;
  }

  heldUp(slot: number, text: string, sent: number): void {
    this.#transports[slot]?.heldUp(text, sent);
  }

  lost(slot: number): void {
    this.#transports[slot]?.destroy();
  }

  /** Lets those in who wait, and then no more. The table is not in use now. */
  stop(): void {
    for (let entries = this.sockets.accept(); entries > 0; entries = this.sockets.accept())
      this.#dispatch(entries);
    this.sockets.stopListening();
  }

  /** Closes what is open still. */
  close(): void {
    this.gathered.flush();
    this.sockets.close();
  }

  #dispatch(entries: number): void {
    const { constants } = this.#options;
    constants?.beginBatch();
    this.gathered.beginBatch();
    try {
      this.#handOver(entries);
    } finally {
      // Those who were answered before something threw get their answers.
      this.gathered.endBatch();
      constants?.endBatch();
    }
  }

  #handOver(entries: number): void {
    const words = this.#words;
    this.#options.heads.begin();
    this.frames.begin();
    for (let at = 0, end = entries * ENTRY_WORDS; at < end; at += ENTRY_WORDS) {
      const slot = words[at] as number; // the module wrote so many entries
      const kind = words[at + 1] as number;
      if (kind === EventKind.opened) this.#open(slot);
      else {
        // Those of a connection that was closed in this batch have no meaning any more.
        const transport = this.#transports[slot];
        if (transport !== undefined && transport !== null) this.#tell(transport, at);
        else this.#tellSecure(slot, kind, at);
      }
    }
  }

  /** What throws costs nobody behind it in the batch. */
  #tellSecure(slot: number, kind: number, at: number): void {
    try {
      this.#options.secure?.tell(slot, kind, this.#bytesAt(at));
    } catch (error) {
      this.#options.pool.onError(error);
    }
  }

  #bytesAt(at: number): Buffer {
    const words = this.#words;
    const view = this.#views[words[at + 2] as number]; // not of every kind is this the place of bytes
    return view === undefined ? NO_BYTES : view.subarray(0, words[at + 3]);
  }

  #open(slot: number): void {
    this.#options.secure?.opened(slot);
    const transport = new NativeTransport(this, slot);
    this.#transports[slot] = transport;
    const { pool, proxies } = this.#options;
    if (pool.isOver) transport.destroy();
    else open(transport, pool, proxies);
  }

  /** What throws costs its connection, and nobody behind it in the batch. */
  #tell(transport: NativeTransport, at: number): void {
    try {
      this.#pass(transport, at);
    } catch (error) {
      transport.destroy();
      this.#options.pool.onError(error);
    }
  }

  #pass(transport: NativeTransport, at: number): void {
    const words = this.#words;
    const first = words[at + 2] as number; // as above
    const second = words[at + 3] as number;
    switch (words[at + 1]) {
      case EventKind.data:
        return this.#passData(transport, first, second);
      case EventKind.ended:
        return transport.ended();
      case EventKind.writable:
        return transport.writable();
      case EventKind.answered:
        return transport.served(first, second);
      case EventKind.dataBehind:
        return this.#passDataBehind(transport, first, second);
      default:
        return transport.broke(first);
    }
  }

  #passData(transport: NativeTransport, grain: number, length: number): void {
    const bytes = this.#views[grain] as Buffer; // a view for each grain
    this.#options.heads.look(bytes, grain * GRAIN_BYTES);
    transport.data(bytes, length);
  }

  /** What stands behind requests that were answered already. */
  #passDataBehind(transport: NativeTransport, start: number, length: number): void {
    const bytes = (this.#views[0] as Buffer).subarray(start); // the view of the whole memory
    this.#options.heads.look(bytes, start);
    transport.data(bytes, length);
  }
}

/** The views of the threads' memory; made once for each binding. */
const views = new WeakMap<NativeBinding, readonly Buffer[]>();

/** The memory from each grain on. */
function viewsOf(binding: NativeBinding): readonly Buffer[] {
  const known = views.get(binding);
  if (known !== undefined) return known;
  const { memory } = binding;
  const made = Array.from({ length: memory.byteLength / GRAIN_BYTES }, (_, grain) =>
    Buffer.from(memory, grain * GRAIN_BYTES),
  );
  views.set(binding, made);
  return made;
}

function refused(fd: number): ArmatureError {
  return new ArmatureError(
    "E_FD_INVALID",
    `The native engine cannot watch the listening socket ${fd}; perhaps the process has no descriptors left (ulimit -n).`,
  );
}
