import type { Answer } from "./answer.ts";

/** The parts of a `multipart/byteranges` answer (RFC 9110, 14.6): type, range and text of each; fails where it is none. */
export function readParts(answer: Answer): [type: string, range: string, text: string][] {
  const boundary = /^multipart\/byteranges; boundary=([\w-]+)$/.exec(
    answer.header("content-type") ?? "",
  )?.[1];
  if (boundary === undefined) throw new Error(`no byteranges: ${answer.header("content-type")}`);
  const body = answer.bytes.toString("latin1");
  const end = `\r\n--${boundary}--\r\n`;
  if (!body.endsWith(end)) throw new Error(`no end: ${JSON.stringify(body)}`);
  const [before, ...parts] = `\r\n${body.slice(0, -end.length)}`.split(`\r\n--${boundary}\r\n`);
  if (before !== "") throw new Error(`something in front of the parts: ${JSON.stringify(before)}`);
  return parts.map(readPart);
}

function readPart(part: string): [type: string, range: string, text: string] {
  const match = /^content-type: (.*)\r\ncontent-range: (.*)\r\n\r\n([\s\S]*)$/.exec(part);
  if (match === null) throw new Error(`no part: ${JSON.stringify(part)}`);
  const [, type = "", range = "", text = ""] = match;
  return [type, range, text];
}
