import {
  ArmatureError,
  hasField,
  HttpError,
  mergeVary,
  negotiateLanguage,
  negotiateMediaType,
  serializeCookie,
  vouchFor,
  type ConnectionSink,
  type CookieOptions,
  type Exchange,
  type RawConnection,
  type RequestBody,
  type ResponseHead,
} from "@armature/http";
import type { Token } from "@armature/di";
import type { Match } from "@armature/router";
import { checkPreconditions } from "../conditional/check-preconditions.ts";
import type { CurrentVersion } from "../conditional/current-version.ts";
import { findField } from "../conditional/find-field.ts";
import type { RequestTrace } from "../diagnostics/request-trace.ts";
import type { MaybePromise } from "../maybe-promise.ts";
import { logSafely, type Logger } from "../application/logger.ts";
import type { ModuleRuntime, RequestScope } from "../module/module-runtime.ts";
import type { CompiledRoute } from "../pipeline/compiled-route.ts";
import type { ValidParts } from "../pipeline/request-parts.ts";
import { upgradeHead } from "../pipeline/upgrade-head.ts";
import type { RouteInfo } from "../route/route-info.ts";
import type { ClientViews } from "./client-view.ts";
import type { Context } from "./context.ts";
import type { ContextKey } from "./context-key.ts";
import { decodedBody } from "./decoded-body.ts";
import { HttpRequest, type RequestOwner } from "./http-request.ts";
import { reply, type ReplyFactory } from "./reply-factory.ts";

/**
 * The one context object of a request: {@link Context} for stages, `RouteContext` for handlers.
 *
 * It is made anew for each request, so that code that keeps it never sees another request.
 */
export class RequestContext implements Context, RequestOwner {
  readonly exchange: Exchange;
  readonly compiled: CompiledRoute;
  readonly match: Match<unknown>;
  /** The outputs of the route's schemas; `null` until they ran. */
  valid: ValidParts | null = null;
  /** Header fields of the answer as a flat list; `null` where no stage set any. */
  fields: string[] | null = null;
  /** The status that was answered; 0 until then. */
  status = 0;
  /** Whether the answer is held against the conditions of the request. */
  isVersioned = false;
  /** Whether parts of the answer can be asked for. */
  takesRanges = false;
  /** The error that all filters have passed on; `null` until then. */
  passedOn: { readonly error: unknown } | null = null;
  /** Milliseconds of the monotonic clock when the request came; 0 where nobody measures. */
  startedAt = 0;
  /** Tells the diagnostics channels; `null` where nobody listens. */
  trace: RequestTrace | null = null;
  #request: HttpRequest | null = null;
  #values: Map<ContextKey<unknown>, unknown> | null = null;
  #scope: RequestScope | null = null;
  #id: string | null = null;
  #log: Logger | null = null;
  #bodyTaken = false;

  constructor(exchange: Exchange, compiled: CompiledRoute, match: Match<unknown>) {
    this.exchange = exchange;
    this.compiled = compiled;
    this.match = match;
  }

