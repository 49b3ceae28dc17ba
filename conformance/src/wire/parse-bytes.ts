/** What can stand after a backslash, beside `x`. */
const ESCAPES: Readonly<Record<string, string>> = {
  r: "\r",
  n: "\n",
  t: "\t",
  s: " ",
  "0": "\0",
  "\\": "\\",
  "{": "{",
};

const PIECE = /\\x([0-9a-fA-F]{2})|\\(.)|\{((?:[^{}\\*]|\\.)+)\*(\d+)\}|([^\\{]+)|(.)/gs;

/**
 * Reads one text of a wire case as bytes, one for each character.
 *
 * Escapes are `\r \n \t \s \0 \\ \{ \xHH`; `{a*9000}` stands for nine thousand times `a`.
 * @throws SyntaxError for an unknown escape, a lone `{`, and characters above U+00FF
 */
export function parseBytes(text: string): string {
  let bytes = "";
  for (const match of text.matchAll(PIECE)) bytes += readPiece(match);
  return bytes;
}

/** Reads the lines of a request block: each ends with CRLF, unless a backslash ends it. */
export function parseLines(lines: readonly string[]): Buffer {
  const texts = lines.map((line) => (endsWithBackslash(line) ? line.slice(0, -1) : `${line}\\r\\n`));
  return Buffer.from(parseBytes(texts.join("")), "latin1");
}

function readPiece([piece, hex, escape, repeated, count, plain]: RegExpExecArray): string {
  if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
  if (escape !== undefined) return readEscape(escape);
  if (repeated !== undefined) return parseBytes(repeated).repeat(Number(count));
  if (plain !== undefined) return assertLatin1(plain);
  throw new SyntaxError(`"${piece}" begins no repeat such as {a*9000}; write \\${piece}`);
}

function readEscape(letter: string): string {
  const value = ESCAPES[letter];
  if (value === undefined) throw new SyntaxError(`"\\${letter}" is no escape`);
  return value;
}

function assertLatin1(text: string): string {
  const wide = /[^\0-\xff]/.exec(text);
  if (wide !== null) throw new SyntaxError(`"${wide[0]}" is no byte; write its bytes as \\xHH`);
  return text;
}

/** A line that ends in "\\\\" ends in an escaped backslash, not in one that joins lines. */
function endsWithBackslash(line: string): boolean {
  const backslashes = /\\*$/.exec(line)?.[0].length ?? 0;
  return backslashes % 2 === 1;
}
