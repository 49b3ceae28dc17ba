import { type Server, Socket } from "node:net";
import type { TransportUser } from "./transport.ts";

/** Bytes that one read may bring. */
const READ_BYTES = 64 * 1024;

/** One buffer for all sockets of the process: what a read brings is used before the next read. */
const buffer = Buffer.allocUnsafeSlow(READ_BYTES);

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
 * paused accepted one; it gives `null`, and changes nothing, where the runtime does not look as expected.
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
    onread: {
      buffer,
      callback: (length: number): boolean => {
        user.data(buffer, length);
        return true;
      },
    },
  };
}
