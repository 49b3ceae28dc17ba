import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import {
  acceptsTrailers,
  assertInterim,
  HeaderList,
  HttpError,
  isNullBodyStatus,
  type AnswerWatcher,
  type BodyWriter,
  type FieldList,
  type HttpVersion,
  type Peer,
  type RawConnection,
  type RequestBody,
  type ResponseHead,
} from "@armature/http";
import type { GuestExchange } from "../application/in-work.ts";
import { AnnouncedLength } from "./announced-length.ts";
import { answeredTwice } from "./answered-twice.ts";
import { checkedHead } from "./checked-head.ts";
import { NodeBody } from "./node-body.ts";
import { NodeBodyWriter } from "./node-body-writer.ts";
import { informNode } from "./node-interim.ts";
import { rawPairs } from "./raw-pairs.ts";

const NO_BYTES = Buffer.alloc(0);

/** One request of a `node:http` server as an exchange. */
export class NodeExchange implements GuestExchange {
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
  #bodyBytes = 0;
  #isWatched = false;

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
      ...(isUnix(socket) ? { unix: true } : {}),
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
    if (hasContent && this.method !== "HEAD") this.#bodyBytes = Buffer.byteLength(body);
    // Node writes the head as UTF-8 together with a string, but as latin1 in front of bytes. A copy: they stay the application's.
    this.#response.end(hasContent ? Buffer.from(body as string) : undefined); // both kinds are taken
  }

  inform(status: number, fields: FieldList): void {
    assertInterim(status, fields);
    if (this.#isGone()) return;
    if (this.#answered) throw answeredTwice();
    if (this.version !== "1.0") informNode(this.#response, status, fields);
  }

  watch(watcher: AnswerWatcher): void {
    const response = this.#response;
    const tell = (): void => {
      if (response.writableFinished) watcher.sent(response.statusCode, this.#bodyBytes);
      else watcher.cut(this.signal.reason ?? new DOMException("The answer was cut off.", "AbortError"));
    };
    this.#isWatched = true;
    if (response.closed) tell();
    else response.once("close", tell);
  }

  whenDone(done: () => void): void {
    if (this.#response.closed) done();
    else this.#response.once("close", done);
  }

  cut(): void {
    this.abort();
  }

  stream(head: ResponseHead, length: number | null): BodyWriter {
    if (this.#isGone()) return new NodeBodyWriter(this.#response);
    const announced = new AnnouncedLength(length);
    this.#writeHead(head, length);
    const hasContent = this.method !== "HEAD" && !isNullBodyStatus(head.status);
    // flushHeaders() would write the head as UTF-8.
    if (hasContent) this.#response.write(NO_BYTES);
    else this.#response.end();
    const writer = new NodeBodyWriter(this.#response, announced, length === null && acceptsTrailers(this));
    if (this.#isWatched) writer.onPiece = (bytes) => (this.#bodyBytes += bytes);
    return writer;
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
    if (this.#answered) throw answeredTwice();
    const pairs = checkedHead(head);
    this.#answered = true;
    return pairs;
  }
}

/** An address that is missing does not tell: those of sockets that were reset are missing too. */
function isUnix(socket: Socket): boolean {
  const server: unknown = "server" in socket ? socket.server : null;
  return hasAddress(server) && typeof server.address() === "string";
}

function hasAddress(server: unknown): server is { address(): unknown } {
  return (
    typeof server === "object" &&
    server !== null &&
    "address" in server &&
    typeof server.address === "function"
  );
}
