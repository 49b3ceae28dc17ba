import { ArmatureError, isNullBodyStatus } from "@armature/http";

/** What the framing of an answer depends on. */
export interface AnswerKind {
  readonly method: string;
  readonly version: string;
}

/**
 * The framing line of a whole answer (RFC 9110, 8.6).
 * @param length bytes of the body; `null` where there is none, which says nothing about what GET would answer
 */
export function wholeFraming(kind: AnswerKind, status: number, length: number | null): string {
  if (isNullBodyStatus(status)) return emptyFraming(status);
  if (length === null && kind.method === "HEAD") return "";
  return lengthLine(length ?? 0);
}

/** Lengths below have a line that is kept: a text of one piece, where putting it together makes five. */
const SMALL_LENGTHS = 1024;
const smallLines: string[] = [];

function lengthLine(length: number): string {
  if (length >= SMALL_LENGTHS) return `content-length: ${length}\r\n`;
  return (smallLines[length] ??= ["content-length: ", length, "\r\n"].join("")); // `join` leaves no rope
}

/**
 * What ends the head of a whole answer, see {@link headEnd}.
 * @param connection what {@link connectionLine} gives
 */
export function wholeEnd(
  kind: AnswerKind,
  status: number,
  length: number | null,
  connection: string,
): string {
  const isUsual = length !== null && length < SMALL_LENGTHS && connection === "" && !isNullBodyStatus(status);
  return isUsual
    ? (smallEnds[length] ??= headEnd(lengthLine(length)))
    : headEnd(wholeFraming(kind, status, length) + connection);
}

const smallEnds: string[] = [];

/** What ends a head, as one piece: the end of the line in front, lines that each have theirs, and the empty one. */
export function headEnd(lines: string): string {
  return ["\r\n", lines, "\r\n"].join("");
}

/**
 * The framing line of a streamed answer; HTTP/1.0 has no chunks, there the end of the connection ends the body.
 * @throws ArmatureError `E_ANSWER_LENGTH` for a length that is none
 */
export function streamFraming(kind: AnswerKind, status: number, length: number | null): string {
  if (isNullBodyStatus(status)) return emptyFraming(status);
  if (length !== null) return `content-length: ${assertLength(length)}\r\n`;
  return kind.version === "1.0" ? "" : "transfer-encoding: chunked\r\n";
}

function assertLength(length: number): number {
  if (Number.isSafeInteger(length) && length >= 0) return length;
  throw new ArmatureError(
    "E_ANSWER_LENGTH",
    `The length of a streamed answer must be a whole number of bytes, or null where it is not known (got ${length}).`,
  );
}

/** 205 says that its body is empty; 204 and 304 have none by definition (RFC 9110, 8.6 and 15.3.6). */
function emptyFraming(status: number): string {
  return status === 205 ? "content-length: 0\r\n" : "";
}

/** The connection line: HTTP/1.1 stays open unless told otherwise, HTTP/1.0 closes unless told otherwise (RFC 9112, 9.3). */
export function connectionLine(kind: AnswerKind, closes: boolean, saidAlready: boolean): string {
  if (closes) return saidAlready ? "" : "connection: close\r\n";
  return kind.version === "1.0" ? "connection: keep-alive\r\n" : "";
}
