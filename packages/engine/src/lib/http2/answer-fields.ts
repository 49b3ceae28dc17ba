import type { OutgoingHttpHeaders } from "node:http2";
import { assertField, type FieldList, type HeaderBlock, HttpError, type ResponseHead } from "@armature/http";

/** Fields that say something about an HTTP/1.1 connection; HTTP/2 has none (RFC 9113, 8.2.2). */
const OF_CONNECTION: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

/** What was made of blocks, which are shared by the answers of a route. */
const blocks = new WeakMap<HeaderBlock, OutgoingHttpHeaders>();

/**
 * The fields of an answer as `node:http2` takes them; what only HTTP/1.1 has is left out.
 * @param framing the line that the encoder of HTTP/1.1 writes for the length; "" for none
 * @throws HttpError for a status or a field that must not be written
 */
export function answerFields({ status, block, fields }: ResponseHead, framing: string): OutgoingHttpHeaders {
  if (!Number.isInteger(status) || status < 200 || status > 599) throw invalidStatus(status);
  const answer: OutgoingHttpHeaders = Object.assign(noFields(), { ":status": status }, blockFields(block));
  if (fields !== null) addFields(answer, fields);
  if (framing.startsWith(LENGTH)) answer["content-length"] = framing.slice(LENGTH.length, -"\r\n".length);
  return answer;
}

const LENGTH = "content-length: ";

/** The fields of an interim answer, or those behind a body. */
export function plainFields(fields: FieldList): OutgoingHttpHeaders {
  const answer = noFields();
  addFields(answer, fields);
  return answer;
}

/** Without a prototype, whose names may be names of fields. */
function noFields(): OutgoingHttpHeaders {
  return Object.create(null) as OutgoingHttpHeaders; // an object without members has all that are optional
}

function blockFields(block: HeaderBlock): OutgoingHttpHeaders {
  let made = blocks.get(block);
  if (made === undefined) {
    made = plainFields(block.fields);
    blocks.set(block, made);
  }
  return made;
}

function addFields(answer: OutgoingHttpHeaders, fields: FieldList): void {
  if (fields.length % 2 !== 0) throw oddFields(fields);
  for (let at = 0; at < fields.length; at += 2) {
    const given = fields[at] as string; // at < length
    const value = fields[at + 1] as string; // the length is even
    assertField(given, value);
    const name = given.toLowerCase();
    if (!OF_CONNECTION.has(name)) addField(answer, name, value);
  }
}

/** Several lines of one name stay several, as `set-cookie` needs it. */
function addField(answer: OutgoingHttpHeaders, name: string, value: string): void {
  const earlier = answer[name];
  if (earlier === undefined) answer[name] = value;
  else answer[name] = [earlier, value].flat().map(String);
}

function invalidStatus(status: number): HttpError {
  return new HttpError(
    500,
    "E_STATUS_INVALID",
    `The status of an answer must be between 200 and 599 (got ${status}).`,
  );
}

function oddFields(fields: FieldList): HttpError {
  return new HttpError(
    500,
    "E_HEADER_LIST_ODD",
    `Response headers are a flat list of names and values (got ${fields.length} entries).`,
  );
}
