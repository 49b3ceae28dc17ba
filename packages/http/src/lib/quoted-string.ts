/**
 * Splits a field value at a separator, except inside quoted strings (RFC 9110, 5.6.4), in linear time.
 * A string that is not closed reaches to the end.
 *
 * @example
 * splitOutsideQuotes('a;q="x,y", b', ","); // ['a;q="x,y"', " b"]
 */
export function splitOutsideQuotes(text: string, separator: "," | ";"): string[] {
  if (!text.includes('"')) return text.split(separator);
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"') at = endOfQuoted(text, at);
    if (char !== separator) continue;
    parts.push(text.slice(start, at));
    start = at + 1;
  }
  parts.push(text.slice(start));
  return parts;
}

/**
 * The content of a quoted string, its escapes undone; `null` for text that is none (RFC 9110, 5.6.4).
 *
 * @example
 * parseQuotedString('"a \\"b\\""'); // 'a "b"'
 */
export function parseQuotedString(text: string): string | null {
  if (text.length < 2 || !text.startsWith('"') || endOfQuoted(text, 0) !== text.length - 1) return null;
  const content = text.slice(1, -1);
  if (!QUOTABLE.test(content)) return null;
  return content.includes("\\") ? content.replace(/\\(.)/g, "$1") : content;
}

const QUOTABLE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** The position of the quote that closes the one at `start`; the text's length where there is none. */
function endOfQuoted(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at];
    if (char === '"') return at;
    if (char === "\\") at++;
  }
  return text.length;
}
