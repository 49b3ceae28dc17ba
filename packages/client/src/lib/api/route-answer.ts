import type { KnownProblem } from "@armature/http";
import type { StandardSchemaV1 } from "@armature/schema";
import type { ApiRoute, GeneratedRoute } from "./api.ts";
import type { Empty } from "./empty.ts";
import type { ErrorStatus, SuccessAnswer } from "./answer.ts";
import type { ErrorAnswers } from "./error-answers.ts";
import type { JsonType } from "./json-type.ts";

/** Every answer that a call of a route can have, to be told apart by `ok` or `status`. */
export type RouteAnswer<TRoute> = TRoute extends GeneratedRoute
  ? unknown extends TRoute["answers"]
    ? SuccessAnswer | ErrorAnswers<GeneratedProblem<TRoute>, Empty>
    : AnswersOfMap<TRoute["answers"], GeneratedProblem<TRoute>>
  : TRoute extends ApiRoute
    ? AnswersOfRoute<TRoute["options"], TRoute["result"], DeclaredProblem<TRoute>>
    : never;

/** None where a route says nothing of them. */
type DeclaredProblem<TRoute> = TRoute extends { readonly problem: infer TProblem }
  ? unknown extends TProblem
    ? never
    : TProblem
  : never;

/** The problems of a generated route, whose codes stand by status and whose details by code. */
type GeneratedProblem<TRoute> = TRoute extends { readonly errors: infer TErrors }
  ? { [S in keyof TErrors & number]: CodeProblem<S, TErrors[S], TRoute> }[keyof TErrors & number]
  : never;

type CodeProblem<TStatus extends number, TCode, TRoute> = TCode extends string
  ? KnownProblem<
      TStatus,
      TCode,
      TRoute extends { readonly details: { readonly [K in TCode]: infer TDetails } } ? TDetails : unknown
    >
  : never;

/** The data of the answers that are no errors. */
export type SuccessData<TAnswer> =
  Extract<TAnswer, { readonly ok: true }> extends { readonly data: infer TData } ? TData : never;

type AnswersOfRoute<TOptions, TResult, TProblem> = TOptions extends { readonly response: infer TResponse }
  ? AnswersOfMap<
      WrittenBy<TResponse extends StandardSchemaV1 ? { readonly 200: TResponse } : TResponse>,
      TProblem
    >
  : SuccessOfResult<TResult> | ErrorAnswers<TProblem, ErrorReplies<TResult>>;

/** What the schemas of a `response` map write. */
type WrittenBy<TResponses> = {
  readonly [S in keyof TResponses]: TResponses[S] extends StandardSchemaV1<unknown, infer TOutput>
    ? JsonType<TOutput>
    : undefined;
};

/** The answers of a map from status to data. */
type AnswersOfMap<TMap, TProblem> =
  | { [S in keyof TMap & number]: SuccessOf<S, TMap[S]> }[keyof TMap & number]
  | ErrorAnswers<TProblem, TMap>;

type SuccessOf<TStatus extends number, TData> = TStatus extends ErrorStatus
  ? never
  : SuccessAnswer<TStatus, TData>;

/** The successes of a route that declares no answers: what its handler returns. */
type SuccessOfResult<TResult> = unknown extends TResult
  ? SuccessAnswer
  : TResult extends ReplyType<infer TStatus, infer TBody>
    ? SuccessOf<TStatus, SentBody<TBody>>
    : TResult extends Response
      ? SuccessAnswer
      : TResult extends undefined | void
        ? SuccessAnswer<204, undefined>
        : SuccessAnswer<200, SentBody<TResult>>;

/** The errors that a handler returns itself, with `reply`. */
type ErrorReplies<TResult> = {
  [R in Extract<TResult, ReplyType<ErrorStatus, unknown>> as R["status"]]: SentBody<R["body"]>;
};

/** What `reply(...)` of the server gives. */
interface ReplyType<TStatus extends number, TBody> {
  readonly status: TStatus;
  readonly body: TBody;
  readonly format: "auto" | "json";
  readonly fields: readonly string[] | null;
}

/** How a handler's value arrives; `unknown` where its media type is known at run time only. */
type SentBody<TBody> = unknown extends TBody
  ? unknown
  : TBody extends ArrayBufferView | ArrayBuffer
    ? Uint8Array
    : TBody extends Streamed
      ? unknown
      : [keyof TBody] extends [keyof File | keyof Stream]
        ? FileOrStream<TBody>
        : JsonType<TBody>;

type Streamed = Blob | ReadableStream | { readonly [Symbol.asyncIterator]: unknown };

/** The bodies of `reply.file()` and `reply.stream()`, which have exactly these members. */
interface File {
  readonly path: string;
  readonly options: { readonly dotfiles?: boolean };
}
interface Stream {
  readonly source: object;
  readonly options: { readonly length?: number };
}
type FileOrStream<TBody> = TBody extends File | Stream ? unknown : JsonType<TBody>;
