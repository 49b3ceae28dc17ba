import type { ProblemDetails } from "@armature/http";

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
