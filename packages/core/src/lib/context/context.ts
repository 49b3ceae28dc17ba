import type { CookieOptions, Exchange } from "@armature/http";
import type { Token } from "@armature/di";
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
