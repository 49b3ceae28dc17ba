import { inspect } from "node:util";
import type { LogLine } from "../log-recorder.ts";
import type { TestResponse } from "./test-response.ts";
import { serializeHead, type WireRequest } from "./wire-request.ts";

/** The most characters of a body that a message shows. */
const MAX_SHOWN = 2_000;

/** Writes a request, its answer and what was logged about it, for a message. */
export function toReport(request: WireRequest, response: TestResponse, lines: readonly LogLine[]): string {
  const logged = linesOf(response, lines).map(showLine);
  return [
    quote(">", `${serializeHead(request).replaceAll("\r\n", "\n")}${showBody(request)}`),
    quote("<", shorten(String(response))),
    ...(logged.length === 0 ? [] : [`logged:\n${logged.join("\n")}`]),
  ].join("\n\n");
}

function quote(sign: string, text: string): string {
  const lines = text.trimEnd().split("\n");
  return lines.map((line) => `${sign} ${line}`.trimEnd()).join("\n");
}

function shorten(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}... (${text.length} characters)` : text;
}

function showBody({ body }: WireRequest): string {
  if (body === null) return "";
  const isText = /^text\/|json|urlencoded/.test(body.type);
  return isText ? shorten(new TextDecoder().decode(body.bytes)) : `(${body.bytes.byteLength} bytes)`;
}

/** Warnings and errors about this request, as far as its id tells. */
function linesOf(response: TestResponse, lines: readonly LogLine[]): readonly LogLine[] {
  const id = response.headers.get("x-request-id");
  return lines.filter(
    ({ level, fields }) =>
      (level === "error" || level === "warn") && id !== undefined && fields["requestId"] === id,
  );
}

function showLine({ level, message, fields }: LogLine): string {
  const { err, requestId: _requestId, ...others } = fields;
  const shown = Object.keys(others).length === 0 ? "" : ` ${inspect(others, { breakLength: Infinity })}`;
  const error = err === undefined ? "" : `\n${inspect(err)}`;
  return `${level} ${message}${shown}${error}`;
}
