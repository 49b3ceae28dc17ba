import type { AnswerWatcher, Exchange, HttpError, Peer } from "@armature/http";
import type { Context } from "../context/context.ts";
import type { RouteInfo } from "../route/route-info.ts";
import { channels } from "./channels.ts";
import type { RequestMessage } from "./request-message.ts";

/** What a trace needs of the context. */
interface TracedContext extends Context {
  /** The status that was answered; 0 until then. */
  readonly status: number;
}

/** A message while it fills up. */
class GrowingMessage implements RequestMessage {
  readonly method: string;
  readonly target: string;
  readonly peer: Peer;
  readonly startedMs: number = performance.now();
  readonly exchange: Exchange;
  context: TracedContext | null = null;
  route: RouteInfo | null = null;
  id = "";
  status = 0;
  bodyBytes = 0;
  error: unknown = undefined;

  constructor(exchange: Exchange) {
    this.exchange = exchange;
    this.method = exchange.method;
    this.target = exchange.target;
    this.peer = exchange.peer;
  }
}

/** Tells the diagnostics channels of one request; exists only where someone listens. */
export class RequestTrace implements AnswerWatcher {
  readonly #message: GrowingMessage;
  #isHandled = false;
  #isFailed = false;
  /** Nothing that the application does is told any more. */
  #isOver = false;

  constructor(exchange: Exchange) {
    this.#message = new GrowingMessage(exchange);
  }

  /** Says that the request came, and runs `run` with the stores that are bound to the channel. */
  start(run: () => void): void {
    channels.start.runStores(this.#message, () => {
      // A client that has left already is told of at once.
      this.#message.exchange.watch(this);
      run();
    });
  }

  /** @param route `null` where none fits the request */
  matched(context: TracedContext, route: RouteInfo | null): void {
    if (this.#isOver) return;
    const message = this.#message;
    message.context = context;
    message.route = route;
    message.id = context.id;
    channels.matched.publish(message);
  }

  /** The pipeline is through; said once. */
  handled(): void {
    if (this.#isHandled || this.#isOver) return;
    this.#isHandled = true;
    channels.handled.publish(this.#message);
  }

  /** An error is about to be answered with a status, or to cut the answer that has begun with it; said once for each error. */
  failed(error: unknown, status: number): void {
    if (this.#isOver || (this.#isFailed && this.#message.error === error)) return;
    this.#isFailed = true;
    this.#message.status = status;
    this.#tellError(error);
    this.handled();
  }

  refused(error: HttpError): void {
    this.#message.status = error.status;
    this.#tellError(error);
    // Whatever the application does now has no effect.
    this.#isOver = true;
  }

  sent(status: number, bodyBytes: number): void {
    this.#message.status = status;
    this.#message.bodyBytes = bodyBytes;
    this.#isOver = true;
    channels.sent.publish(this.#message);
  }

  cut(reason: unknown): void {
    const message = this.#message;
    message.status = message.context?.status ?? 0;
    message.error ??= reason;
    this.#isOver = true;
    channels.aborted.publish(message);
  }

  #tellError(error: unknown): void {
    this.#message.error = error;
    channels.error.publish(this.#message);
  }
}
