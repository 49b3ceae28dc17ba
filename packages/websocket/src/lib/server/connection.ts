import type { ConnectionSink, RawConnection } from "@armature/http";
import { CloseCode } from "../frames/close-code.ts";
import { Deflater, DeflateInflater } from "../frames/deflate.ts";
import type { DeflateParameters } from "../frames/deflate-parameters.ts";
import { encodeClose, encodeFrame, encodeHead, TEXT_BYTES } from "../frames/encode-frame.ts";
import { FrameError } from "../frames/frame-error.ts";
import { MessageReader, type MessageReaderOptions, type MessageSink } from "../frames/message-reader.ts";
import { Opcode } from "../frames/opcode.ts";
import type { ResolvedWebSocketOptions } from "./options.ts";
import type { Outgoing } from "./outgoing.ts";
import { SendQueue } from "./send-queue.ts";

/** Told of what a connection receives. What it throws goes to `failed`. */
export interface ConnectionListener {
  text(text: string): void;
  binary(bytes: Buffer): void;
  /** Something of the application threw; the connection lives on. */
  failed(error: unknown): void;
  /** The last call. @param code of the first close frame; 1006 where there was none */
  closed(code: number, reason: string): void;
}

/** `open`, then `closing` once a close frame was sent or received, then `closed`; never back. */
export type ConnectionState = "open" | "closing" | "closed";

/** One WebSocket on an upgraded connection: messages both ways, the close handshake, heartbeat and back-pressure. */
export class WebSocketConnection implements ConnectionSink, MessageSink {
  readonly #options: ResolvedWebSocketOptions;
  readonly #listener: ConnectionListener;
  readonly #reader: MessageReader;
  readonly #deflater: Deflater | null;
  readonly #isForgetful: boolean;
  readonly #queue: SendQueue;
  #raw: RawConnection | null = null;
  #state: ConnectionState = "open";
  /** Whether the engine has as many unsent bytes as it wants. */
  #isBlocked = false;
  /** Whether the application has as many messages in work as it wants. */
  #isBusy = false;
  #pendingPongs = 0;
  #closeCode: number = CloseCode.abnormal;
  #closeReason = "";
  /** The close frame, while messages in front of it wait. */
  #closeFrame: Buffer | null = null;
  #closeTimer: NodeJS.Timeout | null = null;
  #drained: PromiseWithResolvers<void> | null = null;
  #receivedAt: number = performance.now();
  #pingedAt: number = performance.now();

