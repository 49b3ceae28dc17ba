import { ArmatureError } from "@armature/http";
import type { EncodedBody } from "./request-body.ts";

/** A request as it goes over the wire. */
export interface WireRequest {
  readonly method: string;
  /** The request target, as it is sent. */
  readonly target: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly body: EncodedBody | null;
}

/** The head of a request as text, one character per byte; `host`, `content-type` and `content-length` are added where they are missing. */
export function serializeHead({ method, target, fields, body }: WireRequest): string {
  const given = new Set(fields.map(([name]) => name.toLowerCase()));
  const added: (readonly [string, string])[] = [];
  if (!given.has("host")) added.push(["host", "localhost"]);
  if (body !== null && !given.has("content-type")) added.push(["content-type", body.type]);
  if (body !== null && !given.has("content-length") && !given.has("transfer-encoding"))
    added.push(["content-length", String(body.bytes.byteLength)]);
  const lines = [...added, ...fields].map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${target} HTTP/1.1`, ...lines, "", ""].join("\r\n");
}

/** Refuses what would not stay one request target. @throws ArmatureError `E_TEST_TARGET` */
export function assertTarget(target: string): void {
  if (/^[\x21-\x7e]+$/.test(target)) return;
  throw new ArmatureError(
    "E_TEST_TARGET",
    `A path must be written as it is sent, without spaces and in ASCII; use encodeURIComponent() (got ${JSON.stringify(target)}).`,
  );
}

/** Refuses what would not stay one header line. @throws ArmatureError `E_TEST_HEADER` */
export function assertHeader(name: string, value: string): void {
  if (/^[!#$%&'*+.^_`|~\w-]+$/.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return;
  throw new ArmatureError(
    "E_TEST_HEADER",
    `A header must be a token and one line of latin1 (got ${JSON.stringify(name)}: ${JSON.stringify(value)}); use connect() to send what is none.`,
  );
}
