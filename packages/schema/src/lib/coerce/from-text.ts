import { BOOLEAN, NULL, NUMBER } from "../serialize/shape.ts";

/** The grammar of JSON (RFC 8259, 6): no plus sign, no space, no leading zero, no hexadecimal. */
const NUMBER_TEXT = /^-?(?:0|[1-9]\d*)(\.\d+)?(?:[eE][+-]?\d+)?$/;

/** The scalar of one of the types that a text stands for, else the text itself, which the validator then refuses. */
export function fromText(text: string, types: number): unknown {
  if ((types & NULL) !== 0 && text === "") return null;
  if ((types & BOOLEAN) !== 0 && (text === "true" || text === "false")) return text === "true";
  return (types & NUMBER) === 0 ? text : (toNumber(text) ?? text);
}

/** `null` for what is no number, or would become another one: a long id is not rounded. */
function toNumber(text: string): number | null {
  if (!NUMBER_TEXT.test(text)) return null;
  const number = Number(text);
  if (!Number.isFinite(number)) return null;
  return Number.isInteger(number) && !Number.isSafeInteger(number) ? null : number;
}

/** The elements of a list in one text: what lies between commas that are not quoted, without the space around it (RFC 9110, 5.6.1). */
export function splitList(text: string): string[] {
  const elements: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') at = endOfQuoted(text, at);
    else if (text[at] === ",") {
      elements.push(text.slice(start, at));
      start = at + 1;
    }
  }
  elements.push(text.slice(start));
  return elements.map((element) => element.trim()).filter((element) => element !== "");
}

/** Where the quoted string that starts at a position ends; at the end of the text where nobody closes it. */
function endOfQuoted(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at;
  }
  return text.length;
}
