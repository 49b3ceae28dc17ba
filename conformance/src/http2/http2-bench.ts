import { once } from "node:events";
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from "node:http2";
import { createEngine } from "@armature/engine";
import type { Exchange, Limits, Listener, ListenOptions } from "@armature/http";
import { CERTIFICATE, PATIENT } from "../engines.ts";

/** What a test chooses of its listener. */
export interface Http2Options extends Pick<ListenOptions, "http2" | "onRefusal" | "priorityOf"> {
  readonly limits?: Partial<Limits>;
}

/** An answer over HTTP/2. */
export interface Http2Answer {
  /** 0 where there was none. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly trailers: IncomingHttpHeaders;
  readonly body: string;
  /** Why the stream ended; 0 where it did as it should. */
  readonly code: number;
}

/** An encrypted listener for one test, with all that it reported and all its clients. */
export class Http2Bench implements AsyncDisposable {
  readonly listener: Listener;
  readonly errors: unknown[];
  readonly #clients: ClientHttp2Session[] = [];

  private constructor(listener: Listener, errors: unknown[]) {
    this.listener = listener;
    this.errors = errors;
  }

  static async start(
    handler: (exchange: Exchange) => unknown,
    options: Http2Options = {},
  ): Promise<Http2Bench> {
    const errors: unknown[] = [];
    const { key, cert } = CERTIFICATE;
    const listener = await createEngine().listen(
      {
        port: 0,
        host: "127.0.0.1",
        tls: { key, cert },
        onError: (error) => errors.push(error),
        ...options,
        limits: { ...PATIENT, ...options.limits },
      },
      (exchange) => void handler(exchange),
    );
    return new Http2Bench(listener, errors);
  }

  /** A new connection, its settings exchanged. */
  async connect(): Promise<ClientHttp2Session> {
    const session = connect(this.listener.address.url, { ca: CERTIFICATE.cert, servername: "localhost" });
    session.on("error", () => {});
    this.#clients.push(session);
    await once(session, "remoteSettings");
    return session;
  }

  /** The answer to one request over a connection of its own. */
  async ask(headers: OutgoingHttpHeaders = {}, body?: string | Uint8Array): Promise<Http2Answer> {
    const session = await this.connect();
    try {
      return await ask(session, headers, body);
    } finally {
      session.destroy();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.destroy();
    await this.listener.close({ graceMs: 0 });
  }
}

/** The answer to one request of a connection. */
export function ask(
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders = {},
  body?: string | Uint8Array,
): Promise<Http2Answer> {
  const stream = session.request({ ":path": "/", ...headers }, { endStream: body === undefined });
  if (body !== undefined) stream.end(body);
  return answerOf(stream);
}

/** Waits for the end of a stream. */
export function answerOf(stream: ClientHttp2Stream): Promise<Http2Answer> {
  let headers: IncomingHttpHeaders = {};
  let trailers: IncomingHttpHeaders = {};
  const chunks: Buffer[] = [];
  stream.on("response", (fields) => (headers = fields));
  stream.on("trailers", (fields) => (trailers = fields));
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  stream.on("error", () => {});
  return new Promise((resolve) => {
    stream.once("close", () => {
      const body = Buffer.concat(chunks).toString("latin1");
      resolve({ status: Number(headers[":status"] ?? 0), headers, trailers, body, code: stream.rstCode });
    });
  });
}
