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
import { WebBody } from "./web-body.ts";
import { WebBodyWriter } from "./web-body-writer.ts";

const NO_PEER: Peer = Object.freeze({ address: "", port: 0, secure: false });
const SECURE_PEER: Peer = Object.freeze({ address: "", port: 0, secure: true });

/** One Web `Request` as an exchange; its answer settles `response`. */
export class FetchExchange implements Exchange {
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
    if (!isNullBodyStatus(head.status)) headers.set("content-length", String(bytes?.byteLength ?? 0));
    // A copy: the bytes stay the application's.
    this.#settle.resolve(
      new Response(hasBody && bytes !== null ? bytes.slice() : null, { status: head.status, headers }),
    );
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
    this.#settle.reject(new DOMException("The request was cut off without an answer.", "AbortError"));
  }

  #leave(reason: unknown): void {
    this.#answered = true;
    this.#settle.reject(reason);
    this.#writer?.abort();
    this.#left.abort(reason);
  }

  #start(head: ResponseHead): Headers {
    if (this.#answered)
      throw new HttpError(
        500,
        "E_EXCHANGE_ANSWERED",
        "This request has its answer already; answer each request once.",
      );
    const headers = new Headers();
    for (const [name, value] of checkedHead(head)) headers.append(name, value);
    this.#answered = true;
    return headers;
  }
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
