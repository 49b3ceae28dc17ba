import { ClientError } from "../client-error.ts";
import { encodePairs } from "./encode-query.ts";
import { toParamText } from "./param-text.ts";

/** How a body that is a value is written: by default JSON, and strings as text. */
export type BodyFormat = "json" | "form" | "multipart";

/** What `fetch` can send. */
export type SendableBody = NonNullable<RequestInit["body"]>;

/** A body ready to be sent. */
export interface EncodedBody {
  readonly body: SendableBody;
  /** `null` where `fetch` knows the type by itself, as the boundary of a form. */
  readonly type: string | null;
  /** Bytes of the body, where they are known. */
  readonly length: number | null;
  /** A stream can be sent once only. */
  readonly isStream: boolean;
}

/** Writes a body; `null` where there is none. @throws ClientError `E_CLIENT_BODY` for values that cannot be written */
export function encodeBody(
  route: string,
  value: unknown,
  format: BodyFormat | undefined,
): EncodedBody | null {
  if (value === undefined) return null;
  if (format === "json") return encodeJson(route, value);
  if (format === "form") return encodeForm(route, value);
  if (format === "multipart") return { ...WHOLE, body: toFormData(route, value), type: null };
  return encodeNative(value) ?? encodeJson(route, value);
}

const WHOLE = { length: null, isStream: false };
const BYTES = "application/octet-stream";

/** What `fetch` takes as it is, strings, and sequences of pieces; `null` for all else. */
function encodeNative(value: unknown): EncodedBody | null {
  if (typeof value === "string") return encodeText(value, "text/plain;charset=UTF-8");
  if (typeof value !== "object" || value === null) return null;
  if (value instanceof FormData) return { ...WHOLE, body: value, type: null };
  if (value instanceof URLSearchParams) return encodeText(value.toString(), FORM);
  if (value instanceof Blob)
    return { body: value, type: value.type || BYTES, length: value.size, isStream: false };
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value))
    return { body: value as ArrayBuffer, type: BYTES, length: value.byteLength, isStream: false }; // fetch takes views too
  if (value instanceof ReadableStream) return { body: value, type: BYTES, length: null, isStream: true };
  if (Symbol.asyncIterator in value)
    return { body: toStream(value as AsyncIterable<unknown>), type: BYTES, length: null, isStream: true };
  return null;
}

const FORM = "application/x-www-form-urlencoded;charset=UTF-8";
const utf8 = new TextEncoder();

/** Encoded here, so that its length is known. */
function encodeText(text: string, type: string): EncodedBody {
  const body = utf8.encode(text);
  return { body, type, length: body.byteLength, isStream: false };
}

function encodeJson(route: string, value: unknown): EncodedBody {
  let text: string | undefined;
  try {
    text = JSON.stringify(value) as string | undefined; // undefined for functions and symbols
  } catch (cause) {
    throw badBody(
      route,
      `cannot be written as JSON: ${cause instanceof Error ? cause.message : String(cause)}`,
      cause,
    );
  }
  if (text === undefined) throw badBody(route, `cannot be written as JSON: it is a ${typeof value}`);
  return encodeText(text, "application/json");
}

function encodeForm(route: string, value: unknown): EncodedBody {
  return encodeText(encodePairs(route, "body", toMembers(route, value)), FORM);
}

function toFormData(route: string, value: unknown): FormData {
  const form = new FormData();
  for (const [name, member] of Object.entries(toMembers(route, value))) {
    for (const one of Array.isArray(member) ? member : [member]) append(form, name, one, route);
  }
  return form;
}

function append(form: FormData, name: string, value: unknown, route: string): void {
  if (value === undefined || value === null) return;
  if (value instanceof Blob) form.append(name, value);
  else
    form.append(
      name,
      toParamText(value, () => `body.${name} of ${route}`),
    );
}

function toMembers(route: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>; // its members are read as unknown
  throw badBody(route, "must be an object to be sent as a form");
}

/** One piece of the sequence for each that is asked for; strings go as UTF-8. */
function toStream(pieces: AsyncIterable<unknown>): ReadableStream<Uint8Array> {
  const iterator = pieces[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done === true) controller.close();
      else controller.enqueue(toBytes(value));
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}

function toBytes(piece: unknown): Uint8Array {
  if (typeof piece === "string") return utf8.encode(piece);
  if (piece instanceof Uint8Array) return piece;
  throw new ClientError("E_CLIENT_BODY", `A streamed body gives strings or bytes (got a ${typeof piece}).`);
}

function badBody(route: string, what: string, cause?: unknown): ClientError {
  return new ClientError("E_CLIENT_BODY", `The body of ${route} ${what}.`, { cause });
}
