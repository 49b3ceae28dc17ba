import type { BodyWriter, FilePiece } from "@armature/http";
import { type BodyFraming, type BodyOutput, EngineBodyWriter, type StreamedExchange } from "./body-writer.ts";
import { type FileOutput, FileTransfer } from "./file-transfer.ts";
import { atFileTurn } from "./file-turns.ts";

/** Writes the body of a streamed answer where the system can be handed files. */
export class FileBodyWriter<TExchange extends StreamedExchange>
  extends EngineBodyWriter<TExchange>
  implements BodyWriter
{
  readonly #files: FileOutput<TExchange>;
  /** The piece in front of the next one. */
  #earlier: Promise<number> = Promise.resolve(0);

  constructor(
    output: BodyOutput<TExchange> & FileOutput<TExchange>,
    exchange: TExchange,
    framing: BodyFraming,
    length: number | null,
  ) {
    super(output, exchange, framing, length);
    this.#files = output;
  }

  writeFile(piece: FilePiece): Promise<number> {
    return (this.#earlier = this.#writeBehind(this.#earlier, piece));
  }

  async #writeBehind(earlier: Promise<number>, piece: FilePiece): Promise<number> {
    await earlier;
    if (this.framing === "none") return piece.length;
    // The line in front of a chunk says how long it is, and that is not known before it has left.
    if (this.closed || this.framing === "chunked") return 0;
    // Is refused where it is too long, but counts as it leaves: who ends the body meanwhile has not written it.
    this.take(piece.length);
    this.take(-piece.length);
    const sent = await this.#transfer(piece);
    this.take(sent);
    return sent;
  }

  #transfer(piece: FilePiece): Promise<number> {
    return new Promise((resolve) => {
      atFileTurn(new FileTransfer(this.#files, this.exchange, piece, resolve));
    });
  }
}
