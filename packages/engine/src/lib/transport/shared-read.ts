import { type Server, Socket } from "node:net";
import { READ_SIZES, ReadSize } from "./read-size.ts";
import type { TransportUser } from "./transport.ts";

/** One buffer for all sockets of the process: what a read brings is used before the next read. */
const buffer = Buffer.allocUnsafeSlow(Math.max(...READ_SIZES));

/** Its first bytes, for each size of a read. */
const views: readonly Buffer[] = READ_SIZES.map((size) => buffer.subarray(0, size));

/** The members of Node's sockets and servers that are not public and needed here; each is checked before it is used. */
const HANDLE = "_handle";
const SERVER = "_server";
const CONNECTIONS = "_connections";

interface StreamHandle {
  readStop(): number;
  useUserBuffer(bytes: Uint8Array): void;
}
interface SocketInternals {
  [HANDLE]: StreamHandle | null;
  [SERVER]: ServerInternals | null;
}
interface ServerInternals {
  [CONNECTIONS]: number;
}

/** What a socket with a shared read buffer is made of. */
export interface SharedReadOptions {
  readonly highWaterBytes: number;
  /** Told of each read, with the shared buffer and the number of bytes in it. */
  readonly user: Pick<TransportUser, "data">;
}

/**
 * Wraps the handle of an accepted socket in a new socket that reads into the shared buffer (`onread`), which saves the
 * allocation of a fresh one for each read. Node offers `onread` only to sockets that connect, so this takes the handle of a
 * paused accepted one; it gives `null`, and changes nothing, where the runtime does not look as expected. Sockets that are not
 * read so get a fresh buffer of Node's own for each read, 64 KiB at most, which nobody shares.
 */
export function shareReads(server: Server, accepted: Socket, options: SharedReadOptions): Socket | null {
  const internals = accepted as unknown as SocketInternals;
  const counter = server as unknown as ServerInternals;
  const handle = internals[HANDLE];
  if (!isStreamHandle(handle) || internals[SERVER] !== counter || typeof counter[CONNECTIONS] !== "number")
    return null;
  // The server counts the sockets that it made itself; this one never closes, so it is given back.
  internals[HANDLE] = null;
  internals[SERVER] = null;
  counter[CONNECTIONS]--;
  return new Socket(socketOptions(handle, options));
}

function isStreamHandle(handle: unknown): handle is StreamHandle {
  const candidate = handle as Partial<StreamHandle> | null | undefined;
  return typeof candidate?.useUserBuffer === "function" && typeof candidate.readStop === "function";
}

function socketOptions(handle: StreamHandle, { highWaterBytes, user }: SharedReadOptions): object {
  return {
    handle,
    allowHalfOpen: true,
    writableHighWaterMark: highWaterBytes,
    onread: sharedReader(user),
  };
}

/** Node asks for the buffer of the next read behind each one; without an answer it takes the one that it has. */
function sharedReader(user: Pick<TransportUser, "data">): object {
  const size = new ReadSize();
  let next: Buffer | null = viewOf(size);
  return {
    buffer: (): Buffer | null => {
      const view = next;
      next = null;
      return view;
    },
    callback: (length: number): boolean => {
      if (size.note(length)) next = viewOf(size);
      user.data(buffer, length);
      return true;
    },
  };
}

function viewOf({ at }: ReadSize): Buffer {
  return views[at] ?? buffer;
}
