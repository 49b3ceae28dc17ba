import {
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
import { WebBody } from "./web-body.ts";
import { WebBodyWriter } from "./web-body-writer.ts";

const NO_PEER: Peer = Object.freeze({ address: "", port: 0, secure: false });
const SECURE_PEER: Peer = Object.freeze({ address: "", port: 0, secure: true });

/** One Web `Request` as an exchange; its answer settles `response`. */
export class FetchExchange implements GuestExchange {
  readonly method: string;
  readonly version: HttpVersion = "1.1";
  readonly bytes = null;
  readonly targetStart = 0;
  readonly targetEnd = 0;
  readonly target: string;
  readonly peer: Peer;
  readonly body: RequestBody;
  readonly response: Promise<Response>;
  readonly #request: Request;
  readonly #settle: PromiseWithResolvers<Response>;
  /** Aborts when the client takes its request back, or cancels the body of the answer. */
  readonly #left = new AbortController();
  #writer: WebBodyWriter | null = null;
  #watcher: AnswerWatcher | null = null;
  #done: (() => void) | null = null;
  #headers: HeaderList | null = null;
  #answered = false;

  constructor(request: Request, maxBodyBytes: number) {
    this.#request = request;
    this.method = request.method;
    this.target = targetOf(request.url);
    this.peer = request.url.startsWith("https:") ? SECURE_PEER : NO_PEER;
    this.body = new WebBody(request, maxBodyBytes);
    this.#settle = Promise.withResolvers<Response>();
    this.response = this.#settle.promise;
    const { signal } = request;
    if (signal.aborted) this.#leave(signal.reason);
    else signal.addEventListener("abort", () => this.#leave(signal.reason), { once: true });
  }

  get headers(): HeaderList {
    return (this.#headers ??= HeaderList.fromPairs(withHost(this.#request)));
  }

  get signal(): AbortSignal {
    return this.#left.signal;
  }

  get answered(): boolean {
    return this.#answered;
  }

  respond(head: ResponseHead, body: string | Uint8Array | null): void {
    if (this.#left.signal.aborted) return;
    const headers = this.#start(head);
    const hasBody = body !== null && !isNullBodyStatus(head.status) && this.method !== "HEAD";
    const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
    if (head.status === 205) headers.set("content-length", "0");
    else if (!isNullBodyStatus(head.status)) headers.set("content-length", String(bytes?.byteLength ?? 0));
    // A copy: the bytes stay the application's.
    this.#settle.resolve(
      new Response(hasBody && bytes !== null ? bytes.slice() : null, { status: head.status, headers }),
    );
    const watcher = this.#takeWatcher();
    if (watcher !== null)
      queueMicrotask(() => watcher.sent(head.status, hasBody && bytes !== null ? bytes.byteLength : 0));
    this.#done?.();
  }

  /** A `Response` has no place for interim answers. */
  inform(status: number, fields: FieldList): void {
    assertInterim(status, fields);
    if (this.#answered && !this.#left.signal.aborted) throw answeredTwice();
  }

  watch(watcher: AnswerWatcher): void {
    if (this.#left.signal.aborted) watcher.cut(this.#left.signal.reason);
    else this.#watcher = watcher;
  }

  stream(head: ResponseHead, length: number | null): BodyWriter {
    if (this.#left.signal.aborted) return closedWriter();
    const announced = new AnnouncedLength(length);
    const headers = this.#start(head);
    const mayHaveBody = !isNullBodyStatus(head.status);
    if (length !== null && mayHaveBody) headers.set("content-length", String(length));
    const writer = new WebBodyWriter((reason) => this.#left.abort(reason), announced);
    this.#writer = writer;
    const hasBody = mayHaveBody && this.method !== "HEAD";
    this.#watchBody(writer, head.status);
    if (!hasBody) writer.discard();
    this.#settle.resolve(new Response(hasBody ? writer.readable : null, { status: head.status, headers }));
    return writer;
  }

  upgrade(): RawConnection {
    throw new HttpError(
      501,
      "E_UPGRADE_UNSUPPORTED",
      "app.fetch cannot hand over its connection; listen with an engine instead.",
    );
  }

  abort(): void {
    this.#answered = true;
    const reason = new DOMException("The request was cut off without an answer.", "AbortError");
    this.#settle.reject(reason);
    this.#takeWatcher()?.cut(reason);
    this.#done?.();
  }

  whenDone(done: () => void): void {
    if (this.#left.signal.aborted) done();
    else this.#done = done;
  }

  cut(): void {
    this.#leave(cutOff());
  }

  #leave(reason: unknown): void {
    this.#answered = true;
    this.#settle.reject(reason);
    this.#writer?.abort();
    this.#left.abort(reason);
    this.#takeWatcher()?.cut(reason);
    this.#done?.();
  }

  #watchBody(writer: WebBodyWriter, status: number): void {
    const watcher = this.#takeWatcher();
    const done = this.#done;
    if (watcher === null && done === null) return;
    writer.onDone = (bytes, isWhole) =>
      queueMicrotask(() => {
        if (isWhole) watcher?.sent(status, bytes);
        else watcher?.cut(this.#left.signal.reason ?? cutOff());
        done?.();
      });
  }

  /** The watcher, for its last call. */
  #takeWatcher(): AnswerWatcher | null {
    const watcher = this.#watcher;
    this.#watcher = null;
    return watcher;
  }

  #start(head: ResponseHead): Headers {
    if (this.#answered) throw answeredTwice();
    const headers = new Headers();
    for (const [name, value] of checkedHead(head)) headers.append(name, value);
    this.#answered = true;
    return headers;
  }
}

function cutOff(): DOMException {
  return new DOMException("The answer was cut off.", "AbortError");
}

/** What is written for a client that left is dropped. */
function closedWriter(): BodyWriter {
  const writer = new WebBodyWriter(() => {});
  writer.discard();
  return writer;
}

/** The path and query as they stand in the URL. */
function targetOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("//") + 2);
  const end = url.indexOf("#");
  if (start < 0) return "/";
  return end < 0 ? url.slice(start) : url.slice(start, end);
}

/** Web requests carry their host in the URL only. */
function* withHost(request: Request): Generator<readonly [string, string]> {
  if (!request.headers.has("host")) yield ["host", new URL(request.url).host];
  yield* request.headers;
}
