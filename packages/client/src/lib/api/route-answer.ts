import type { ProblemDetails } from "@armature/http";
import type { StandardSchemaV1 } from "@armature/schema";
import type { ApiRoute, GeneratedRoute } from "./api.ts";
import type { JsonType } from "./json-type.ts";

type Digit = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
type ToNumber<TText> = TText extends `${infer TNumber extends number}` ? TNumber : never;

/** A status that says that something went wrong: 400 to 599. */
export type ErrorStatus = ToNumber<`${4 | 5}${Digit}${Digit}`>;

/** What every answer has. */
interface AnswerBase {
  readonly headers: Headers;
  /** The answer as `fetch` gave it; its body was read. */
  readonly response: Response;
}

/** An answer with a status under 400. */
export interface SuccessAnswer<TStatus extends number = number, TData = unknown> extends AnswerBase {
  readonly ok: true;
  readonly status: TStatus;
  /** The body by its media type: JSON as its value, text as a string, anything else as bytes; `undefined` where there is none. */
  readonly data: TData;
  readonly problem: null;
}

/** An answer with a status from 400 to 599. */
export interface ErrorAnswer<
  TStatus extends number = number,
  TProblem = ProblemDetails,
  TData = unknown,
> extends AnswerBase {
  readonly ok: false;
  readonly status: TStatus;
  /** What the server says (RFC 9457); with the code `E_CLIENT_NO_PROBLEM` where it says it in another form, see `data`. */
  readonly problem: TProblem;
  /** The body where it is no problem document, else `undefined`. */
  readonly data: TData;
}

/** Every answer that a call of a route can have, to be told apart by `ok` or `status`. */
export type RouteAnswer<TRoute> = TRoute extends GeneratedRoute
  ? unknown extends TRoute["answers"]
    ? SuccessAnswer | ErrorAnswer<ErrorStatus>
    : AnswersOfMap<TRoute["answers"]>
  : TRoute extends ApiRoute
    ? AnswersOfRoute<TRoute["options"], TRoute["result"]>
    : never;

/** The data of the answers that are no errors. */
export type SuccessData<TAnswer> =
  Extract<TAnswer, { readonly ok: true }> extends { readonly data: infer TData } ? TData : never;

type AnswersOfRoute<TOptions, TResult> = TOptions extends { readonly response: infer TResponse }
  ? AnswersOfMap<WrittenBy<TResponse extends StandardSchemaV1 ? { readonly 200: TResponse } : TResponse>>
  : AnswersOfResult<TResult> | ErrorAnswer<ErrorStatus>;

/** What the schemas of a `response` map write. */
type WrittenBy<TResponses> = {
  readonly [S in keyof TResponses]: TResponses[S] extends StandardSchemaV1<unknown, infer TOutput>
    ? JsonType<TOutput>
    : undefined;
};

/** The answers of a map from status to data, and the errors that any request can have. */
type AnswersOfMap<TMap> =
  | { [S in keyof TMap & number]: AnswerOf<S, TMap[S]> }[keyof TMap & number]
  | ErrorAnswer<Exclude<ErrorStatus, keyof TMap>>;

type AnswerOf<TStatus extends number, TData> = TStatus extends ErrorStatus
  ? ErrorAnswer<TStatus, ProblemDetails, TData | undefined>
  : SuccessAnswer<TStatus, TData>;

/** The answers of a route that declares none: what its handler returns. */
type AnswersOfResult<TResult> = unknown extends TResult
  ? SuccessAnswer
  : TResult extends ReplyType<infer TStatus, infer TBody>
    ? AnswerOf<TStatus, SentBody<TBody>>
    : TResult extends Response
      ? SuccessAnswer
      : TResult extends undefined | void
        ? SuccessAnswer<204, undefined>
        : SuccessAnswer<200, SentBody<TResult>>;

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
