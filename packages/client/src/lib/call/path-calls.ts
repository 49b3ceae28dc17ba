import type { Empty } from "../api/empty.ts";
import type { ProblemDetails } from "@armature/http";
import type { ErrorAnswer, ErrorStatus, SuccessAnswer } from "../api/answer.ts";
import type { RouteAnswer } from "../api/route-answer.ts";
import type { RouteEvent } from "../api/route-events.ts";
import type { CallParts, RouteInput } from "../api/route-input.ts";
import type { CallPlan } from "../request/send-call.ts";
import type { CallOptions, CallSettings } from "./call-options.ts";
import { Call } from "./call.ts";

/** The calls of one path: a method for each of its routes; HEAD is answered wherever GET is. */
export type PathCalls<TRoute> = {
  readonly [M in MethodOf<TRoute> as Lowercase<M & StandardMethod>]: CallRoute<RouteOf<TRoute, M>, M>;
} & {
  /** Calls a route of any method, e.g. `client("/calendars/:id").request("REPORT", { params })`. */
  request<const TMethod extends MethodOf<TRoute>>(
    method: TMethod,
    ...options: CallArguments<RouteOf<TRoute, TMethod>>
  ): Call<CallAnswer<RouteOf<TRoute, TMethod>, TMethod>, RouteEvent<RouteOf<TRoute, TMethod>>>;
};

/** Calls one route. */
export type CallRoute<TRoute, TMethod = string> = (
  ...options: CallArguments<TRoute>
) => Call<CallAnswer<TRoute, TMethod>, RouteEvent<TRoute>>;

/** What a call of a route is made with; nothing at all where the route requires nothing. */
export type CallArguments<TRoute> =
  Empty extends CallParts<RouteInput<TRoute>>
    ? [options?: CallParts<RouteInput<TRoute>> & CallSettings]
    : [options: CallParts<RouteInput<TRoute>> & CallSettings];

type StandardMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS";

type MethodOf<TRoute> = TRoute extends { readonly method: infer TMethod extends string }
  ? TMethod extends "GET"
    ? "GET" | "HEAD"
    : TMethod
  : never;

type RouteOf<TRoute, TMethod> = Extract<
  TRoute,
  { readonly method: TMethod extends "HEAD" ? "GET" | "HEAD" : TMethod }
>;

type CallAnswer<TRoute, TMethod> = TMethod extends "HEAD" ? HeadOf<RouteAnswer<TRoute>> : RouteAnswer<TRoute>;

/** Answers to HEAD have no bodies. */
type HeadOf<TAnswer> =
  TAnswer extends SuccessAnswer<infer TStatus>
    ? SuccessAnswer<TStatus, undefined>
    : ErrorAnswer<ErrorStatus, ProblemDetails, undefined>;

/** Settles a call of a path. */
type ToPlan = (method: string, options: CallOptions) => CallPlan;

/** The calls of one path, whatever methods it has; the types say which. */
export class PathCaller {
  readonly #toPlan: ToPlan;

  constructor(toPlan: ToPlan) {
    this.#toPlan = toPlan;
  }

  get(options?: CallOptions): Call<unknown> {
    return this.request("GET", options);
  }

  post(options?: CallOptions): Call<unknown> {
    return this.request("POST", options);
  }

  put(options?: CallOptions): Call<unknown> {
    return this.request("PUT", options);
  }

  patch(options?: CallOptions): Call<unknown> {
    return this.request("PATCH", options);
  }

  delete(options?: CallOptions): Call<unknown> {
    return this.request("DELETE", options);
  }

  head(options?: CallOptions): Call<unknown> {
    return this.request("HEAD", options);
  }

  options(options?: CallOptions): Call<unknown> {
    return this.request("OPTIONS", options);
  }

  request(method: string, options: CallOptions = {}): Call<unknown> {
    return new Call(this.#toPlan(method, options));
  }
}
