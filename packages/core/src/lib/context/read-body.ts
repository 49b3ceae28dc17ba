import {
  HttpError,
  isJsonMediaType,
  parseMediaType,
  type HeaderList,
  type RequestBody,
} from "@armature/http";
import type { MaybePromise } from "../maybe-promise.ts";
import { parseJson } from "./parse-json.ts";
import { parseQuery } from "./query.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

/** The body as text; at once where it has arrived already. */
export function readText(body: RequestBody, maxBytes: number): MaybePromise<string> {
  // A view of what has arrived saves a copy; its length is held against the limit here, as reading it would.
  const arrived = body.length !== null && body.length <= maxBytes ? body.peek() : null;
  if (arrived !== null) return decodeUtf8(arrived);
  const bytes = body.bytes(maxBytes);
  return bytes instanceof Uint8Array ? decodeUtf8(bytes) : bytes.then(decodeUtf8);
}

/** The body as a value, by its media type: JSON, a urlencoded form, or text; `undefined` where there is none. */
export function readValue(body: RequestBody, headers: HeaderList, maxBytes: number): MaybePromise<unknown> {
  if (body.length === 0) return undefined;
  const parse = parserFor(headers.get("content-type"));
  const text = readText(body, maxBytes);
  // A chunked body shows only at its end that there is nothing in it.
  if (typeof text === "string") return text === "" ? undefined : parse(text);
  return text.then((later) => (later === "" ? undefined : parse(later)));
}

/** The body as JSON; an empty one is an error of the client. */
export function readJson(body: RequestBody, maxBytes: number): MaybePromise<unknown> {
  const text = readText(body, maxBytes);
  return typeof text === "string" ? parseJson(text) : text.then(parseJson);
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new HttpError(400, "E_BODY_ENCODING", "The request body is not valid UTF-8.", { cause });
  }
}

function parserFor(contentType: string | undefined): (text: string) => unknown {
  // The one content type that nearly every request has needs no parsing.
  if (contentType === "application/json") return parseJson;
  const type = contentType === undefined ? null : parseMediaType(contentType);
  if (type === null) throw unsupported(contentType);
  assertUtf8(type.parameters["charset"], contentType);
  if (isJsonMediaType(type)) return parseJson;
  if (type.type === "application" && type.subtype === "x-www-form-urlencoded") return parseQuery;
  if (type.type === "text" && type.subtype === "plain") return (text) => text;
  throw unsupported(contentType);
}

function assertUtf8(charset: string | undefined, contentType: string | undefined): void {
  if (charset !== undefined && !/^utf-?8$|^us-ascii$/i.test(charset)) throw unsupported(contentType);
}

function unsupported(contentType: string | undefined): HttpError {
  const got = contentType === undefined ? "no content-type" : JSON.stringify(contentType);
  return new HttpError(
    415,
    "E_UNSUPPORTED_MEDIA_TYPE",
    `The body must be application/json, application/x-www-form-urlencoded or text/plain in UTF-8 (got ${got}).`,
    { headers: { accept: "application/json, application/x-www-form-urlencoded, text/plain" } },
  );
}
