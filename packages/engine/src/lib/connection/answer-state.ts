/** How far the answer of an exchange is. */
export const AnswerState = {
  open: 0,
  /** The head was given, the body is being written. */
  streaming: 1,
  /** All of it was given. */
  complete: 2,
  /** The engine answered, or the client is gone: what the application does has no effect. */
  dropped: 3,
} as const;

/** One of {@link AnswerState}. */
export type AnswerState = (typeof AnswerState)[keyof typeof AnswerState];
