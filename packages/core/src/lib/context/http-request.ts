import {
  HttpError,
  parseCookies,
  type Cookies,
  type Exchange,
  type HeaderList,
  type HttpVersion,
  type Peer,
} from "@armature/http";
import type { Match, PathValues } from "@armature/router";
import { hostNameOf } from "../route/conditions.ts";
import { authorityOf } from "./authority.ts";
import { BodyReader, type BodyOwner } from "./body-reader.ts";
import { ipOf, type ClientView, type ClientViews } from "./client-view.ts";
import { parseQuery, type Query } from "./query.ts";

/** What a request needs of its context. */
export interface RequestOwner extends BodyOwner {
  /** What clients see in front of trusted proxies; `null` where no proxy is trusted. */
  readonly clientViews: ClientViews | null;
}

/** A request as it came, before any schema; every part is decoded when it is first asked for. */
export class HttpRequest {
  readonly #exchange: Exchange;
  readonly #match: Match<unknown>;
  readonly #owner: RequestOwner;
  #params: PathValues | null = null;
  #query: Query | null = null;
  #cookies: Cookies | null = null;
  #body: BodyReader | null = null;

  constructor(exchange: Exchange, match: Match<unknown>, owner: RequestOwner) {
    this.#exchange = exchange;
    this.#match = match;
    this.#owner = owner;
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
    return (this.#params ??= readParams(this.#exchange, this.#match));
  }

  get query(): Query {
    return (this.#query ??= parseQuery(this.search));
  }

  get cookies(): Cookies {
    return (this.#cookies ??= parseCookies(this.headers.get("cookie") ?? ""));
  }

  /** Reads the body, where no schema has read it. */
  get body(): BodyReader {
    return (this.#body ??= new BodyReader(this.#exchange, this.#owner));
  }

  /** The other end of the connection: the client, or the proxy nearest to the application. */
  get peer(): Peer {
    return this.#exchange.peer;
  }

  /**
   * The address of the client, as the trusted proxies of the option `trustProxy` tell it; without any, the other end of the
   * connection. IPv4 in dotted decimals, IPv6 as RFC 5952 says; "" where it is not known.
   */
  get ip(): string {
    return this.#view?.ip ?? ipOf(this.#exchange.peer);
  }

  /** Host and port as the client named them (RFC 9110, 7.2), to the farthest trusted proxy; "" where it named none. */
  get host(): string {
    return this.#view?.host ?? authorityOf(this.#exchange);
  }

  /** The host without its port, in lower case; an IPv6 address has its brackets. */
  get hostname(): string {
    return hostNameOf(this.host);
  }

  /** "http" or "https", as the client asked the farthest trusted proxy. */
  get protocol(): "http" | "https" {
    return this.#view?.protocol ?? (this.#exchange.peer.secure ? "https" : "http");
  }

  /** Whether the client's connection is encrypted. */
  get secure(): boolean {
    return this.protocol === "https";
  }

  /** Scheme, host and port that the client asked, e.g. "https://example.com:8443". */
  get origin(): string {
    return `${this.protocol}://${this.host}`;
  }

  /** The whole URL that the client asked for, with the canonical path. */
  get url(): string {
    const { path, search } = this;
    const target = path.startsWith("/") ? path : "/";
    return `${this.origin}${target}${search === "" ? "" : `?${search}`}`;
  }

  /**
   * The whole URL of a reference, for answers that the client follows: a path such as "/users/1", "?page=2", or "../other".
   *
   * @throws HttpError 400 `E_HOST_MALFORMED` where the client named no host that a URL can have
   * @example
   * reply(201, user).header("location", request.resolveUrl(`/users/${user.id}`));
   */
  resolveUrl(reference: string): string {
    const url = URL.parse(reference, this.url);
    if (url === null) throw noUrl(this.host);
    return url.href;
  }

  /** Aborts when the client leaves, or the handler's deadline passes. */
  get signal(): AbortSignal {
    return this.#exchange.signal;
  }

  get #view(): ClientView | null {
    return this.#owner.clientViews?.(this.#exchange) ?? null;
  }
}

function readParams(exchange: Exchange, match: Match<unknown>): PathValues {
  if (match.kind !== "found") return {};
  const { bytes, targetStart, targetEnd } = exchange;
  const values = bytes === null ? null : match.paramsIn(bytes, targetStart, targetEnd);
  return values ?? match.params(exchange.target);
}

function noUrl(host: string): HttpError {
  return new HttpError(
    400,
    "E_HOST_MALFORMED",
    `The host cannot stand in a URL (got ${JSON.stringify(host)}).`,
  );
}
