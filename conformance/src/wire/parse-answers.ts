/** One answer as it came over the wire. */
export interface Answer {
  readonly status: number;
  readonly version: string;
  readonly reason: string;
  /** Names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Decoded from chunks, one character per byte. */
  readonly body: string;
}

/** What could be read of the bytes that a server sent. */
export interface Answers {
  readonly complete: readonly Answer[];
  /** What follows the last complete answer, one character per byte. */
  readonly rest: string;
}

interface Part {
  readonly body: string;
  readonly end: number;
}

const HEAD_END = "\r\n\r\n";
const STATUS_LINE = /^HTTP\/(1\.[01]) (\d{3}) ([\t\x20-\x7e\x80-\xff]*)$/;
const FIELD_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*$/;

/**
 * Reads answers off the bytes of a connection (RFC 9112), strictly: this client is a judge.
 *
 * @param empty which answers have no body whatever their headers say, as those of HEAD; interim ones are not counted
 * @param closed whether the server has closed, which ends a body without a length
 * @throws SyntaxError for bytes that are no HTTP/1.1 answer
 */
export function parseAnswers(bytes: string, empty: ReadonlySet<number>, closed: boolean): Answers {
  const complete: Answer[] = [];
  let at = 0;
  for (let finals = 0; at < bytes.length;) {
    const found = parseAnswer(bytes, at, { isEmpty: empty.has(finals), closed });
    if (found === null) break;
    complete.push(found.answer);
    if (found.answer.status >= 200) finals++;
    at = found.end;
  }
  return { complete, rest: bytes.slice(at) };
}

/** An answer, and where the bytes behind it begin. */
export interface FoundAnswer {
  readonly answer: Answer;
  readonly end: number;
}

/** What decides about the end of an answer beside its own bytes. */
export interface AnswerContext {
  /** Whether it has no body whatever its headers say, as the answer of a HEAD. */
  readonly isEmpty: boolean;
  /** Whether the server has closed, which ends a body without a length. */
  readonly closed: boolean;
}

/**
 * The answer that begins at a position; `null` where it is not complete.
 * @throws SyntaxError for bytes that are no HTTP/1.1 answer
 */
export function parseAnswer(bytes: string, at: number, context: AnswerContext): FoundAnswer | null {
  const end = bytes.indexOf(HEAD_END, at);
  if (end < 0) return null;
  const head = parseHead(bytes.slice(at, end));
  const part = readBody(bytes, end + HEAD_END.length, head, context);
  return part === null ? null : { answer: { ...head, body: part.body }, end: part.end };
}

type Head = Omit<Answer, "body">;

function parseHead(text: string): Head {
  const [first = "", ...lines] = text.split("\r\n");
  const [, version = "", status = "", reason = ""] = STATUS_LINE.exec(first) ?? [];
  if (status === "") throw new SyntaxError(`"${first}" is no status line`);
  return { version, status: Number(status), reason, headers: lines.map(parseField) };
}

function parseField(line: string): readonly [string, string] {
  const [, name, value] = FIELD_LINE.exec(line) ?? [];
  if (name === undefined || value === undefined) throw new SyntaxError(`"${line}" is no field line`);
  return [name.toLowerCase(), value];
}

/** The value of a header of an answer, several joined by ", ". */
export function headerOf(answer: Head, name: string): string | undefined {
  const values = answer.headers.filter(([one]) => one === name).map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(", ");
}

/** `null` where the body is not complete. */
function readBody(bytes: string, start: number, head: Head, { isEmpty, closed }: AnswerContext): Part | null {
  const length = headerOf(head, "content-length");
  const coding = headerOf(head, "transfer-encoding");
  if (length !== undefined && coding !== undefined)
    throw new SyntaxError("An answer has content-length and transfer-encoding");
  if (isEmpty || head.status < 200 || head.status === 204 || head.status === 304)
    return { body: "", end: start };
  if (coding !== undefined) return readChunks(bytes, start, coding);
  if (length !== undefined) return readSized(bytes, start, length);
  return closed ? { body: bytes.slice(start), end: bytes.length } : null;
}

function readSized(bytes: string, start: number, length: string): Part | null {
  if (!/^\d+$/.test(length)) throw new SyntaxError(`An answer has the content-length "${length}"`);
  const end = start + Number(length);
  return end > bytes.length ? null : { body: bytes.slice(start, end), end };
}

function readChunks(bytes: string, start: number, coding: string): Part | null {
  if (coding !== "chunked") throw new SyntaxError(`An answer has the transfer-encoding "${coding}"`);
  let body = "";
  for (let at = start; ;) {
    const lineEnd = bytes.indexOf("\r\n", at);
    if (lineEnd < 0) return null;
    const line = bytes.slice(at, lineEnd);
    if (!/^[0-9a-fA-F]+$/.test(line)) throw new SyntaxError(`"${line}" is no chunk size`);
    const size = Number.parseInt(line, 16);
    if (size === 0) return readTrailers(bytes, lineEnd, body);
    const dataEnd = lineEnd + 2 + size;
    if (bytes.length < dataEnd + 2) return null;
    if (bytes.slice(dataEnd, dataEnd + 2) !== "\r\n") throw new SyntaxError("A chunk does not end with CRLF");
    body += bytes.slice(lineEnd + 2, dataEnd);
    at = dataEnd + 2;
  }
}

/** The trailer fields are checked and dropped. */
function readTrailers(bytes: string, lineEnd: number, body: string): Part | null {
  const end = bytes.indexOf("\r\n\r\n", lineEnd);
  if (end < 0) return null;
  const lines = end > lineEnd ? bytes.slice(lineEnd + 2, end).split("\r\n") : [];
  for (const line of lines) parseField(line);
  return { body, end: end + 4 };
}
