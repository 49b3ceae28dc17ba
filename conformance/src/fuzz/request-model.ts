import * as fc from "fast-check";

/** A request as its sender means it; texts have one character per byte. */
export interface RequestModel {
  readonly method: string;
  readonly target: string;
  readonly version: "1.0" | "1.1";
  /** Beside `host` and those of the framing. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  readonly framing: Framing;
}

/** How a body is marked off: not at all, by its length, or in chunks of these sizes. */
export type Framing =
  | { readonly kind: "none" }
  | { readonly kind: "length" }
  | {
      readonly kind: "chunked";
      readonly sizes: readonly number[];
      readonly extension: string;
      readonly trailer: string;
    };

/** The fields of a request in the order in which they are sent. */
export function fieldsOf({ fields, framing, body }: RequestModel): (readonly [string, string])[] {
  const framed: (readonly [string, string])[] = [["Host", "fuzz.example"], ...fields];
  if (framing.kind === "length") framed.push(["Content-Length", String(body.length)]);
  if (framing.kind === "chunked") framed.push(["Transfer-Encoding", "chunked"]);
  return framed;
}

/** The bytes of a request. */
export function encodeRequest(model: RequestModel): Buffer {
  const { method, target, version, framing, body } = model;
  const lines = fieldsOf(model).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = Buffer.from(`${method} ${target} HTTP/${version}\r\n${lines.join("")}\r\n`, "latin1");
  return Buffer.concat([head, framing.kind === "chunked" ? encodeChunks(body, framing) : body]);
}

function encodeChunks(body: Buffer, { sizes, extension, trailer }: Framing & { kind: "chunked" }): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  for (const size of [...sizes, body.length]) {
    const data = body.subarray(at, at + size);
    if (data.length === 0) continue;
    parts.push(
      Buffer.from(`${data.length.toString(16)}${extension}\r\n`, "latin1"),
      data,
      Buffer.from("\r\n"),
    );
    at += data.length;
  }
  parts.push(Buffer.from(`0${extension}\r\n${trailer}\r\n`, "latin1"));
  return Buffer.concat(parts);
}

const TOKEN = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const TARGET = "-._~!$&'()*+,;=:@/?0123456789ABCXYZabcxyz";

function textOf(alphabet: string, size: { minLength?: number; maxLength: number }): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...alphabet.split("")), ...size });
}

const token = textOf(TOKEN, { minLength: 1, maxLength: 12 });

/** Methods that the parser of node:http knows and that have neither special answers nor special targets. */
export const KNOWN_METHODS = [
  "GET",
  "POST",
  "PUT",
  "DELETE",
  "PATCH",
  "OPTIONS",
  "PROPFIND",
  "REPORT",
] as const;

const method = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...KNOWN_METHODS) },
  token.filter((name) => !["HEAD", "CONNECT", "PRI"].includes(name)),
);

const escape = fc.nat({ max: 255 }).map((byte) => `%${byte.toString(16).padStart(2, "0")}`);
const target = fc
  .array(
    fc.oneof({ weight: 5, arbitrary: textOf(TARGET, { maxLength: 8 }) }, { weight: 1, arbitrary: escape }),
    {
      maxLength: 6,
    },
  )
  .map((parts) => `/${parts.join("")}`);

/** Bytes that a value may have between its blanks: visible ones and those above ASCII. */
const VALUE = Array.from({ length: 256 }, (_, code) => code)
  .filter((code) => code === 9 || (code >= 32 && code !== 127))
  .map((code) => String.fromCharCode(code))
  .join("");
const value = textOf(VALUE, { maxLength: 30 }).map((text) => text.replace(/^[ \t]+|[ \t]+$/g, ""));
const field = fc.tuple(
  token.map((name) => `x-${name}`),
  value,
);

/** Fields that mean nothing to a server. */
export const fieldList: fc.Arbitrary<[name: string, value: string][]> = fc.array(field, { maxLength: 8 });

const chunked = fc.record({
  kind: fc.constant("chunked" as const),
  sizes: fc.array(fc.nat({ max: 40 }), { maxLength: 5 }),
  extension: fc.constantFrom("", ";a", ";a=b", ' ; a = "b;\\"c"'),
  trailer: fc.constantFrom("", "x-sum: 1\r\n", "a:\r\nb: c\r\n"),
});

/** A request of any kind that every reader must take for what it is. */
export const requestModel: fc.Arbitrary<RequestModel> = fc
  .record({
    method,
    target,
    version: fc.constantFrom("1.1" as const, "1.1" as const, "1.1" as const, "1.0" as const),
    fields: fieldList,
    body: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    framing: fc.oneof(
      fc.constant({ kind: "none" as const }),
      fc.constant({ kind: "length" as const }),
      chunked,
    ),
  })
  .map((model) => {
    if (model.framing.kind === "none") return { ...model, body: Buffer.alloc(0) };
    // HTTP/1.0 has no chunks.
    return model.version === "1.0" ? { ...model, framing: { kind: "length" } } : model;
  });

/** Requests behind each other; all but the last one are HTTP/1.1, so that the connection stays open. */
export const pipeline: fc.Arbitrary<RequestModel[]> = fc
  .array(requestModel, { minLength: 1, maxLength: 5 })
  .map((models) =>
    models.map((model, at) => (at < models.length - 1 ? { ...model, version: "1.1" as const } : model)),
  );
