import { isHttpError, type Exchange, type RequestPriority } from "@armature/http";
import type { Match, Router } from "@armature/router";
import { authorityOf } from "../context/authority.ts";
import { contextKey, type ContextKey } from "../context/context-key.ts";
import { RequestContext } from "../context/request-context.ts";
import { isObserved } from "../diagnostics/channels.ts";
import { RequestTrace } from "../diagnostics/request-trace.ts";
import { isThenable } from "../maybe-promise.ts";
import type { CompiledRoute, ConditionalRoute } from "../pipeline/compiled-route.ts";
import { discardResult } from "../pipeline/discard-result.ts";
import type { AnswerListener } from "../pipeline/answer-listener.ts";
import { logFailure, sendError } from "../pipeline/send-error.ts";
import { sendResult } from "../pipeline/send-result.ts";
import { fitsConditions, hostNameOf } from "../route/conditions.ts";

/** Reads the version that a request asks for. */
export type VersionReader = (exchange: Exchange) => string | undefined;

/** What answers where no route matched, by the kind of match. */
export interface FallbackRoutes {
  readonly notFound: CompiledRoute;
  readonly methodNotAllowed: CompiledRoute;
  readonly options: CompiledRoute;
  readonly badTarget: CompiledRoute;
  /** Throws what the context has under {@link MATCH_FAILURE}. */
  readonly matchFailed: CompiledRoute;
}

/** What a constraint of the application's own threw while the router asked it. */
export const MATCH_FAILURE: ContextKey<unknown> = contextKey<unknown>("what matching threw");

/** Stands for the match that never came to be. */
const NO_MATCH: Match<never> = { kind: "bad-target", reason: "", path: () => "", search: () => "" };

/** Takes exchanges to their routes: match, run, send. Nothing here waits where the route does not. */
export class Dispatcher {
  readonly #router: Router<CompiledRoute>;
  readonly #fallbacks: FallbackRoutes;
  readonly #versionOf: VersionReader | null;
  /** The request field that says the version, which answers vary by; `null` where none does. */
  readonly #versionField: string | null;

  constructor(
    router: Router<CompiledRoute>,
    fallbacks: FallbackRoutes,
    versionOf: VersionReader | null,
    versionField: string | null,
  ) {
    this.#router = router;
    this.#fallbacks = fallbacks;
    this.#versionOf = versionOf;
    this.#versionField = versionField;
  }

  /** The application's side of the engine contract. */
  readonly handle = (exchange: Exchange): void => {
    if (isObserved()) return this.#handleObserved(exchange);
    const context = this.#contextOf(exchange);
    if (context.compiled.runtime.onAnswer !== null) context.startedAt = performance.now();
    runContext(context);
  };

  #handleObserved(exchange: Exchange): void {
    const trace = new RequestTrace(exchange);
    trace.start(() => {
      const context = this.#contextOf(exchange);
      context.trace = trace;
      trace.matched(context, context.compiled.isFallback ? null : context.route);
      if (context.compiled.runtime.onAnswer !== null) context.startedAt = performance.now();
      runContext(context);
    });
  }

  /** How much a request matters; asked by engines that have no time for all of them. */
  readonly priorityOf = (exchange: Exchange): RequestPriority =>
    this.#routeOf(this.#match(exchange), exchange).priority;

  #match(exchange: Exchange): Match<CompiledRoute> {
    const { method, bytes } = exchange;
    return bytes === null
      ? this.#router.matchString(method, exchange.target)
      : this.#router.matchBytes(method, bytes, exchange.targetStart, exchange.targetEnd);
  }

  #contextOf(exchange: Exchange): RequestContext {
    try {
      const match = this.#match(exchange);
      const context = new RequestContext(exchange, this.#routeOf(match, exchange), match);
      if (this.#versionField !== null && isVersioned(match)) context.vary(this.#versionField);
      return context;
    } catch (error) {
      const context = new RequestContext(exchange, this.#fallbacks.matchFailed, NO_MATCH);
      context.set(MATCH_FAILURE, error);
      return context;
    }
  }

  #routeOf(match: Match<CompiledRoute>, exchange: Exchange): CompiledRoute {
    switch (match.kind) {
      case "found":
        return match.value.alternatives === null
          ? match.value
          : (this.#choose(match.value.alternatives, exchange) ?? this.#fallbacks.notFound);
      case "method-not-allowed":
        return exchange.method === "OPTIONS" ? this.#fallbacks.options : this.#fallbacks.methodNotAllowed;
      case "asterisk":
        return exchange.method === "OPTIONS" ? this.#fallbacks.options : this.#fallbacks.badTarget;
      case "bad-target":
        return exchange.method === "CONNECT" ? this.#fallbacks.methodNotAllowed : this.#fallbacks.badTarget;
      case "not-found":
        return this.#fallbacks.notFound;
    }
  }

  #choose(alternatives: readonly ConditionalRoute[], exchange: Exchange): CompiledRoute | undefined {
    const { clientViews } = this.#fallbacks.notFound.runtime;
    const host = hostNameOf(clientViews?.(exchange).host ?? authorityOf(exchange));
    const version = this.#versionOf?.(exchange);
    return alternatives.find(({ conditions }) => fitsConditions(conditions, host, version))?.route;
  }
}

/** Whether what was asked for depends on the version that the request says. */
function isVersioned(match: Match<CompiledRoute>): boolean {
  if (match.kind !== "found" || match.value.alternatives === null) return false;
  return match.value.alternatives.some(({ conditions }) => conditions.versions !== null);
}

function runContext(context: RequestContext): void {
  try {
    const result = context.compiled.run(context);
    if (isThenable(result)) return void settle(context, result);
    context.trace?.handled();
    // A handler may have answered through the exchange, e.g. by an upgrade.
    if (result === undefined && context.exchange.answered) return finish(context, undefined);
    const sending = sendResult(context, result);
    if (sending !== undefined) return void settleSending(context, sending);
    finish(context, undefined);
  } catch (error) {
    fail(context, error);
  }
}

async function settle(context: RequestContext, pending: PromiseLike<unknown>): Promise<void> {
  try {
    const result = await pending;
    context.trace?.handled();
    // A client that left, or a deadline that passed, was answered or dropped by the engine.
    if (context.exchange.answered) await discardResult(result);
    else await sendResult(context, result);
    finish(context, undefined);
  } catch (error) {
    fail(context, error);
  }
}

async function settleSending(context: RequestContext, sending: Promise<void>): Promise<void> {
  try {
    await sending;
    finish(context, undefined);
  } catch (error) {
    fail(context, error);
  }
}

/** Errors of a client that left half-way are nobody's fault and not logged as such. */
function fail(context: RequestContext, error: unknown): void {
  try {
    sendError(context, error);
  } catch (failure) {
    logFailure(context, failure);
    if (!context.exchange.answered) context.exchange.abort();
  }
  finish(context, error);
}

function finish(context: RequestContext, error: unknown): void {
  context.dispose();
  const { onAnswer } = context.compiled.runtime;
  if (onAnswer !== null) report(onAnswer, context, error);
}

function report(onAnswer: AnswerListener, context: RequestContext, error: unknown): void {
  try {
    const durationMs = performance.now() - context.startedAt;
    onAnswer({ context, status: statusOf(context), durationMs, error });
  } catch (failure) {
    logFailure(context, failure);
  }
}

/** An engine that answers in the application's place, as after the handler's deadline, says so through the signal. */
function statusOf({ status, exchange }: RequestContext): number {
  if (status !== 0) return status;
  const reason: unknown = exchange.signal.reason;
  return isHttpError(reason) ? reason.status : 0;
}
