import type { AnyReply, Reply } from "../context/reply.ts";
import type { RouteContext } from "./route-options.ts";
import type { AnswerBody, ResponsesOf } from "./route-schemas.ts";

/** A handler for a path and options. */
export type Handler<TPath extends string, TOptions> = (
  context: RouteContext<TPath, TOptions>,
) => Awaitable<HandlerResult<TOptions>>;

/**
 * A handler whose result is inferred where no answers are declared. Where there are, they are the type of what it returns, so
 * that literals in it are read as what the schema wants.
 */
export type InferredHandler<TPath extends string, TOptions, TReturn> = "response" extends keyof TOptions
  ? Handler<TPath, TOptions>
  : (context: RouteContext<TPath, TOptions>) => CheckedReturn<TReturn>;

/** The result of a route: what it declares, else what its handler gives. */
export type RouteResult<TOptions, TReturn> = "response" extends keyof TOptions
  ? HandlerResult<TOptions>
  : Awaited<TReturn>;

/** What a handler may return: what the `response` schemas take in, or anything that can be sent where there are none. */
export type HandlerResult<TOptions> = ResultOf<ResponsesOf<TOptions>>;

type ResultOf<TResponses> = TResponses extends undefined
  ? AnyReply | AnyResult
  : {
      [S in keyof TResponses & number]: Reply<S, AnswerBody<TResponses[S]>> | PlainResult<S, TResponses[S]>;
    }[keyof TResponses & number];

/** What is sent with a status that nobody named: 200, or 204 where that is declared. */
type PlainResult<TStatus, TSchema> = TStatus extends 200 | 204
  ? TSchema extends null
    ? undefined | void
    : AnswerBody<TSchema>
  : never;

/**
 * A value, or a promise of it; of any kind, as query builders have their own. The standard one is named because the compiler
 * then compares what two promises resolve to, and says so, instead of how their `then` differs.
 */
export type Awaitable<T> = T | Promise<T> | PromiseLike<T>;

/**
 * `TReturn` where it can be sent, or nobody knows before run time; else what may be returned in its place. No union of types
 * can say so: it would have to take `unknown` and refuse a part of it.
 */
export type CheckedReturn<TReturn> =
  Awaited<TReturn> extends AnyReply | AnyResult
    ? TReturn
    : unknown extends Awaited<TReturn>
      ? TReturn
      : Awaitable<AnyReply | AnyResult>;

/**
 * What a handler may return where its route declares no answers.
 *
 * Functions, symbols and bigints are no answers; maps, sets and generators neither, as JSON has nothing for them: a collection
 * says what it is with `toJSON`.
 */
export type AnyResult =
  | AnswerObject
  | { readonly toJSON: () => unknown }
  | readonly unknown[]
  | ArrayBufferView
  | string
  | number
  | boolean
  | null
  | undefined
  | void;

/** An object that is no function, promise or collection, and whose elements are text or bytes where it is a stream. */
export type AnswerObject = object & {
  /** Every function has it. */
  readonly [Symbol.hasInstance]?: never;
  /** A promise goes by what it resolves to. */
  readonly then?: never;
  readonly [Symbol.iterator]?: never;
  readonly [Symbol.asyncIterator]?: () => AsyncIterator<string | Uint8Array>;
};
