import type { IncomingMessage, ServerResponse } from "node:http";
import {
  HeaderList,
  HttpError,
  type BodyWriter,
  type Exchange,
  type HttpVersion,
  type Peer,
  type RawConnection,
  type RequestBody,
  type ResponseHead,
} from "@armature/http";
import { checkedHead } from "./checked-head.ts";
import { NodeBody } from "./node-body.ts";
import { NodeBodyWriter } from "./node-body-writer.ts";

const NO_BYTES = Buffer.alloc(0);

/** One request of a `node:http` server as an exchange. */
export class NodeExchange implements Exchange {
  readonly method: string;
  readonly version: HttpVersion;
  readonly bytes = null;
  readonly targetStart = 0;
  readonly targetEnd = 0;
  readonly target: string;
  readonly body: RequestBody;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  #headers: HeaderList | null = null;
  #abort: AbortController | null = null;
  #answered = false;

  constructor(request: IncomingMessage, response: ServerResponse, maxBodyBytes: number) {
    this.#request = request;
    this.#response = response;
    this.method = request.method ?? "GET";
    this.version = request.httpVersion === "1.0" ? "1.0" : request.httpVersionMajor === 2 ? "2.0" : "1.1";
    this.target = request.url ?? "/";
    this.body = new NodeBody(request, maxBodyBytes);
  }

  get headers(): HeaderList {
    return (this.#headers ??= HeaderList.fromPairs(rawPairs(this.#request.rawHeaders)));
  }

  get peer(): Peer {
    const { socket } = this.#request;
    return {
      address: socket.remoteAddress ?? "",
      port: socket.remotePort ?? 0,
      secure: "encrypted" in socket,
    };
  }

  get signal(): AbortSignal {
    if (this.#abort === null) {
      const controller = new AbortController();
      this.#response.once("close", () => {
        if (!this.#response.writableFinished)
          controller.abort(new DOMException("The client left.", "AbortError"));
      });
      this.#abort = controller;
    }
    return this.#abort.signal;
  }

  get answered(): boolean {
    return this.#answered || this.#response.destroyed;
  }

  respond(head: ResponseHead, body: string | Uint8Array | null): void {
    if (this.#isGone()) return;
    const pairs = this.#start(head);
    if (body === null) {
      if (head.status !== 204 && head.status !== 304) pairs.push(["content-length", "0"]);
    } else if (head.status !== 204 && head.status !== 304) {
      pairs.push(["content-length", String(Buffer.byteLength(body))]);
    }
    this.#response.writeHead(head.status, pairs.flat());
    // Node writes the head as UTF-8 together with a string, but as latin1 in front of bytes. A copy: they stay the application's.
    this.#response.end(body === null ? undefined : Buffer.from(body as string)); // both kinds are taken
  }

  stream(head: ResponseHead, length: number | null): BodyWriter {
    if (this.#isGone()) return new NodeBodyWriter(this.#response);
    const pairs = this.#start(head);
    if (length !== null) pairs.push(["content-length", String(length)]);
    this.#response.writeHead(head.status, pairs.flat());
    // flushHeaders() would write the head as UTF-8.
    this.#response.write(NO_BYTES);
    return new NodeBodyWriter(this.#response);
  }

  upgrade(): RawConnection {
    throw new HttpError(
      501,
      "E_UPGRADE_UNSUPPORTED",
      "A node:http handler cannot hand over its connection; listen with an engine instead.",
    );
  }

  abort(): void {
    this.#answered = true;
    this.#response.destroy();
  }

  /** What is written for a client that left is dropped. */
  #isGone(): boolean {
    return !this.#answered && this.#response.destroyed;
  }

  #start(head: ResponseHead): [string, string][] {
    if (this.#answered)
      throw new HttpError(
        500,
        "E_EXCHANGE_ANSWERED",
        "This request has its answer already; answer each request once.",
      );
    const pairs = checkedHead(head);
    this.#answered = true;
    return pairs;
  }
}

function* rawPairs(raw: readonly string[]): Generator<readonly [string, string]> {
  for (let at = 0; at + 1 < raw.length; at += 2) yield [raw[at] as string, raw[at + 1] as string]; // at + 1 < length
}
