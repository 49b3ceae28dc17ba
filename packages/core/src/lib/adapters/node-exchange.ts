import type { IncomingMessage, ServerResponse } from "node:http";
import {
  HeaderList,
  HttpError,
  isNullBodyStatus,
  type BodyWriter,
  type Exchange,
  type HttpVersion,
  type Peer,
  type RawConnection,
  type RequestBody,
  type ResponseHead,
} from "@armature/http";
import { AnnouncedLength } from "./announced-length.ts";
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
    this.#writeHead(head, body === null ? 0 : Buffer.byteLength(body));
    const hasContent = body !== null && !isNullBodyStatus(head.status);
    // Node writes the head as UTF-8 together with a string, but as latin1 in front of bytes. A copy: they stay the application's.
    this.#response.end(hasContent ? Buffer.from(body as string) : undefined); // both kinds are taken
  }

  stream(head: ResponseHead, length: number | null): BodyWriter {
    if (this.#isGone()) return new NodeBodyWriter(this.#response);
    const announced = new AnnouncedLength(length);
    this.#writeHead(head, length);
    const hasContent = this.method !== "HEAD" && !isNullBodyStatus(head.status);
    // flushHeaders() would write the head as UTF-8.
    if (hasContent) this.#response.write(NO_BYTES);
    else this.#response.end();
    return new NodeBodyWriter(this.#response, announced);
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

  /** Adds the length as an engine does (RFC 9110, 8.6 and 15.3.6). */
  #writeHead(head: ResponseHead, length: number | null): void {
    const pairs = this.#start(head);
    const sent = isNullBodyStatus(head.status) ? (head.status === 205 ? 0 : null) : length;
    if (sent !== null) pairs.push(["content-length", String(sent)]);
    this.#response.writeHead(head.status, pairs.flat());
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
