import type { Socket } from "node:net";

/** The members of a socket's handle that are not public and needed here; each is checked before it is used. */
const HANDLE = "_handle";
/** The handle below that of an encrypted socket. */
const PARENT = "_parent";

interface WriteHandle {
  /** Bytes that were handed to the handle. */
  readonly bytesWritten: number;
  /** Those of them that the system has not taken. */
  readonly writeQueueSize: number;
  readonly [PARENT]?: unknown;
}

/**
 * Bytes that were written to a socket and that the system has not taken, as they leave: encrypted ones are a few more.
 *
 * `writableLength` counts a write that is under way as a whole, so a client that takes a large one slowly looks as if it took
 * nothing; where the runtime does not look as expected that is all there is.
 */
export function socketBacklog(socket: Socket): number {
  const handle = (socket as unknown as { [HANDLE]: unknown })[HANDLE];
  if (!isWriteHandle(handle)) return socket.writableLength;
  const parent = handle[PARENT];
  const queued = isWriteHandle(parent) ? parent.writeQueueSize : handle.writeQueueSize;
  return socket.bytesWritten - handle.bytesWritten + queued;
}

function isWriteHandle(handle: unknown): handle is WriteHandle {
  const candidate = handle as Partial<WriteHandle> | null | undefined;
  return typeof candidate?.bytesWritten === "number" && typeof candidate.writeQueueSize === "number";
}
