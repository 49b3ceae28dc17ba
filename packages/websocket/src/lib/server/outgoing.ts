import { encodeFrame, encodeMessage } from "../frames/encode-frame.ts";
import { Deflater } from "../frames/deflate.ts";
import type { DeflateParameters } from "../frames/deflate-parameters.ts";

const FULL_WINDOW: DeflateParameters = Object.freeze({
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
  serverMaxWindowBits: 15,
});

/** A message on its way out; its frames are made when first asked for, once for all sockets that it goes to. */
export class Outgoing {
  readonly opcode: number;
  /** The message as bytes; a string is UTF-8 when it is sent. */
  readonly payload: string | Uint8Array;
  #plain: string | Buffer | null = null;
  #compressed: Buffer | null = null;

  constructor(opcode: number, payload: string | Uint8Array) {
    this.opcode = opcode;
    this.payload = payload;
  }

  /** The same message, with bytes that nobody else has. */
  kept(): Outgoing {
    const { payload } = this;
    return typeof payload === "string" ? this : new Outgoing(this.opcode, new Uint8Array(payload));
  }

  /** The message as a frame that is not compressed; a string has one character per byte. */
  get plain(): string | Buffer {
    return (this.#plain ??= encodeMessage(this.opcode, this.payload));
  }

  /** The message as a compressed frame that refers to nothing before it. */
  get compressed(): Buffer {
    return (this.#compressed ??= this.compressedWith(new Deflater(FULL_WINDOW)));
  }

  /** The message as a compressed frame of one socket. */
  compressedWith(deflater: Deflater): Buffer {
    const content = typeof this.payload === "string" ? Buffer.from(this.payload) : Buffer.from(this.payload);
    return encodeFrame(this.opcode, deflater.deflate(content), true);
  }
}
