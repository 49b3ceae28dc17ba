import {
  parseCookies,
  type Cookies,
  type Exchange,
  type HeaderList,
  type HttpVersion,
  type Peer,
} from "@armature/http";
import type { Match, PathValues } from "@armature/router";
import { authorityOf } from "./authority.ts";
import { BodyReader, type BodyOwner } from "./body-reader.ts";
import { parseQuery, type Query } from "./query.ts";

/** A request as it came, before any schema; every part is decoded when it is first asked for. */
export class HttpRequest {
  readonly #exchange: Exchange;
  readonly #match: Match<unknown>;
  readonly #bodyOwner: BodyOwner;
  #params: PathValues | null = null;
  #query: Query | null = null;
  #cookies: Cookies | null = null;
  #body: BodyReader | null = null;

  constructor(exchange: Exchange, match: Match<unknown>, bodyOwner: BodyOwner) {
    this.#exchange = exchange;
    this.#match = match;
    this.#bodyOwner = bodyOwner;
  }

  /** The method as received, e.g. "GET". */
  get method(): string {
    return this.#exchange.method;
  }

  /** The protocol version. */
  get version(): HttpVersion {
    return this.#exchange.version;
  }

  /** The request target as received. */
  get target(): string {
    return this.#exchange.target;
  }

  /** The canonical path (RFC 3986, 6.2.2) that the router matched. */
  get path(): string {
    return this.#match.path(this.#exchange.target);
  }

  /** The query as received, without its "?"; "" where there is none. */
  get search(): string {
    return this.#match.search(this.#exchange.target);
  }

  get headers(): HeaderList {
    return this.#exchange.headers;
  }

  /** The path parameters, decoded. */
  get params(): PathValues {
    return (this.#params ??= this.#match.kind === "found" ? this.#match.params(this.#exchange.target) : {});
  }

  get query(): Query {
    return (this.#query ??= parseQuery(this.search));
  }

  get cookies(): Cookies {
    return (this.#cookies ??= parseCookies(this.headers.get("cookie") ?? ""));
  }

  /** Reads the body, where no schema has read it. */
  get body(): BodyReader {
    return (this.#body ??= new BodyReader(this.#exchange, this.#bodyOwner));
  }

  /** The socket's other end. */
  get peer(): Peer {
    return this.#exchange.peer;
  }

  /** Host and port as the client named them (RFC 9110, 7.2); "" where it named none. */
  get host(): string {
    return authorityOf(this.#exchange);
  }

  /** "http" or "https", as the connection is. */
  get protocol(): "http" | "https" {
    return this.#exchange.peer.secure ? "https" : "http";
  }

  /** Aborts when the client leaves, or the handler's deadline passes. */
  get signal(): AbortSignal {
    return this.#exchange.signal;
  }
}
