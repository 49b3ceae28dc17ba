import { serializeContentRange, type ByteRange, type FieldList } from "@armature/http";
import { findField } from "./find-field.ts";
import { withoutFields } from "./version-fields.ts";

/** One part of a body, with what is written in front of it. */
export interface BytePart {
  /** Empty where the part is sent alone. */
  readonly preamble: Uint8Array;
  readonly range: ByteRange;
}

/** How parts of a body are sent with 206: one alone, several as `multipart/byteranges` (RFC 9110, 15.3.7). */
export interface ByteParts {
  /** The fields of the whole answer, changed for the parts. */
  readonly fields: FieldList;
  readonly parts: readonly BytePart[];
  /** What is written behind the last part. */
  readonly end: Uint8Array;
  /** Bytes of the whole body of this answer. */
  readonly length: number;
}

const NOTHING = new Uint8Array(0);
const encoder = new TextEncoder();

const TYPE: ReadonlySet<string> = new Set(["content-type"]);

/** The answer that the parts are taken of. */
export interface WholeAnswer {
  readonly fields: FieldList;
  /** Bytes of its body. */
  readonly size: number;
  /** The media type of its body. */
  readonly type: string;
}

/** The media type that fields name. */
export function typeOf(fields: FieldList): string {
  return findField(fields, "content-type") ?? "application/octet-stream";
}

/** Lays out the parts that a request asks for. */
export function layOutParts(ranges: readonly ByteRange[], whole: WholeAnswer): ByteParts {
  const [only] = ranges;
  return only !== undefined && ranges.length === 1 ? onePart(only, whole) : manyParts(ranges, whole);
}

function onePart(range: ByteRange, { fields, size }: WholeAnswer): ByteParts {
  return {
    fields: [...fields, "content-range", serializeContentRange(range, size)],
    parts: [{ preamble: NOTHING, range }],
    end: NOTHING,
    length: lengthOf(range),
  };
}

function manyParts(ranges: readonly ByteRange[], { fields, size, type }: WholeAnswer): ByteParts {
  // Nobody can know it beforehand, so that no body can have it by intent.
  const boundary = globalThis.crypto.randomUUID();
  const parts = ranges.map((range, at) => ({
    preamble: encoder.encode(
      `${at === 0 ? "" : "\r\n"}--${boundary}\r\ncontent-type: ${type}\r\n` +
        `content-range: ${serializeContentRange(range, size)}\r\n\r\n`,
    ),
    range,
  }));
  const end = encoder.encode(`\r\n--${boundary}--\r\n`);
  const length = parts.reduce((sum, part) => sum + part.preamble.length + lengthOf(part.range), end.length);
  const rest = withoutFields(fields, TYPE);
  return {
    fields: [...rest, "content-type", `multipart/byteranges; boundary=${boundary}`],
    parts,
    end,
    length,
  };
}

function lengthOf({ first, last }: ByteRange): number {
  return last - first + 1;
}
