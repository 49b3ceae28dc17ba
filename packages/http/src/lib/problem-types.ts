import type { DetailsSchema } from "./define-error.ts";
import type { BODY_ERRORS, ErrorCodes, ErrorStatus, SERVER_ERRORS } from "./error-codes.ts";

/** Problem details of one kind (RFC 9457), as a client reads them; a union of them is told apart by `code`. */
export type KnownProblem<
  TStatus extends number = number,
  TCode extends string = string,
  TDetails = unknown,
> = {
  readonly type: string;
  readonly title: string;
  readonly status: TStatus;
  readonly code: TCode;
  readonly detail?: string;
  readonly instance?: string;
  readonly requestId?: string;
} & TDetails;

/** What a declared error looks like to a client. */
export type ProblemOf<TRef> = TRef extends ErrorStatus
  ? KnownProblem<TRef, ErrorCodes[TRef]>
  : TRef extends { readonly status: infer TStatus extends number; readonly code: infer TCode extends string }
    ? KnownProblem<TStatus, TCode, DetailsOf<TRef>>
    : never;

type DetailsOf<TRef> = TRef extends { readonly details: DetailsSchema<unknown, infer TOutput> }
  ? TOutput
  : unknown;

/** One thing that is wrong with a request, among the `problems` of `E_VALIDATION_FAILED`. */
export interface ValidationProblem {
  readonly in: "params" | "query" | "headers" | "cookies" | "body";
  /** A JSON Pointer. */
  readonly path: string;
  readonly message: string;
  readonly code?: string;
}

interface ValidationDetails {
  readonly problems: readonly ValidationProblem[];
}

/**
 * Every problem that a route is known to answer, by its options: what it and its stages declare, what its schemas refuse, and what
 * the server says itself.
 *
 * @example
 * type Problems = RouteProblem<{ errors: [404]; guards: [typeof isSignedIn] }>;
 */
export type RouteProblem<TOptions> =
  | ProblemOf<DeclaredErrors<TOptions> | (typeof SERVER_ERRORS)[number]>
  | HeadProblem<TOptions>
  | BodyProblem<TOptions>;

/** What the options of a route declare themselves: in `errors`, and by their stages. */
export type DeclaredErrors<TOptions> =
  | ItemOf<TOptions, "errors">
  | ErrorsOfStage<ItemOf<TOptions, "middleware" | "interceptors" | "filters">>
  | ErrorsOfGuard<ItemOf<TOptions, "guards">>;

type ItemOf<TOptions, TKey extends string> = TOptions extends { readonly [K in TKey]?: infer TList }
  ? TList extends readonly (infer TItem)[]
    ? TItem
    : never
  : never;

/** The errors that a stage declares; none where it declares none. */
export type ErrorsOfStage<TStage> = TStage extends { readonly errors: readonly (infer TError)[] }
  ? TError
  : never;

/** The same of a guard: one that declares none may say no. */
export type ErrorsOfGuard<TGuard> = TGuard extends { readonly errors: readonly (infer TError)[] }
  ? TError
  : [TGuard] extends [never]
    ? never
    : 403;

type HeadProblem<TOptions> = keyof TOptions & ("params" | "query" | "headers" | "cookies") extends never
  ? never
  : KnownProblem<400, "E_VALIDATION_FAILED", ValidationDetails>;

type BodyProblem<TOptions> = "body" extends keyof TOptions
  ? KnownProblem<422, "E_VALIDATION_FAILED", ValidationDetails> | ProblemOf<(typeof BODY_ERRORS)[number]>
  : never;
