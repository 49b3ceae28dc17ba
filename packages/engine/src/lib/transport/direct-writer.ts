import type { Socket } from "node:net";
import { getSystemErrorName } from "node:util";

/** The member of Node's sockets that is not public and needed here; what it holds is checked before it is used. */
const HANDLE = "_handle";

/** What a handle is told of one write; used by the handle from when the write waits for the system. */
interface WriteRequest {
  oncomplete?: (status: number) => void;
  /** Negative while no handle uses the request. */
  getAsyncId(): number;
}

interface TextHandle {
  /** Writes at once what the system takes, and the rest later; gives 0, or a negative number of an error. */
  writeLatin1String: (request: WriteRequest, text: string) => number;
}

/** Who writes. */
export interface DirectWriterOwner {
  /** What has waited is written. */
  sent(): void;
}

/** Makes requests for writes; `null` until a socket of this process has written. */
let makeRequest: (() => WriteRequest) | null = null;
/** Whether the streams of this runtime write in a way that is not known here. */
let isUnknown = false;
/** A request that no handle uses: most writes are over before anybody has to be told of them. */
let spare: WriteRequest | null = null;

/**
 * Writes text to a socket past its stream, which makes a request and a task of the tick queue for each write, though the system
 * takes nearly every answer at once. Whatever else is to be written goes through the stream.
 *
 * The class of the requests is not public; it is taken from the first write that a stream does. Where that has none, streams go on to
 * write everything.
 */
export class DirectWriter {
  /** Bytes of the last write, while the system has not taken all of them. */
  waiting = 0;
  readonly #socket: Socket;
  readonly #handle: TextHandle;
  readonly #owner: DirectWriterOwner;

  private constructor(socket: Socket, handle: TextHandle, owner: DirectWriterOwner) {
    this.#socket = socket;
    this.#handle = handle;
    this.#owner = owner;
  }

  /** Makes a writer for a socket; `null` where the runtime does not look as expected. */
  static of(socket: Socket, owner: DirectWriterOwner): DirectWriter | null {
    const handle = (socket as unknown as { [HANDLE]: unknown })[HANDLE];
    return isTextHandle(handle) ? new DirectWriter(socket, handle, owner) : null;
  }

  /**
   * Writes text of one character per byte to a socket that is writable and has nothing pending; `false` where the stream has to.
   * A write that fails destroys the socket.
   */
  write(text: string): boolean {
    const request = spare;
    if (request === null) return this.#learn();
    const handle = this.#handle;
    const status = handle.writeLatin1String(request, text);
    if (status !== 0) this.#fail(status);
    // A handle that has sent all of it, but not at the first attempt, has no bytes left and still uses the request.
    else if (request.getAsyncId() >= 0) this.#wait(request, text.length);
    return true;
  }

  #wait(request: WriteRequest, length: number): void {
    spare = makeRequest?.() ?? null;
    this.waiting = length;
    request.oncomplete = (status) => {
      this.waiting = 0;
      if (this.#socket.destroyed) return;
      if (status < 0) this.#fail(status);
      else this.#owner.sent();
    };
  }

  #fail(status: number): void {
    const code = getSystemErrorName(status);
    const error = new Error(`The answer could not be written (${code}).`);
    this.#socket.destroy(Object.assign(error, { code, errno: status, syscall: "write" }));
  }

  /** Looks at the request that the stream makes for its next write. */
  #learn(): false {
    if (isUnknown) return false;
    const handle = this.#handle;
    handle.writeLatin1String = (...args: [request: unknown, text: string]) => {
      Reflect.deleteProperty(handle, "writeLatin1String"); // the one of all handles is seen again
      learnFrom(args[0]);
      return Reflect.apply(handle.writeLatin1String, handle, args) as number;
    };
    return false;
  }
}

/** The streams of Node 26 write without a request. */
function learnFrom(request: unknown): void {
  const Request = (request as object | null)?.constructor as (new () => WriteRequest) | undefined;
  const first = Request?.name === "WriteWrap" ? new Request() : null; // streams make them without arguments
  if (Request === undefined || first === null || !isUnused(first)) {
    isUnknown = true;
    return;
  }
  makeRequest = () => new Request();
  spare ??= first;
}

function isUnused(request: WriteRequest): boolean {
  return typeof request.getAsyncId === "function" && request.getAsyncId() < 0;
}

function isTextHandle(handle: unknown): handle is TextHandle {
  const candidate = handle as Partial<TextHandle> | null | undefined;
  return typeof candidate?.writeLatin1String === "function";
}
