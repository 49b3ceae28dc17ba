type Digit = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

type ToNumber<TText> = TText extends `${infer TNumber extends number}` ? TNumber : never;

/** A status that an answer may have: 200 to 599. */
export type AnswerStatus = ToNumber<`${2 | 3 | 4 | 5}${Digit}${Digit}`>;

/** The statuses whose answers have no body (RFC 9110, 15.3.5, 15.3.6 and 15.4.5). */
export type BodylessStatus = 204 | 205 | 304;

/** `TStatus` where it is one of `TAllowed`, or not known before run time; else what may be written in its place. */
export type CheckedStatus<TStatus extends number, TAllowed> = number extends TStatus
  ? TStatus
  : TStatus extends TAllowed
    ? TStatus
    : TAllowed;
