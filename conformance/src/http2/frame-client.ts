import { once } from "node:events";
import { connect as connectPlain, type Socket } from "node:net";
import { connect } from "node:tls";
import type { Listener } from "@armature/http";
import { CERTIFICATE } from "../engines.ts";

/** Types of frames (RFC 9113, 6). */
export const FRAME = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

export const END_STREAM = 1;
export const END_HEADERS = 4;

const HEAD_BYTES = 9;
const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/** One frame as it came. */
export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

/** A frame, byte by byte. */
export function frame(
  type: number,
  stream: number,
  { flags = 0, payload = Buffer.alloc(0) }: { flags?: number; payload?: Uint8Array } = {},
): Buffer {
  const bytes = Buffer.alloc(HEAD_BYTES + payload.length);
  bytes.writeUIntBE(payload.length, 0, 3);
  bytes.writeUInt8(type, 3);
  bytes.writeUInt8(flags, 4);
  bytes.writeUInt32BE(stream, 5);
  bytes.set(payload, HEAD_BYTES);
  return bytes;
}

/** A block of fields, each a literal that nothing remembers (RFC 7541, 6.2.2). */
export function fieldBlock(fields: Readonly<Record<string, string>>): Buffer {
  const parts = Object.entries(fields).flatMap(([name, value]) => [Buffer.of(0), text(name), text(value)]);
  return Buffer.concat(parts);
}

/** Lengths up to 126 fit in one byte. */
function text(value: string): Buffer {
  return Buffer.concat([Buffer.of(value.length), Buffer.from(value, "latin1")]);
}

/** The fields of a request. */
export function requestBlock(fields: Readonly<Record<string, string>> = {}): Buffer {
  return fieldBlock({ ":method": "GET", ":scheme": "https", ":authority": "a", ":path": "/", ...fields });
}

/** A whole request without a body. */
export function requestFrame(stream: number, fields: Readonly<Record<string, string>> = {}): Buffer {
  return frame(FRAME.headers, stream, { flags: END_STREAM | END_HEADERS, payload: requestBlock(fields) });
}

/** A number as four bytes. */
export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** An entry of a SETTINGS frame. */
export function setting(id: number, value: number): Buffer {
  return Buffer.concat([Buffer.of(0, id), uint32(value)]);
}

/** A client that sends any frames, and notes what comes back. */
export class FrameClient implements Disposable {
  readonly frames: Frame[] = [];
  closed = false;
  readonly #socket: Socket;
  #rest: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (bytes: Buffer) => this.#take(bytes));
    socket.on("error", () => {});
    socket.on("close", () => (this.closed = true));
  }

  /** Connects, and says what every client says first. */
  static async open({ address }: Listener, settings: Uint8Array = Buffer.alloc(0)): Promise<FrameClient> {
    const { host, port, url } = address;
    const isSecure = url.startsWith("https:");
    const options = { host, port, ca: CERTIFICATE.cert, servername: "localhost", ALPNProtocols: ["h2"] };
    const socket = isSecure ? connect(options) : connectPlain({ host, port });
    await once(socket, isSecure ? "secureConnect" : "connect");
    const client = new FrameClient(socket);
    await client.send(Buffer.from(PREFACE), frame(FRAME.settings, 0, { payload: settings }));
    return client;
  }

  /** Sends frames in one write, and gives the server a turn. */
  async send(...frames: readonly Uint8Array[]): Promise<void> {
    if (!this.closed) this.#socket.write(Buffer.concat(frames));
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Stops reading: what the server sends, its end too, waits in the system. */
  pause(): void {
    this.#socket.pause();
  }

  /** The frames of one type, of one stream if that is said. */
  all(type: number, stream?: number): Frame[] {
    return this.frames.filter((one) => one.type === type && (stream === undefined || one.stream === stream));
  }

  /** The code of the last GOAWAY; `null` where none came. */
  get goAwayCode(): number | null {
    const last = this.all(FRAME.goAway).at(-1);
    return last === undefined ? null : last.payload.readUInt32BE(4);
  }

  /** The code that a stream was reset with; `null` where it was not. */
  resetCode(stream: number): number | null {
    return this.all(FRAME.reset, stream)[0]?.payload.readUInt32BE() ?? null;
  }

  /** The body of an answer as far as it came. */
  body(stream: number): Buffer {
    return Buffer.concat(this.all(FRAME.data, stream).map(({ payload }) => payload));
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  #take(bytes: Buffer): void {
    let rest = Buffer.concat([this.#rest, bytes]);
    for (let end = endOf(rest); end <= rest.length; end = endOf(rest)) {
      this.frames.push({
        type: rest.readUInt8(3),
        flags: rest.readUInt8(4),
        stream: rest.readUInt32BE(5),
        payload: rest.subarray(HEAD_BYTES, end),
      });
      rest = rest.subarray(end);
    }
    this.#rest = rest;
  }
}

/** Where the first frame ends; beyond everything while its length is not there. */
function endOf(bytes: Buffer): number {
  return bytes.length < HEAD_BYTES ? Infinity : HEAD_BYTES + bytes.readUIntBE(0, 3);
}
