import { createHash } from "node:crypto";
import type { WireClient } from "../../wire-client.ts";
import type { ServedApp } from "./serve-app.ts";

/** A frame that a server sent. */
export interface ServerFrame {
  readonly isFinal: boolean;
  /** The three reserved bits, in their place. */
  readonly reserved: number;
  readonly isMasked: boolean;
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

/** Field lines of a handshake by name; of those with a list there are several, and those that are "" are left out. */
export type HandshakeFields = Readonly<Record<string, string | readonly string[]>>;

/** What a frame of a client says; everything that is left out is as a good client has it. */
export interface ClientFrame {
  readonly opcode?: number;
  readonly payload?: string | Uint8Array;
  readonly isFinal?: boolean;
  /** The three reserved bits, in their place. */
  readonly reserved?: number;
  readonly isMasked?: boolean;
  /** Four bytes. */
  readonly key?: readonly number[];
  /** Bits of the length field, where they are to be more than needed. */
  readonly lengthBits?: 7 | 16 | 64;
  /** A length that is announced in place of the true one. */
  readonly length?: number | bigint;
}

const KEY = [1, 2, 3, 4] as const;

/** Writes a frame as a client does it, or as a bad one does. */
export function frameOf(frame: ClientFrame): Buffer {
  const { opcode = 1, isFinal = true, reserved = 0, isMasked = true, key = KEY } = frame;
  const payload = Buffer.from(frame.payload ?? "");
  const length = lengthField(BigInt(frame.length ?? payload.length), frame.lengthBits ?? null);
  if (isMasked) length[0] = (length[0] ?? 0) | 0x80;
  const start = Buffer.concat([Buffer.of((isFinal ? 0x80 : 0) | reserved | opcode), length]);
  if (!isMasked) return Buffer.concat([start, payload]);
  for (const [at, byte] of payload.entries()) payload[at] = byte ^ (key[at % 4] as number); // at % 4 < 4
  return Buffer.concat([start, Buffer.from(key), payload]);
}

function lengthField(length: bigint, asked: number | null): Buffer {
  const bits = asked ?? (length < 126n ? 7 : length < 65_536n ? 16 : 64);
  if (bits === 7) return Buffer.of(Number(length));
  const field = Buffer.alloc(1 + bits / 8);
  field[0] = bits === 16 ? 126 : 127;
  if (bits === 16) field.writeUInt16BE(Number(length), 1);
  else field.writeBigUInt64BE(length, 1);
  return field;
}

/** A close frame. */
export function closeOf(code: number, reason: string | Uint8Array = ""): Buffer {
  const start = Buffer.alloc(2);
  start.writeUInt16BE(code);
  return frameOf({ opcode: 8, payload: Buffer.concat([start, Buffer.from(reason)]) });
}

/** A client that sends what it likes, byte for byte, and reads frames. */
export class FrameClient implements Disposable {
  readonly wire: WireClient;
  readonly #frames: ServerFrame[] = [];
  #head = "";
  /** Where in the text of the wire the next frame begins. */
  #at = 0;
  /** How long that text must be before there is more to read. */
  #needed = 0;

  private constructor(wire: WireClient) {
    this.wire = wire;
  }

  /** Connects and sends a handshake. */
  static async open(served: ServedApp, path = "/ws", fields: HandshakeFields = {}): Promise<FrameClient> {
    const client = new FrameClient(await served.connect());
    const { method = "GET", ...rest }: HandshakeFields = { host: served.host, ...HANDSHAKE, ...fields };
    const lines = Object.entries(rest).flatMap(([name, value]) =>
      [value].flat().flatMap((line) => (line === "" ? [] : [`${name}: ${line}`])),
    );
    client.send(Buffer.from([`${String(method)} ${path} HTTP/1.1`, ...lines, "", ""].join("\r\n"), "latin1"));
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
    await this.until(() => this.wire.text.length >= this.#at + length);
    return this.wire.text.slice(this.#at);
  }

  /** The frames so far. */
  get frames(): readonly ServerFrame[] {
    return this.#frames;
  }

  /** What came behind the last whole frame, one character per byte. */
  get rest(): string {
    return this.wire.text.slice(this.#at);
  }

  send(...pieces: readonly Uint8Array[]): void {
    for (const piece of pieces) void this.wire.send(piece);
  }

  /** Sends bytes in pieces of this size, and lets the server read in between. */
  async chop(bytes: Uint8Array, size: number): Promise<void> {
    for (let at = 0; at < bytes.length; at += size) await this.wire.send(bytes.subarray(at, at + size));
  }

  /** Waits until something holds, or the connection is closed. */
  async until(holds: () => boolean): Promise<void> {
    await this.wire.until(() => {
      this.#read();
      return holds();
    });
    this.#read();
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
    this.wire[Symbol.dispose]();
  }

  #read(): void {
    if (this.wire.text.length < this.#needed) return;
    if (this.#head === "") {
      const end = this.wire.text.indexOf("\r\n\r\n");
      if (end < 0) return;
      this.#head = this.wire.text.slice(0, end);
      this.#at = end + 4;
    }
    while (this.#head.startsWith("HTTP/1.1 101 ") && this.#readFrame());
  }

  #readFrame(): boolean {
    const start = Buffer.from(this.wire.text.slice(this.#at, this.#at + 10), "latin1");
    const [first = 0, second = 0] = start;
    const short = second & 0x7f;
    const headLength = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (!this.#has(headLength)) return false;
    const length =
      headLength === 2 ? short : headLength === 4 ? start.readUInt16BE(2) : Number(start.readBigUInt64BE(2));
    if (!this.#has(headLength + length)) return false;
    const payload = this.wire.text.slice(this.#at + headLength, this.#at + headLength + length);
    this.#frames.push({
      isFinal: first >= 0x80,
      reserved: first & 0x70,
      isMasked: second >= 0x80,
      opcode: first & 0x0f,
      payload: Buffer.from(payload, "latin1"),
    });
    this.#at += headLength + length;
    return true;
  }

  #has(length: number): boolean {
    this.#needed = this.#at + length;
    return this.wire.text.length >= this.#needed;
  }
}

const NAMES: Readonly<Record<number, string>> = { 1: "text", 2: "binary", 9: "ping", 10: "pong" };

/** A frame in short: what it is, "*" where it is compressed, and its payload, of a long one its length and digest. */
export function noteOf(frame: ServerFrame): string {
  const { opcode, payload, reserved, isMasked, isFinal } = frame;
  if (isMasked || !isFinal) return `a server sends no such frame: ${JSON.stringify(frame)}`;
  if (opcode === 8) return payload.length === 0 ? "close" : `close ${payload.readUInt16BE(0)}`;
  return `${NAMES[opcode] ?? opcode}${reserved === 0 ? "" : "*"} ${payloadNote(payload)}`;
}

/** What the note of a frame says of its payload. */
export function payloadNote(payload: Uint8Array): string {
  if (payload.length <= 200) return Buffer.from(payload).toString("latin1");
  return `of ${payload.length}, ${createHash("sha1").update(payload).digest("hex")}`;
}
