import { ArmatureError, HeaderList, isNullBodyStatus } from "@armature/http";

/** An answer as it came over the wire. */
export interface WireResponse {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Uint8Array;
}

type Stage = "head" | "sized" | "chunk-size" | "chunk" | "chunk-end" | "trailers" | "rest" | "done";

/**
 * Reads one HTTP/1.1 answer (RFC 9112) from bytes that come in any pieces. It is strict: what is not said to be there must not
 * be there.
 */
export class ResponseReader {
  readonly #method: string;
  readonly #chunks: Uint8Array[] = [];
  #stage: Stage = "head";
  #unread: Buffer = Buffer.alloc(0);
  /** Bytes of the body, or of the chunk, that are still to come. */
  #left = 0;
  #status = 0;
  #headers: HeaderList = HeaderList.fromPairs([]);

  /** @param method of the request; answers to HEAD have no body */
  constructor(method: string) {
    this.#method = method;
  }

  /** Whether the answer is complete. */
  get done(): boolean {
    return this.#stage === "done";
  }

  /** Takes the next bytes. @throws ArmatureError `E_TEST_RESPONSE_INVALID` */
  push(bytes: Uint8Array): void {
    this.#unread = Buffer.concat([this.#unread, bytes]);
    while (this.#step());
    if (this.done && this.#unread.length > 0) throw invalid("has bytes behind its end", this.#unread);
  }

  /** Takes the end of the connection. @throws ArmatureError `E_TEST_RESPONSE_CUT` where something is missing */
  end(): void {
    if (this.#stage === "rest") this.#stage = "done";
    if (!this.done) throw this.#cut();
  }

  /** The answer, when it is complete. */
  get response(): WireResponse {
    return { status: this.#status, headers: this.#headers, body: Buffer.concat(this.#chunks) };
  }

  /** Goes as far as the bytes reach; `false` where more are needed. */
  #step(): boolean {
    switch (this.#stage) {
      case "head":
        return this.#withLines("\r\n\r\n", (text) => this.#readHead(text));
      case "sized":
        return this.#take("done");
      case "chunk-size":
        return this.#withLines("\r\n", (text) => this.#readChunkSize(text));
      case "chunk":
        return this.#take("chunk-end");
      case "chunk-end":
        return this.#withLines("\r\n", (text) => this.#readChunkEnd(text));
      case "trailers":
        return this.#withLines("\r\n", (text) => void (this.#stage = text === "" ? "done" : "trailers"));
      case "rest":
        this.#left = this.#unread.length;
        return this.#take("rest");
      case "done":
        return false;
      default:
        return this.#stage satisfies never;
    }
  }

  #withLines(end: string, read: (text: string) => void): boolean {
    const at = this.#unread.indexOf(end);
    if (at < 0) return false;
    const text = this.#unread.toString("latin1", 0, at);
    this.#unread = this.#unread.subarray(at + end.length);
    read(text);
    return true;
  }

  #take(next: Stage): boolean {
    const piece = this.#unread.subarray(0, this.#left);
    if (piece.length > 0) this.#chunks.push(piece);
    this.#unread = this.#unread.subarray(piece.length);
    this.#left -= piece.length;
    if (this.#left > 0 || next === this.#stage) return false;
    this.#stage = next;
    return true;
  }

  #readHead(text: string): void {
    const [line = "", ...fields] = text.split("\r\n");
    const status = /^HTTP\/1\.[01] (\d{3}) [^\r\n]*$/.exec(line)?.[1];
    if (status === undefined) throw invalid("has a status line that is none", line);
    this.#status = Number(status);
    this.#headers = HeaderList.fromPairs(fields.map(readField));
    // An interim answer comes in front of the final one.
    if (this.#status >= 200) this.#stage = this.#bodyStage();
  }

  #bodyStage(): Stage {
    if (this.#method === "HEAD" || isNullBodyStatus(this.#status)) return "done";
    if (this.#headers.get("transfer-encoding") === "chunked") return "chunk-size";
    const length = this.#headers.get("content-length");
    if (length === undefined) return "rest";
    if (!/^\d+$/.test(length)) throw invalid("has a content-length that is no number", length);
    this.#left = Number(length);
    return this.#left === 0 ? "done" : "sized";
  }

  #readChunkSize(text: string): void {
    if (!/^[\da-f]+$/i.test(text)) throw invalid("has a chunk size that is no number", text);
    this.#left = Number.parseInt(text, 16);
    this.#stage = this.#left === 0 ? "trailers" : "chunk";
  }

  #readChunkEnd(text: string): void {
    if (text !== "") throw invalid("has a chunk that is longer than its size", text);
    this.#stage = "chunk-size";
  }

  #cut(): ArmatureError {
    const came = this.#chunks.reduce((sum, { byteLength }) => sum + byteLength, 0);
    const what =
      this.#stage === "head"
        ? "before there was an answer"
        : `within the answer ${this.#status}, after ${came} bytes of its body`;
    return new ArmatureError("E_TEST_RESPONSE_CUT", `The server ended the connection ${what}.`);
  }
}

function readField(line: string): [name: string, value: string] {
  const colon = line.indexOf(":");
  if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(line.slice(0, Math.max(colon, 0))))
    throw invalid("has a header line that is none", line);
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
}

function invalid(what: string, got: string | Buffer): ArmatureError {
  const text = typeof got === "string" ? got : got.toString("latin1");
  return new ArmatureError(
    "E_TEST_RESPONSE_INVALID",
    `The answer ${what} (got ${JSON.stringify(text.slice(0, 80))}).`,
  );
}
