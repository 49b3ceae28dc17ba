import type { ConnectionSink, CookieOptions, Exchange, RawConnection, ResponseHead } from "@armature/http";
import type { Token } from "@armature/di";
import type { CurrentVersion } from "../conditional/current-version.ts";
import type { Logger } from "../application/logger.ts";
import type { RouteInfo } from "../route/route-info.ts";
import type { ContextKey } from "./context-key.ts";
import type { HttpRequest } from "./http-request.ts";
import type { ReplyFactory } from "./reply-factory.ts";

/** What every stage and handler gets: the request, what is known of its route, and ways to add to the answer. */
export interface Context {
  /** The request as it came, before any schema. */
  readonly request: HttpRequest;
  /** The route that matched. */
  readonly route: RouteInfo;
  /** The correlation id: a new one, or the client's `x-request-id` where the application trusts it. */
  readonly id: string;
  /** Aborts when the client leaves, or the handler's deadline passes. */
  readonly signal: AbortSignal;
  /** Aborts when the application begins to stop: streams that have no end of their own end then. */
  readonly stopping: AbortSignal;
  /** A logger that adds the request's id. */
  readonly log: Logger;
  /** Makes an answer with another status, header fields or cookies. */
  readonly reply: ReplyFactory;
  /** The methods that the path has; for preflights and `allow`. */
  readonly allowedMethods: readonly string[];
  /** The exchange below, for stages that speak to the engine. */
  readonly exchange: Exchange;
  /** Sets a header field of the answer, in place of earlier values. */
  setHeader(name: string, value: string): void;
  /** Adds a header field line to the answer. */
  addHeader(name: string, value: string): void;
  /** Sets a cookie with the answer (RFC 6265bis). */
  setCookie(name: string, value: string, options?: CookieOptions): void;
  /** Names the request fields that the answer depends on (RFC 9110, 12.5.5), beside those named before. */
  vary(...names: readonly string[]): void;
  /**
   * The media type to answer with (RFC 9110, 12.5.1), `null` where the client accepts none of them; the answer varies by `accept`.
   * @param types the preferred one first
   */
  accepts<const TType extends string>(types: readonly TType[]): TType | null;
  /**
   * The language to answer in (RFC 9110, 12.5.4), `null` where the client wants none of them; the answer varies by `accept-language`.
   * @param tags the preferred one first
   */
  acceptsLanguages<const TTag extends string>(tags: readonly TTag[]): TTag | null;
  /**
   * Tells the client what the answer will need, before it is there: 103 with `link` fields (RFC 8297), left out where the client or the
   * transport has no place for it.
   *
   * @example
   * context.earlyHints(["</app.css>; rel=preload; as=style"]);
   */
  earlyHints(links: readonly string[]): void;
  /**
   * Holds the conditions of the request against the present version of what it is about (RFC 9110, 13.2.2). GET and HEAD are answered with
   * that version, and with 304 where the client has it already.
   *
   * @returns whether the client has it already, so that there is no need to make the answer: `return reply(304)`
   * @throws HttpError 412 `E_PRECONDITION_FAILED`: `if-match` or `if-unmodified-since` does not hold, or a change was asked for only
   *   where `if-none-match` names nothing that is there
   * @example
   * context.preconditions({ etag: `v${user.version}` });
   * return users.update(user.id, context.body);
   */
  preconditions(current: CurrentVersion): boolean;
  /**
   * Answers 101 and hands the connection over (RFC 9110, 7.8), as `exchange.upgrade` does, with the fields and cookies that stages have
   * set so far. Those that speak of content, framing or the switch itself are left out.
   *
   * @throws HttpError `E_UPGRADE_UNSUPPORTED` where the transport cannot
   */
  upgrade(head: ResponseHead, sink: ConnectionSink): RawConnection;
  /** Leaves a value for the stages behind. */
  set<T>(key: ContextKey<T>, value: T): void;
  /** A value that an earlier stage left. @throws ArmatureError `E_CONTEXT_KEY_UNSET` where none did */
  get<T>(key: ContextKey<T>): T;
  /** A value that an earlier stage may have left. */
  find<T>(key: ContextKey<T>): T | undefined;
  /**
   * The instance that the route's module has of a provider, of this request where its scope is the request.
   * @throws DiError where the module does not see it
   */
  inject<T>(token: Token<T>): T;
}

export type { Query } from "./query.ts";
