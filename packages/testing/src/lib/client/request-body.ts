import { ArmatureError } from "@armature/http";

/** A body on its way out: its bytes, and the media type that they are sent with unless the test names another. */
export interface EncodedBody {
  readonly bytes: Uint8Array;
  readonly type: string;
}

/** Values of a form or query: a list repeats its name, `undefined` leaves it out. */
export type FormValues = Readonly<Record<string, FormValue | readonly FormValue[] | undefined>>;

/** What one entry of a form or query may be. */
export type FormValue = string | number | boolean;

/** Writes a form or query (WHATWG URL, 5.2). */
export function toSearchParams(values: FormValues): URLSearchParams {
  const pairs = Object.entries(values).flatMap(([name, value]) => {
    const list = value === undefined ? [] : Array.isArray(value) ? (value as readonly FormValue[]) : [value];
    return list.map((one): [string, string] => [name, String(one)]);
  });
  return new URLSearchParams(pairs);
}

/** Parts of a multipart body: texts, and files as `File` or `Blob`. */
export type MultipartValues = Readonly<Record<string, string | Blob>>;

/** Makes form data of plain values. */
export function toFormData(values: MultipartValues): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === "string") form.append(name, value);
    else form.append(name, value);
  }
  return form;
}

/** Encodes a body by its kind, as `fetch` does; objects and everything else as JSON. @throws ArmatureError `E_TEST_BODY` */
export async function encodeBody(body: unknown): Promise<EncodedBody> {
  if (body instanceof Uint8Array) return { bytes: body, type: "application/octet-stream" };
  if (body instanceof ArrayBuffer) return { bytes: new Uint8Array(body), type: "application/octet-stream" };
  if (isFetchBody(body)) return await encodeAsFetch(body);
  const text: string | undefined = JSON.stringify(body); // undefined for what JSON has no form for
  if (text === undefined)
    throw new ArmatureError(
      "E_TEST_BODY",
      `A body must be text, bytes, a form or JSON (got ${typeof body}).`,
    );
  return { bytes: new TextEncoder().encode(text), type: "application/json" };
}

type FetchBody = string | URLSearchParams | FormData | Blob;

function isFetchBody(body: unknown): body is FetchBody {
  return (
    typeof body === "string" ||
    body instanceof URLSearchParams ||
    body instanceof FormData ||
    body instanceof Blob
  );
}

async function encodeAsFetch(body: FetchBody): Promise<EncodedBody> {
  const encoded = new Response(body);
  return {
    type: encoded.headers.get("content-type") ?? "application/octet-stream",
    bytes: new Uint8Array(await encoded.arrayBuffer()),
  };
}
