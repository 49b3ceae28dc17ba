/** One case of a wire file: bytes sent to an echo server, and what must come back. */
export interface WireCase {
  /** Name of the file, e.g. "chunked.md". */
  readonly file: string;
  /** Line of the heading. */
  readonly line: number;
  readonly title: string;
  /** Section of the standard, e.g. "RFC 9112, 7.1". */
  readonly reference: string;
  /** Sent one after the other, each when the expectation of the one before is met. */
  readonly steps: readonly WireStep[];
}

/** Bytes to send, and what they must lead to. */
export interface WireStep {
  readonly request: Buffer;
  /** Whether the client ends its side after the bytes. */
  readonly ends: boolean;
  readonly expect: Expectation;
}

/** What must come back. */
export interface Expectation {
  readonly answers: readonly ExpectedAnswer[];
  /** What becomes of the connection: `open` is in step, `either` is closed or in step, `null` is for steps that others follow. */
  readonly state: "open" | "close" | "either" | null;
  readonly checks: readonly Check[];
}

/** One answer of the expected ones. */
export interface ExpectedAnswer {
  /** Any of these. */
  readonly statuses: readonly number[];
  /** Whether it may be left out, e.g. a 100. */
  readonly optional: boolean;
}

/** What an answer must hold: `subject` of the nth answer compared with `value`. */
export interface Check {
  /** Which of the answers that came, from 0. Interim ones count only where they are not optional. */
  readonly answer: number;
  readonly subject: CheckSubject;
  readonly value: string;
  readonly line: number;
}

/**
 * - `method`, `target`, `version`, `body`: the echoed request has exactly this
 * - `field`: the echoed request has this field line ("Name: value")
 * - `no field`: it has no field of this name
 * - `fields`: it has this many field lines
 * - `header`: the answer has this header ("name: value"), or one of this name ("name")
 * - `no header`: the answer has no header of this name
 * - `empty`: the answer has no body, whatever its length says (the answer of a HEAD request)
 */
export type CheckSubject = (typeof CHECK_SUBJECTS)[number];

/** Every subject of a {@link Check}. */
export const CHECK_SUBJECTS = [
  "method",
  "target",
  "version",
  "body",
  "field",
  "no field",
  "fields",
  "header",
  "no header",
  "empty",
] as const;
