import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** A frame that a server sent. */
export interface ServerFrame {
  readonly isFinal: boolean;
  /** The three reserved bits, in their place. */
  readonly reserved: number;
  readonly opcode: number;
  readonly payload: Buffer;
}

/** The fields of a good handshake. */
export const HANDSHAKE: Readonly<Record<string, string>> = {
  upgrade: "websocket",
  connection: "Upgrade",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  "sec-websocket-version": "13",
};

/** What a frame of a client says; everything that is left out is as a good client has it. */
export interface ClientFrame {
  readonly opcode?: number;
  readonly payload?: string | Uint8Array;
  readonly isFinal?: boolean;
  readonly reserved?: number;
  readonly isMasked?: boolean;
}

/** Writes a frame as a client does it, or as a bad one does. */
export function frameOf({
  opcode = 1,
  payload = "",
  isFinal = true,
  reserved = 0,
  isMasked = true,
}: ClientFrame): Buffer {
  const bytes = Buffer.from(payload);
  const head = Buffer.alloc(bytes.length < 126 ? 2 : bytes.length < 65_536 ? 4 : 10);
  const mask = isMasked ? 0x80 : 0;
  head[0] = (isFinal ? 0x80 : 0) | reserved | opcode;
  head[1] = mask | (head.length === 2 ? bytes.length : head.length === 4 ? 126 : 127);
  if (head.length === 4) head.writeUInt16BE(bytes.length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(bytes.length), 2);
  if (!isMasked) return Buffer.concat([head, bytes]);
  const key = Buffer.from([1, 2, 3, 4]);
  return Buffer.concat([head, key, bytes.map((byte, at) => byte ^ (key[at % 4] as number))]); // at % 4 < 4
}

/** A close frame. */
export function closeOf(code: number, reason: string | Uint8Array = ""): Buffer {
  const start = Buffer.alloc(2);
  start.writeUInt16BE(code);
  return frameOf({ opcode: 8, payload: Buffer.concat([start, Buffer.from(reason)]) });
}

/** A client that sends what it likes, byte for byte, and reads frames. */
export class FrameClient implements Disposable {
  readonly socket: Socket;
  #bytes: Buffer = Buffer.alloc(0);
  #head = "";
  readonly #frames: ServerFrame[] = [];
  #isClosed = false;
  #wake: () => void = () => {};

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
    socket.on("error", () => {});
    socket.on("close", () => {
      this.#isClosed = true;
      this.#wake();
    });
  }

  /** Connects and sends a handshake; a field that is "" is left out. */
  static async open(
    url: string,
    path: string,
    fields: Readonly<Record<string, string>> = {},
  ): Promise<FrameClient> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await once(socket, "connect");
    const client = new FrameClient(socket);
    const { method = "GET", ...rest } = { host: `${hostname}:${port}`, ...HANDSHAKE, ...fields };
    const lines = Object.entries(rest).flatMap(([name, value]) =>
      value === "" ? [] : [`${name}: ${value}`],
    );
    socket.write([`${method} ${path} HTTP/1.1`, ...lines, "", ""].join("\r\n"));
    await client.until(() => client.#head !== "");
    return client;
  }

  /** The head of the answer, without its last empty line. */
  get head(): string {
    return this.#head;
  }

  /** The body of an answer that is no 101, once it is complete. */
  async body(): Promise<string> {
    const length = Number(/content-length: (\d+)/i.exec(this.#head)?.[1] ?? 0);
    await this.until(() => this.#bytes.length >= length);
    return this.#bytes.toString();
  }

  get frames(): readonly ServerFrame[] {
    return this.#frames;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  send(...pieces: readonly Uint8Array[]): void {
    for (const piece of pieces) this.socket.write(piece);
  }

  /** Waits until something holds, or the connection is closed. */
  async until(holds: () => boolean): Promise<void> {
    while (!this.#isClosed && !holds()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** The frames once there are so many, or the connection is closed. */
  async framesUntil(count: number): Promise<readonly ServerFrame[]> {
    await this.until(() => this.#frames.length >= count);
    return this.#frames;
  }

  /** Answers the close frame of the server, and gives all that came. */
  async goodbye(): Promise<readonly ServerFrame[]> {
    await this.until(() => this.#frames.at(-1)?.opcode === 8);
    this.send(closeOf(1000));
    return await this.framesUntil(Infinity);
  }

  /** What came until the server ended the connection, in short. */
  async notes(): Promise<string[]> {
    await this.until(() => false);
    return this.#frames.map(noteOf);
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }

  #read(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    if (this.#head === "") {
      const end = this.#bytes.indexOf("\r\n\r\n");
      if (end < 0) return;
      this.#head = this.#bytes.toString("latin1", 0, end);
      this.#bytes = this.#bytes.subarray(end + 4);
    }
    while (this.#head.startsWith("HTTP/1.1 101 ") && this.#readFrame());
    this.#wake();
  }

  #readFrame(): boolean {
    const [first = 0, second = 0] = this.#bytes;
    const short = second & 0x7f;
    const start = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (this.#bytes.length < start) return false;
    const length =
      start === 2
        ? short
        : start === 4
          ? this.#bytes.readUInt16BE(2)
          : Number(this.#bytes.readBigUInt64BE(2));
    if (this.#bytes.length < start + length) return false;
    const payload = this.#bytes.subarray(start, start + length);
    this.#frames.push({ isFinal: first >= 0x80, reserved: first & 0x70, opcode: first & 0x0f, payload });
    this.#bytes = this.#bytes.subarray(start + length);
    return true;
  }
}

/** A frame in short. */
export function noteOf({ opcode, payload, reserved }: ServerFrame): string {
  if (opcode === 8) return payload.length === 0 ? "close" : `close ${payload.readUInt16BE(0)}`;
  const names: Readonly<Record<number, string>> = { 1: "text", 2: "binary", 9: "ping", 10: "pong" };
  return `${names[opcode] ?? opcode}${reserved === 0 ? "" : "*"} ${payload.toString("latin1")}`;
}