  get request(): HttpRequest {
    return (this.#request ??= new HttpRequest(this.exchange, this.match, this));
  }

  get route(): RouteInfo {
    return this.compiled.info;
  }

  get id(): string {
    return (this.#id ??= this.compiled.runtime.requestIdOf(this.exchange));
  }

  get signal(): AbortSignal {
    return this.exchange.signal;
  }

  get log(): Logger {
    return (this.#log ??= this.compiled.runtime.logger.child({ requestId: this.id }));
  }

  get allowedMethods(): readonly string[] {
    return this.match.kind === "method-not-allowed" ? this.match.allow : [this.compiled.info.method];
  }

  get reply(): ReplyFactory {
    return reply;
  }

  get params(): unknown {
    return this.compiled.checks.params && this.valid !== null ? this.valid.params : this.request.params;
  }

  get query(): unknown {
    return this.compiled.checks.query && this.valid !== null ? this.valid.query : this.request.query;
  }

  get headers(): unknown {
    return this.compiled.checks.headers && this.valid !== null ? this.valid.headers : this.exchange.headers;
  }

  get cookies(): unknown {
    return this.compiled.checks.cookies && this.valid !== null ? this.valid.cookies : this.request.cookies;
  }

  get body(): unknown {
    return this.compiled.checks.body && this.valid !== null ? this.valid.body : this.request.body;
  }

  setHeader(name: string, value: string): void {
    const lower = name.toLowerCase();
    const fields = this.fields;
    if (fields !== null) {
      for (let at = fields.length - 2; at >= 0; at -= 2) if (fields[at] === lower) fields.splice(at, 2);
    }
    this.addHeader(lower, value);
  }

  addHeader(name: string, value: string): void {
    (this.fields ??= []).push(name.toLowerCase(), value);
  }

  setCookie(name: string, value: string, options?: CookieOptions): void {
    this.addHeader("set-cookie", serializeCookie(name, value, options));
  }

  vary(...names: readonly string[]): void {
    const given = this.fields === null ? undefined : findField(this.fields, "vary");
    this.setHeader("vary", mergeVary(given, names));
  }

  accepts<const TType extends string>(types: readonly TType[]): TType | null {
    this.vary("accept");
    return negotiateMediaType(this.exchange.headers.get("accept"), types);
  }

  acceptsLanguages<const TTag extends string>(tags: readonly TTag[]): TTag | null {
    this.vary("accept-language");
    return negotiateLanguage(this.exchange.headers.get("accept-language"), tags);
  }

  earlyHints(links: readonly string[]): void {
    this.exchange.inform(
      103,
      links.flatMap((link) => ["link", link]),
    );
  }

  preconditions(current: CurrentVersion): boolean {
    return checkPreconditions(this, current);
  }

  upgrade(head: ResponseHead, sink: ConnectionSink): RawConnection {
    this.status = head.status;
    const own = this.answerFields();
    return this.exchange.upgrade(own === null ? head : upgradeHead(head, own), sink);
  }

  /** The fields of the answer, with the id of the request where the application sends it; one that a stage has set stays. */
  answerFields(): readonly string[] | null {
    if (!this.compiled.runtime.sendsRequestId) return this.fields;
    // The name is in lower case and the id well-formed already.
    vouchFor(this.id); // it is well-formed
    if (this.fields === null) return ["x-request-id", this.id];
    if (!hasField(this.fields, "x-request-id")) this.fields.push("x-request-id", this.id);
    return this.fields;
  }

  set<T>(key: ContextKey<T>, value: T): void {
    (this.#values ??= new Map()).set(key, value);
  }

  get<T>(key: ContextKey<T>): T {
    if (this.#values === null || !this.#values.has(key)) throw unset(key, this.route);
    // Only `set` writes, and it takes a T for a ContextKey<T>.
    return this.#values.get(key) as T;
  }

  find<T>(key: ContextKey<T>): T | undefined {
    return this.#values?.get(key) as T | undefined; // as in `get`
  }

  inject<T>(token: Token<T>): T {
    const { module } = this.compiled;
    return this.#openScope(module).inject(token, module);
  }

  get stopping(): AbortSignal {
    return this.compiled.runtime.stopping;
  }

  get clientViews(): ClientViews | null {
    return this.compiled.runtime.clientViews;
  }

  get maxBodyBytes(): number {
    return this.compiled.maxBodyBytes;
  }

  takeBody(): RequestBody {
    if (this.#bodyTaken) throw bodyUsed();
    this.#bodyTaken = true;
    const { maxBodyBytes, runtime } = this.compiled;
    return decodedBody(this.exchange, runtime.decompression, maxBodyBytes);
  }

  /** What a module sees under a token, of this request where its scope is the request. */
  resolve<T>(token: Token<T>, module: ModuleRuntime): MaybePromise<T> {
    return this.#openScope(module).resolve(token, module);
  }

  #openScope(module: ModuleRuntime): RequestScope {
    return (this.#scope ??= module.openScope(this));
  }

  /** Lets go of the providers of this request, where there are any. */
  dispose(): void {
    if (this.#scope !== null) void this.#disposeScope(this.#scope);
  }

  async #disposeScope(scope: RequestScope): Promise<void> {
    try {
      await scope.dispose();
    } catch (error) {
      logSafely(() => this.log.error({ err: error }, "a provider of the request could not be disposed"));
    }
  }
}

/** Said here, because what has arrived could be read again by chance, and what has not could not. */
function bodyUsed(): HttpError {
  return new HttpError(
    500,
    "E_BODY_USED",
    "The request body was read before, perhaps by the schema of its route; read it once and keep the value.",
  );
}

function unset(key: ContextKey<unknown>, route: RouteInfo): ArmatureError {
  return new ArmatureError(
    "E_CONTEXT_KEY_UNSET",
    `No stage of ${route.method} ${route.path} set "${key.description}"; add the middleware or guard that does, or read it with find().`,
  );
}
