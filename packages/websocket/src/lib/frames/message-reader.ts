import type { KnownPayloads } from "@armature/http";
import { CloseCode, isCloseCode } from "./close-code.ts";
import { FrameError } from "./frame-error.ts";
import { FrameParser, type FrameHead, type FrameSink } from "./frame-parser.ts";
import { isControl, Opcode } from "./opcode.ts";
import { PayloadBuffer } from "./payload-buffer.ts";
import type { PayloadPiece } from "./read-payload.ts";
import { Utf8Check } from "./utf8-check.ts";

/** Told of whole messages and of control frames, in their order. */
export interface MessageSink {
  text(text: string): void;
  binary(bytes: Buffer): void;
  ping(payload: Buffer): void;
  pong(payload: Buffer): void;
  /** The last call. @param code 1005 where the frame had none */
  closing(code: number, reason: string): void;
}

/** Undoes the compression of a message. */
export interface Inflater {
  /** @throws FrameError 1009 above `maxBytes`, or above the ratio; 1007 for what is not compressed data */
  inflate(bytes: Buffer, maxBytes: number): Buffer;
}

/** What a reader takes. */
export interface MessageReaderOptions {
  readonly isMasked: boolean;
  /** Bytes of a message, also behind inflation. */
  readonly maxMessageBytes: number;
  /** Frames of one message. */
  readonly maxFragments: number;
  /** What was negotiated; `null` where nothing was. */
  readonly inflater: Inflater | null;
}

const NOTHING = Buffer.alloc(0);

/** Bytes of a control frame (RFC 6455, 5.5). */
const MAX_CONTROL_BYTES = 125;

/** Makes messages of frames (RFC 6455, 5.4): joins fragments, checks UTF-8 as it comes, undoes compression, within limits. */
export class MessageReader implements FrameSink {
  readonly #options: MessageReaderOptions;
  readonly #sink: MessageSink;
  readonly #parser: FrameParser;
  readonly #message = new PayloadBuffer();
  /** `null` until one is needed, as most sockets say nothing for most of the time; of the other one too. */
  #control: PayloadBuffer | null = null;
  #utf8: Utf8Check | null = null;
  /** Opcode of the message that is being read; 0 between messages. */
  #kind: number = Opcode.continuation;
  #isCompressed = false;
  #fragments = 0;
  #frameOpcode = 0;
  #isFrameFinal = false;
  /** Bytes of the message with its last frame; 0 in front of that. */
  #announced = 0;

  constructor(options: MessageReaderOptions, sink: MessageSink) {
    this.#options = options;
    this.#sink = sink;
    this.#parser = new FrameParser(
      { isMasked: options.isMasked, takesCompressed: options.inflater !== null },
      this,
    );
  }

  /** Looks there for payloads that are unmasked already. */
  use(payloads: KnownPayloads): void {
    this.#parser.use(payloads);
  }

  /** Reads the next bytes. @throws FrameError where they break the protocol or a limit; nothing more is read then */
  push(chunk: Uint8Array): void {
    this.#parser.push(chunk);
  }

  /** Takes nothing more. */
  stop(): void {
    this.#parser.stop();
  }

  begin(head: FrameHead): boolean {
    this.#frameOpcode = head.opcode;
    this.#isFrameFinal = head.isFinal;
    if (isControl(head.opcode)) return false;
    this.#beginData(head);
    return head.opcode === Opcode.text && head.isFinal && !head.isCompressed;
  }

  #beginData({ opcode, isCompressed, isFinal, length }: FrameHead): void {
    const isContinued = this.#kind !== Opcode.continuation;
    if (isContinued !== (opcode === Opcode.continuation))
      throw broken(isContinued ? "A message begins within another one." : "There is no message to continue.");
    if (!isContinued) {
      this.#kind = opcode;
      this.#isCompressed = isCompressed;
      this.#fragments = 0;
    }
    const { maxFragments, maxMessageBytes } = this.#options;
    if (++this.#fragments > maxFragments) throw tooBig(`A message has more than ${maxFragments} fragments.`);
    if (this.#message.length + length > maxMessageBytes)
      throw tooBig(`A message has more than ${maxMessageBytes} bytes.`);
    this.#announced = isFinal ? this.#message.length + length : 0;
  }

  wholeText(text: string | null): void {
    if (text === null) throw notUtf8();
    this.#kind = Opcode.continuation;
    this.#sink.text(text);
  }

  payload(piece: PayloadPiece): void {
    if (isControl(this.#frameOpcode))
      return (this.#control ??= new PayloadBuffer()).add(piece, MAX_CONTROL_BYTES);
    this.#message.add(piece, this.#announced);
    if (this.#kind !== Opcode.text || this.#isCompressed) return;
    if (!this.#text.push(this.#message.tail(piece.end - piece.start))) throw notUtf8();
  }

  end(): void {
    if (isControl(this.#frameOpcode)) this.#endControl(this.#control?.take() ?? NOTHING);
    else if (this.#isFrameFinal) this.#endMessage();
  }

  get #text(): Utf8Check {
    return (this.#utf8 ??= new Utf8Check());
  }

  #endMessage(): void {
    const kind = this.#kind;
    const bytes = this.#content(this.#message.take());
    this.#kind = Opcode.continuation;
    if (kind === Opcode.binary) return this.#sink.binary(bytes);
    if (this.#isCompressed && !this.#text.push(bytes)) throw notUtf8();
    if (!this.#text.end()) throw notUtf8();
    this.#sink.text(bytes.toString());
  }

  #content(bytes: Buffer): Buffer {
    if (!this.#isCompressed || this.#options.inflater === null) return bytes;
    return this.#options.inflater.inflate(bytes, this.#options.maxMessageBytes);
  }

  #endControl(payload: Buffer): void {
    switch (this.#frameOpcode) {
      case Opcode.ping:
        return this.#sink.ping(payload);
      case Opcode.pong:
        return this.#sink.pong(payload);
      default:
        this.#endClose(payload);
    }
  }

  #endClose(payload: Buffer): void {
    this.stop();
    if (payload.length === 0) return this.#sink.closing(CloseCode.noStatus, "");
    const code = payload.length === 1 ? 0 : payload.readUInt16BE(0);
    if (!isCloseCode(code)) throw broken("A close frame has a code that must not be sent.");
    const reason = payload.subarray(2);
    const check = new Utf8Check();
    if (!check.push(reason) || !check.end()) throw notUtf8();
    this.#sink.closing(code, reason.toString("utf8"));
  }
}

function broken(message: string): FrameError {
  return new FrameError(CloseCode.protocolError, message);
}

function tooBig(message: string): FrameError {
  return new FrameError(CloseCode.messageTooBig, message);
}

function notUtf8(): FrameError {
  return new FrameError(CloseCode.invalidPayload, "A text is not UTF-8.");
}
