import type { KnownProblem, ProblemDetails } from "@armature/http";
import type { ErrorAnswer, ErrorStatus } from "./answer.ts";

/**
 * The errors that a call can be answered: those that the route declares, by their codes, and whatever else a server, or what
 * stands in front of it, says.
 *
 * @typeParam TMap the bodies that the route itself gives errors, by status
 */
export type ErrorAnswers<TProblem, TMap> =
  | Known<TProblem>
  | Foreign<StatusOf<TProblem>, TMap>
  | OwnBody<keyof TMap & ErrorStatus, StatusOf<TProblem>, TMap>
  | Unless<Exclude<ErrorStatus, StatusOf<TProblem> | keyof TMap>, ProblemDetails, unknown>;

type StatusOf<TProblem> = TProblem extends { readonly status: infer TStatus extends number }
  ? TStatus
  : never;

/** A problem document is no data. */
type Known<TProblem> = TProblem extends { readonly status: infer TStatus extends number }
  ? ErrorAnswer<TStatus, TProblem, undefined>
  : never;

/** An error that is no problem document. */
type NoProblem<TStatus extends number> = KnownProblem<TStatus, "E_CLIENT_NO_PROBLEM">;

/** A status whose problems are known may come from a proxy, too. */
type Foreign<TStatus extends number, TMap> =
  Exclude<TStatus, keyof TMap> extends infer TRest extends number
    ? Unless<TRest, NoProblem<TRest>, unknown>
    : never;

/** The body that a route declares for an error; something else may throw a problem of that status. */
type OwnBody<TStatus extends number, TKnown, TMap> = TStatus extends keyof TMap
  ? | ErrorAnswer<TStatus, NoProblem<TStatus>, TMap[TStatus]>
    | (TStatus extends TKnown ? never : ErrorAnswer<TStatus, ProblemDetails, undefined>)
  : never;

/** An answer with no status would stand in every union for nothing. */
type Unless<TStatus extends number, TProblem, TData> = [TStatus] extends [never]
  ? never
  : ErrorAnswer<TStatus, TProblem, TData>;
