import type { FilePiece } from "@armature/http";
import { AnswerState } from "./answer-state.ts";
import type { StreamedExchange } from "./body-writer.ts";
import { atNextFileTurn, type FileTask } from "./file-turns.ts";

/** Bytes that are handed to the system at a time. */
const CHUNK_BYTES = 256 * 1024;

/** What a transfer needs of the answers of its connection. */
export interface FileOutput<TExchange> {
  /** Whether the answers in front of this one have left. */
  isTurnOf(exchange: TExchange): boolean;
  /** Sends what is collected, and then some of a file; gives the bytes of it that were taken. */
  sendFile(exchange: TExchange, piece: FilePiece): number;
  /** Whether `sendFile` has to wait for the client. */
  readonly isFull: boolean;
}

/** A piece of a file on its way to a client, as much of it at a time as others can wait for. */
export class FileTransfer<TExchange extends StreamedExchange> implements FileTask {
  readonly #output: FileOutput<TExchange>;
  readonly #exchange: TExchange;
  readonly #piece: FilePiece;
  readonly #settle: (sent: number) => void;
  #sent = 0;

  /** @param settle told once, with the bytes that have left; the file is not used after that */
  constructor(
    output: FileOutput<TExchange>,
    exchange: TExchange,
    piece: FilePiece,
    settle: (sent: number) => void,
  ) {
    this.#output = output;
    this.#exchange = exchange;
    this.#piece = piece;
    this.#settle = settle;
  }

  step(): number {
    if (this.#exchange.state !== AnswerState.streaming) return this.#end();
    if (!this.#output.isTurnOf(this.#exchange)) return this.#wait();
    const { fd, start, length } = this.#piece;
    const chunk = Math.min(CHUNK_BYTES, length - this.#sent);
    const taken = this.#output.sendFile(this.#exchange, { fd, start: start + this.#sent, length: chunk });
    this.#sent += taken;
    if (this.#sent === length) this.#end();
    else if (taken === chunk) atNextFileTurn(this);
    else if (this.#output.isFull) this.#wait();
    else this.#end();
    return taken;
  }

  #wait(): 0 {
    this.#exchange.wakeWriter = () => atNextFileTurn(this);
    return 0;
  }

  #end(): 0 {
    this.#settle(this.#sent);
    return 0;
  }
}
