import { decodeExtValue, encodeExtValue } from "./ext-value.ts";
import { HttpError } from "./http-error.ts";
import { parseParameterized, type Parameter } from "./parse-parameters.ts";
import { isToken } from "./token.ts";

/** A `content-disposition` field (RFC 6266). */
export interface ContentDisposition {
  /** In lower case: "inline", "attachment", "form-data". */
  readonly type: string;
  /** The last segment of the file's name; never a path, nor "." or "..". */
  readonly filename?: string;
  /** All parameters as they were written, by name in lower case. Without a prototype. */
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * Reads a `content-disposition` field (RFC 6266, 4); `null` where it is malformed or a parameter occurs twice.
 *
 * `filename*` (RFC 8187) wins over `filename`. A file name comes from a stranger: folders in it are dropped, and the rest is
 * still to be checked against the system that stores it.
 *
 * @example
 * parseContentDisposition("attachment; filename=\"a.txt\"; filename*=UTF-8''%C3%A4.txt")?.filename; // "ä.txt"
 */
export function parseContentDisposition(header: string): ContentDisposition | null {
  const parsed = parseParameterized(header);
  if (parsed === null || !isToken(parsed.value)) return null;
  const parameters = toRecord(parsed.parameters);
  if (parameters === null) return null;
  const type = parsed.value.toLowerCase();
  const filename = toFilename(parameters);
  return filename === null ? { type, parameters } : { type, filename, parameters };
}

/**
 * Writes a `content-disposition` field (RFC 6266, appendix D): a name in ASCII for all clients, and the exact one in UTF-8
 * (RFC 8187) where it differs. Folders in the name are dropped; control characters become "_".
 *
 * @param type "attachment" to save, "inline" to show
 * @throws HttpError 500 `E_DISPOSITION_INVALID` for a type that is no token
 * @example
 * serializeContentDisposition("attachment", "naïve.txt"); // "attachment; filename=\"na_ve.txt\"; filename*=UTF-8''na%C3%AFve.txt"
 */
export function serializeContentDisposition(type: string, filename?: string): string {
  if (!isToken(type)) throw notAType(type);
  const name = filename === undefined ? null : lastSegment(filename);
  if (name === null) return type;
  const exact = name.replace(CONTROLS, "_").replace(LONE_SURROGATES, "\ufffd");
  const plain = exact.replace(NOT_PLAIN, "_");
  const ext = plain === exact && !HAS_ESCAPE.test(exact) ? "" : `; filename*=${encodeExtValue(exact)}`;
  return `${type}; filename="${plain}"${ext}`;
}

// oxlint-disable-next-line no-control-regex -- control characters are what it is about
const CONTROLS = /[\x00-\x1f\x7f-\x9f]/g;
const LONE_SURROGATES = /\p{Surrogate}/gu;
/** Quotes and backslashes too: not every client undoes their escapes. By code point, so that an emoji is one "_". */
const NOT_PLAIN = /[^\x20\x21\x23-\x5b\x5d-\x7e]/gu;
/** Some clients decode `%XX` in a plain name. */
const HAS_ESCAPE = /%[0-9A-Fa-f]{2}/;

function notAType(type: string): HttpError {
  return new HttpError(
    500,
    "E_DISPOSITION_INVALID",
    `A disposition type must be a token such as "attachment" or "inline" (got ${JSON.stringify(type)}).`,
  );
}

/** Two parameters of one name make the field invalid (RFC 6266, 4.1). */
function toRecord(parameters: readonly Parameter[]): Record<string, string> | null {
  const record = Object.create(null) as Record<string, string>; // no prototype: names come from clients
  for (const { name, value } of parameters) {
    if (name in record) return null;
    record[name] = value;
  }
  return record;
}

function toFilename(parameters: Readonly<Record<string, string>>): string | null {
  const ext = parameters["filename*"];
  const name = (ext === undefined ? null : decodeExtValue(ext)) ?? parameters["filename"];
  return name === undefined ? null : lastSegment(name);
}

/** Both separators count, whatever the system: the name comes from, or goes to, another one. */
function lastSegment(path: string): string | null {
  const name = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
  return name === "" || name === "." || name === ".." ? null : name;
}