  constructor(
    options: ResolvedWebSocketOptions,
    deflate: DeflateParameters | null,
    listener: ConnectionListener,
  ) {
    const { limits } = options;
    this.#options = options;
    this.#listener = listener;
    this.#queue = new SendQueue(options.backPressure, limits);
    this.#deflater = deflate === null ? null : new Deflater(deflate);
    this.#isForgetful = deflate?.serverNoContextTakeover === true && deflate.serverMaxWindowBits === 15;
    this.#reader = new MessageReader(readerOptions(options, deflate), this);
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Bytes of messages that wait behind those that the engine holds. */
  get queuedBytes(): number {
    return this.#queue.bytes;
  }

  /** Messages that the back-pressure policy has lost. */
  get dropped(): number {
    return this.#queue.dropped;
  }

  /** Takes over the connection that the engine gave for this sink. */
  attach(raw: RawConnection): void {
    this.#raw = raw;
    if (this.#state === "closed") return raw.destroy();
    if (raw.payloads !== undefined) this.#reader.use(raw.payloads);
    this.#flush();
    this.#setFlow();
  }

  /** Sends a message; `false` where the client should catch up first, or is gone. */
  send(message: Outgoing): boolean {
    if (this.#state !== "open") return false;
    if (this.#raw !== null && !this.#isBlocked) return this.#writeMessage(message);
    if (!this.#queue.push(message))
      this.#cut(CloseCode.tryAgainLater, "The client takes its messages too slowly.");
    return false;
  }

  /** Resolves when there is room again, or the connection closes. */
  drained(): Promise<void> {
    if (this.#state !== "open" || !this.#isBlocked) return Promise.resolve();
    return (this.#drained ??= Promise.withResolvers<void>()).promise;
  }

  /** Stops to read the client, or goes on; the application has enough to do. */
  setBusy(isBusy: boolean): void {
    if (this.#isBusy === isBusy) return;
    this.#isBusy = isBusy;
    this.#setFlow();
  }

  /** Says goodbye behind what waits, and gives the client some time to answer. */
  closeWith(code: number, reason: string): void {
    if (this.#state === "open") this.#startClose(code, reason, encodeClose(code, reason));
  }

  /** Cuts the connection. */
  terminate(): void {
    this.#cut(CloseCode.abnormal, "");
  }

  /** Pings a client that is silent, and cuts one that is for too long. */
  tick(nowMs: number): void {
    if (this.#state !== "open") return;
    const { heartbeatMs, idleTimeoutMs } = this.#options.limits;
    const silentMs = nowMs - this.#receivedAt;
    if (silentMs >= idleTimeoutMs) return this.terminate();
    if (silentMs < heartbeatMs || nowMs - this.#pingedAt < heartbeatMs || this.#isBlocked) return;
    this.#pingedAt = nowMs;
    this.#write(PING);
  }

  // What the engine reports.

  data(chunk: Uint8Array): void {
    this.#receivedAt = performance.now();
    try {
      this.#reader.push(chunk);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#refuse(error.closeCode, error.message);
    }
  }

  drain(): void {
    this.#isBlocked = false;
    this.#pendingPongs = 0;
    this.#flush();
    if (this.#isBlocked) return;
    this.#drained?.resolve();
    this.#drained = null;
    this.#setFlow();
  }

  end(): void {
    if (this.#state === "open") this.#cut(CloseCode.abnormal, "");
    else this.#raw?.end();
  }

  shutdown(): void {
    this.closeWith(CloseCode.goingAway, "The server stops.");
  }

  /** The connection is gone: the one place where a socket becomes closed. */
  close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#reader.stop();
    this.#queue.clear();
    if (this.#closeTimer !== null) clearTimeout(this.#closeTimer);
    this.#drained?.resolve();
    this.#drained = null;
    this.#tell(() => this.#listener.closed(this.#closeCode, this.#closeReason));
  }

  // What the reader tells.

  text(text: string): void {
    if (this.#state === "open") this.#tell(() => this.#listener.text(text));
  }

  binary(bytes: Buffer): void {
    if (this.#state === "open") this.#tell(() => this.#listener.binary(bytes));
  }

  ping(payload: Buffer): void {
    if (this.#state !== "open") return;
    const { maxPendingPongs } = this.#options.limits;
    if (this.#isBlocked && ++this.#pendingPongs > maxPendingPongs)
      return this.#refuse(
        CloseCode.policyViolation,
        `More than ${maxPendingPongs} pings wait for their pongs.`,
      );
    this.#write(encodeFrame(Opcode.pong, payload));
  }

  pong(): void {
    // That something came is noted for all frames alike.
  }

  closing(code: number, reason: string): void {
    if (this.#state === "open") this.#endWith(code, reason, encodeClose(code, ""));
    else this.#raw?.end();
  }

  /** The client broke the protocol or a limit; nothing more is read of it. */
  #refuse(code: number, reason: string): void {
    this.#endWith(code, reason, encodeClose(code, reason));
  }

  /** Closes at once: what waits is given up, and the close frame goes where the engine still has what it was given. */
  #endWith(code: number, reason: string, frame: Buffer): void {
    this.#queue.clear();
    this.#startClose(code, reason, frame);
    this.#flushClose();
    this.#raw?.end();
  }

  #startClose(code: number, reason: string, frame: Buffer): void {
    if (this.#state !== "open") return;
    this.#state = "closing";
    this.#closeCode = code;
    this.#closeReason = reason;
    this.#closeFrame = frame;
    this.#closeTimer = setTimeout(() => this.#raw?.destroy(), this.#options.limits.closeTimeoutMs);
    this.#closeTimer.unref();
    if (this.#raw !== null) this.#flush();
    this.#setFlow();
  }

  #cut(code: number, reason: string): void {
    if (this.#state === "open") {
      this.#state = "closing";
      this.#closeCode = code;
      this.#closeReason = reason;
    }
    if (this.#raw === null) this.close();
    else this.#raw.destroy();
  }

  /** Sends what waits, as far as there is room, and the close frame behind it. */
  #flush(): void {
    while (!this.#isBlocked) {
      const message = this.#queue.shift();
      if (message === null) return this.#flushClose();
      this.#writeMessage(message);
    }
  }

  #flushClose(): void {
    const frame = this.#closeFrame;
    this.#closeFrame = null;
    if (frame !== null) this.#write(frame);
  }

  #write(frame: string | Uint8Array): boolean {
    return this.#wrote(this.#raw !== null && writeTo(this.#raw, frame));
  }

  #wrote(hasRoom: boolean): boolean {
    if (hasRoom || this.#isBlocked) return hasRoom;
    this.#isBlocked = true;
    this.#setFlow();
    return false;
  }

  #writeMessage(message: Outgoing): boolean {
    const { compression } = this.#options;
    const deflater = this.#deflater;
    if (deflater === null || compression === null || message.payload.length < compression.thresholdBytes)
      return this.#writePlain(message);
    return this.#write(this.#isForgetful ? message.compressed : message.compressedWith(deflater));
  }

  /** Many bytes are sent as they lie, where the engine can do that and let go of them. */
  #writePlain(message: Outgoing): boolean {
    const { opcode, payload } = message;
    if (typeof payload === "string" || payload.length <= TEXT_BYTES) return this.#write(message.plain);
    const hasRoom = this.#raw?.writeThrough?.(encodeHead(opcode, payload.length), payload);
    return hasRoom === undefined ? this.#write(message.plain) : this.#wrote(hasRoom);
  }

  /** A client that does not take what it asked for is not asked for more. */
  #setFlow(): void {
    if (this.#raw === null || this.#state === "closed") return;
    const mayWait =
      this.#state === "open" && (this.#isBusy || (this.#isBlocked && this.#options.backPressure === "pause"));
    if (mayWait) this.#raw.pause();
    else this.#raw.resume();
  }

  /** The engine cuts a connection whose sink throws; an error of the application is no reason to. */
  #tell(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#listener.failed(error);
    }
  }
}

function readerOptions(
  { reader, limits }: ResolvedWebSocketOptions,
  deflate: DeflateParameters | null,
): MessageReaderOptions {
  if (deflate === null) return reader;
  return { ...reader, inflater: new DeflateInflater(deflate, limits.maxInflationRatio) };
}

/** @param frame a string has one character per byte */
function writeTo(raw: RawConnection, frame: string | Uint8Array): boolean {
  if (typeof frame !== "string") return raw.write(frame);
  return raw.writeLatin1 === undefined ? raw.write(Buffer.from(frame, "latin1")) : raw.writeLatin1(frame);
}

const PING = encodeFrame(Opcode.ping, "");
