import type { PathParams } from "@armature/router";
import type { InferInput, StandardSchemaV1 } from "@armature/schema";
import type { AnswerStatus, BodylessStatus } from "./answer-status.ts";
import type { NoOptions, RouteOptions } from "./route-options.ts";
import type { ResponsesOf } from "./route-schemas.ts";

/**
 * The options of a route, held against what a type parameter lets pass: names that are no options, keys of `response` that are
 * no statuses, and schemas for statuses without a body. Where one is found, the type becomes one that they do not fit.
 */
export type CheckedOptions<TOptions> = keyof TOptions extends keyof RouteOptions
  ? AreAnswers<ResponsesOf<TOptions>> extends true
    ? TOptions
    : StrictRouteOptions
  : StrictRouteOptions & UnknownOption<Exclude<keyof TOptions, keyof RouteOptions>>;

/** The same where the whole path is known: a `params` schema may not require what the path does not name. */
export type CheckedPathOptions<TPath extends string, TOptions> =
  RequiredParams<TOptions> extends keyof PathParams<TPath>
    ? CheckedOptions<TOptions>
    : RouteOptions & { readonly params: PathHasOnly<keyof PathParams<TPath>> };

type RequiredParams<TOptions> = TOptions extends { readonly params: infer TSchema extends StandardSchemaV1 }
  ? RequiredKeys<InferInput<TSchema>>
  : never;

type RequiredKeys<T> = { [K in keyof T]-?: NoOptions extends Pick<T, K> ? never : K }[keyof T];

/** No schema has this member; the compiler shows it where a schema requires a parameter that the path lacks. */
interface PathHasOnly<TNames> {
  readonly "the path names only": TNames;
}

type AreAnswers<TResponses> = TResponses extends undefined
  ? true
  : TResponses extends Bodyless
    ? keyof TResponses extends AnswerStatus
      ? true
      : IsNumber<keyof TResponses>
    : false;

/** The key of a map whose statuses are not known before run time. */
type IsNumber<TKey> = [number, TKey] extends [TKey, number] ? true : false;

/** The index keeps it from being a weak type, which has to share a key. */
interface Bodyless extends Readonly<Partial<Record<BodylessStatus, null>>> {
  readonly [status: number]: unknown;
}

/** Lists every status, so that the compiler can name one that is none; compared with wrong options alone, as it is large. */
interface StrictRouteOptions extends Omit<RouteOptions, "response"> {
  readonly response?: StandardSchemaV1 | StatusMap;
}

type StatusMap = {
  readonly [S in AnswerStatus]?: S extends BodylessStatus ? null : StandardSchemaV1 | null;
};

/** Refuses objects that are no literals too, in which the compiler does not look for unknown names. */
interface UnknownOption<TName> {
  readonly "there is no such option": TName;
}
