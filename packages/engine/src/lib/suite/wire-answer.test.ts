import assert from "node:assert/strict";

/** One answer as it came over the wire; the body has one character per byte. */
export interface WireAnswer {
  readonly status: number;
  readonly statusLine: string;
  /** Names in lower case; several lines of one name are joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Characters that the answer took. */
  readonly size: number;
}

/** How to read an answer. */
export interface AnswerContext {
  /** The method that was asked with; answers to HEAD have no body. */
  readonly method: string;
  /** Whether the server has ended, which ends a body without a length. */
  readonly ended: boolean;
}

/** The first answer in a text, `null` where it is not complete. */
export function parseAnswer(text: string, context: AnswerContext): WireAnswer | null {
  const headEnd = text.indexOf("\r\n\r\n");
  if (headEnd < 0) return null;
  const [statusLine = "", ...lines] = text.slice(0, headEnd).split("\r\n");
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1]);
  const headers = parseHeaders(lines);
  const start = headEnd + 4;
  const found = bodyOf(text.slice(start), { status, headers, ...context });
  if (found === null) return null;
  return { status, statusLine, headers, body: found.body, size: start + found.size };
}

function parseHeaders(lines: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(": ");
    assert.ok(colon > 0, `not a field line: ${JSON.stringify(line)}`);
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 2);
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  return headers;
}

interface BodyContext extends AnswerContext {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

interface FoundBody {
  readonly body: string;
  readonly size: number;
}

function bodyOf(rest: string, { status, headers, method, ended }: BodyContext): FoundBody | null {
  if (method === "HEAD" || status < 200 || status === 204 || status === 304) return { body: "", size: 0 };
  if (headers["transfer-encoding"] !== undefined) return chunkedBody(rest);
  const length = headers["content-length"];
  if (length === undefined) return ended ? { body: rest, size: rest.length } : null;
  const size = Number(length);
  return rest.length < size ? null : { body: rest.slice(0, size), size };
}

function chunkedBody(rest: string): FoundBody | null {
  let body = "";
  let at = 0;
  for (;;) {
    const lineEnd = rest.indexOf("\r\n", at);
    if (lineEnd < 0) return null;
    const size = Number.parseInt(rest.slice(at, lineEnd), 16);
    const end = lineEnd + 2 + size;
    if (rest.length < end + 2) return null;
    assert.equal(rest.slice(end, end + 2), "\r\n");
    body += rest.slice(lineEnd + 2, end);
    at = end + 2;
    if (size === 0) return { body, size: at };
  }
}
