import type { ErrorStatus } from "./error-codes.ts";
import { ArmatureError } from "./armature-error.ts";
import { HttpError, isHttpError, type HttpErrorOptions } from "./http-error.ts";

/** The schema of the members that an error adds to its problem document; any Standard Schema. */
export interface DetailsSchema<TInput = unknown, TOutput = unknown> {
  readonly "~standard": {
    readonly types?: { readonly input: TInput; readonly output: TOutput } | undefined;
  };
}

/**
 * An error that something can answer: what `defineError` makes, or a class with static members, or a plain object.
 *
 * @example
 * class EmailTaken extends HttpError {
 *   static readonly status = 409;
 *   static readonly code = "E_EMAIL_TAKEN";
 *   constructor() {
 *     super(EmailTaken.status, EmailTaken.code, "A user with this email exists.");
 *   }
 * }
 */
export interface ErrorDeclaration {
  /** 400 to 599. */
  readonly status: number;
  /** Stable, for programs. */
  readonly code: string;
  /** For people who read the documents. */
  readonly description?: string;
  /** The members that the problem document has beside the standard ones. */
  readonly details?: DetailsSchema | undefined;
}

/** A declared error; a status alone stands for the code that the framework's own function for it has, as 404 for `E_NOT_FOUND`. */
export type ErrorRef = ErrorStatus | ErrorDeclaration;

/** What an error is defined with beside its status and code. */
export interface DefineErrorOptions<TDetails> {
  /** What is answered where nothing else is said, and what documents say of the error. */
  readonly description?: string;
  /** The schema of further members of the problem document. */
  readonly details?: TDetails;
}

/** What is said of an error when it is made: with a details schema, its members have to be there. */
export type ErrorArguments<TDetails> =
  TDetails extends DetailsSchema<infer TInput>
    ? [detail: string | undefined, options: HttpErrorOptions & { readonly extensions: TInput }]
    : [detail?: string, options?: HttpErrorOptions];

/** An error with a name: makes HttpErrors, throws them, knows them again, and declares them. */
export interface DefinedError<
  TStatus extends number = number,
  TCode extends string = string,
  TDetails extends DetailsSchema | undefined = DetailsSchema | undefined,
> extends ErrorDeclaration {
  (...args: ErrorArguments<TDetails>): HttpError;
  readonly status: TStatus;
  readonly code: TCode;
  readonly description: string;
  readonly details: TDetails;
  /** Throws one, where an expression is wanted: `users.find(id) ?? UserUnknown.throw()`. */
  throw(...args: ErrorArguments<TDetails>): never;
  /** Whether a value is one of these errors. */
  is(error: unknown): error is HttpError;
}

/**
 * Defines an error of the application: thrown as an HttpError, declared by routes and stages, known to documents and clients.
 *
 * @throws ArmatureError `E_ERROR_INVALID` for a status outside of 400 to 599, or an empty code
 * @example
 * const EmailTaken = defineError(409, "E_EMAIL_TAKEN", { description: "A user with this email exists." });
 * post("/users", { errors: [EmailTaken] }, () => EmailTaken.throw());
 */
export function defineError<
  const TStatus extends number,
  const TCode extends string,
  TDetails extends DetailsSchema | undefined = undefined,
>(
  status: TStatus,
  code: TCode,
  options: DefineErrorOptions<TDetails> = {},
): DefinedError<TStatus, TCode, TDetails> {
  assertDeclaration({ status, code }, "defineError()");
  const { description = "", details } = options;
  const make = (detail = description, errorOptions: HttpErrorOptions = {}): HttpError =>
    new HttpError(status, code, detail === "" ? undefined : detail, errorOptions);
  const defined = Object.assign(make, {
    status,
    code,
    description,
    details,
    throw(...args: Parameters<typeof make>): never {
      throw make(...args);
    },
    is: (error: unknown): boolean => isHttpError(error) && error.code === code && error.status === status,
  });
  // The signatures say which arguments are needed; all of them are those of `make`.
  return defined as unknown as DefinedError<TStatus, TCode, TDetails>;
}

/** @throws ArmatureError `E_ERROR_INVALID` for what declares no error */
export function assertDeclaration(
  declaration: unknown,
  where: string,
): asserts declaration is ErrorDeclaration {
  const { status, code } = (declaration ?? {}) as Partial<Record<"status" | "code", unknown>>; // looked at below
  const isStatus = Number.isInteger(status) && (status as number) >= 400 && (status as number) <= 599; // a number, says the first part
  if (isStatus && typeof code === "string" && code !== "") return;
  throw new ArmatureError(
    "E_ERROR_INVALID",
    `An error that ${where} declares must have a status from 400 to 599 and a code (got ${describe(status)} and ${describe(code)}).`,
  );
}

function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "number" ? String(value) : `a value of type ${typeof value}`;
}

/**
 * Says which errors a stage can answer: a guard, middleware, interceptor or filter that is a function. Classes have them as
 * a static member `errors`.
 *
 * @example
 * const isSignedIn = withErrors((context: { readonly user?: string }) => context.user !== undefined, 401);
 */
export function withErrors<
  TStage extends (...args: never[]) => unknown,
  const TErrors extends readonly ErrorRef[],
>(stage: TStage, ...errors: TErrors): TStage & { readonly errors: TErrors } {
  return Object.assign(stage, { errors });
}
