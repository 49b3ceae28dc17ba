import { HttpError } from "./http-error.ts";
import { isToken } from "./token.ts";

/** Response header fields as a flat list: name, value, name, value. */
export type FieldList = readonly string[];

/**
 * Response header fields that were checked and encoded once, to be written as they are with every answer.
 *
 * Engines may cache what they make of a block by its identity, so keep one for each route, not one for each request.
 * @throws HttpError `E_HEADER_NAME_INVALID`, `E_HEADER_VALUE_INVALID` or `E_HEADER_FRAMING`, see {@link assertField};
 *   `E_HEADER_LIST_ODD` for a name without a value
 * @example
 * const json = new HeaderBlock(["content-type", "application/json"]);
 * json.wire; // "content-type: application/json\r\n"
 */
export class HeaderBlock {
  /** The block of no fields. */
  static readonly empty: HeaderBlock = new HeaderBlock([]);

  /** The fields as a flat list, names in lower case. */
  readonly fields: FieldList;
  /** The field lines as they are written, each with its CRLF; one character per byte (latin1). */
  readonly wire: string;
  /** Whether the block has a `date` field, so that the engine leaves out its own. */
  readonly hasDate: boolean;
  /** Whether the block says `connection: close`. */
  readonly closes: boolean;

  constructor(fields: FieldList) {
    encodeFields(fields); // names are checked as they were given: toLowerCase makes tokens of some letters that are none
    this.fields = lowerNames(fields);
    this.wire = encodeFields(this.fields);
    this.hasDate = hasField(this.fields, "date");
    this.closes = hasCloseOption(this.fields);
  }
}

/**
 * Writes fields as lines, each with its CRLF, after checking every one of them.
 * @throws HttpError `E_HEADER_LIST_ODD` for a name without a value
 * @throws HttpError as {@link assertField} does
 */
export function encodeFields(fields: FieldList): string {
  if (fields.length % 2 !== 0) throw oddFields(fields);
  let wire = "";
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const name = fields[at] as string; // at + 1 < length
    const value = fields[at + 1] as string; // at + 1 < length
    wire += fieldStart(name, value) + value + "\r\n";
  }
  return wire;
}

/** Names that passed, with what a line begins with; an application has few, and finding one costs less than checking it again. */
const goodNames = new Map<string, string>();
const MAX_GOOD_NAMES = 256;

/**
 * Checks a field and gives its line up to the value, e.g. "x-a: ".
 * @throws HttpError as {@link assertField} does
 */
export function fieldStart(name: string, value: string): string {
  const start = goodNames.get(name) ?? checkName(name, value);
  assertValue(name, value);
  return start;
}

/**
 * Refuses the value of a field whose name was checked before.
 * @throws HttpError `E_HEADER_VALUE_INVALID` as {@link assertField} does
 */
export function assertValue(name: string, value: string): void {
  if (value !== goodValue) checkValue(name, value);
}

/** A value that is known to be good: one that is made for one answer, where it is made of what is good. */
let goodValue = "";

/**
 * Says that a value has nothing that {@link assertField} refuses, so that the next answer that has it is written without a look at
 * every character. For values that the caller has put together of checked parts; one is kept at a time.
 */
export function vouchFor(value: string): void {
  goodValue = value;
}

/**
 * Refuses a response field that must never be written: these are errors of the application, answered with 500.
 *
 * @throws HttpError `E_HEADER_NAME_INVALID` for a name that is no token (RFC 9110, 5.1)
 * @throws HttpError `E_HEADER_VALUE_INVALID` for CR, LF, NUL, other control characters, or characters above U+00FF (RFC 9110, 5.5)
 * @throws HttpError `E_HEADER_FRAMING` for `content-length`, `transfer-encoding` and the like, which the engine writes itself
 */
export function assertField(name: string, value: string): void {
  fieldStart(name, value);
}

function checkValue(name: string, value: string): void {
  if (!FIELD_VALUE.test(value)) {
    throw new HttpError(
      500,
      "E_HEADER_VALUE_INVALID",
      `The response header "${name}" has a value that cannot be sent: ${quote(value)}; remove control characters and encode what is not latin1.`,
    );
  }
}

function checkName(name: string, value: string): string {
  if (!isToken(name)) {
    throw new HttpError(
      500,
      "E_HEADER_NAME_INVALID",
      `The response header name ${quote(name)} is not a token; use letters, digits and "-".`,
    );
  }
  if (FRAMING.has(name.toLowerCase())) {
    throw new HttpError(
      500,
      "E_HEADER_FRAMING",
      `The response header "${name}" is written by the engine; do not set it (got ${quote(value)}).`,
    );
  }
  const start = [name, ": "].join("");
  if (goodNames.size < MAX_GOOD_NAMES) goodNames.set(name, start);
  return start;
}

/** Whether a flat list has a field of this name, which is given in lower case. */
export function hasField(fields: FieldList, name: string): boolean {
  for (let at = 0; at < fields.length; at += 2) if (isNamed(fields[at] as string, name)) return true; // at < length
  return false;
}

/** Whether a flat list has `close` among its connection options (RFC 9110, 7.6.1). */
export function hasCloseOption(fields: FieldList): boolean {
  for (let at = 0; at < fields.length; at += 2) {
    if (isNamed(fields[at] as string, "connection") && isCloseList(fields[at + 1])) return true; // at < length
  }
  return false;
}

/** The length and the first letter tell most names apart before a string is made. */
function isNamed(field: string, name: string): boolean {
  if (field.length !== name.length || lowerInitial(field) !== lowerInitial(name)) return false;
  return field === name || field.toLowerCase() === name;
}

function lowerInitial(name: string): number {
  return name.charCodeAt(0) | 0x20;
}

const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const FRAMING = new Set(["content-length", "transfer-encoding", "keep-alive", "te"]);

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text);
}

function oddFields(fields: FieldList): HttpError {
  return new HttpError(
    500,
    "E_HEADER_LIST_ODD",
    `Response headers are a flat list of names and values, but ${quote(fields.at(-1) ?? "")} has no value (got ${fields.length} entries).`,
  );
}

function isCloseList(value = ""): boolean {
  return value.split(",").some((option) => option.trim().toLowerCase() === "close");
}

function lowerNames(fields: FieldList): FieldList {
  return fields.map((field, at) => (at % 2 === 0 ? field.toLowerCase() : field));
}
