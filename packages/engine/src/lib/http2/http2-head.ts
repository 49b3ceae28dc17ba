import type { Limits } from "@armature/http";
import { type Fault, FAULTS } from "../parse/fault.ts";
import { isHostAndPort } from "../parse/host.ts";
import { isTargetForm } from "../parse/target.ts";

type HeadLimits = Pick<Limits, "maxRequestLineBytes" | "maxHeaderBytes" | "maxHeaderFields">;

/** What the fields of a request line take beside its method and target, as in HTTP/1.1: two spaces and the version. */
const LINE_BYTES = " ".length + " HTTP/1.1".length;
/** What a field line has beside its name and value, as in HTTP/1.1. */
const FIELD_BYTES = ": \r\n".length;
/** Visible ASCII without "#", which never leaves a client. */
const TARGET = /^[\x21\x22\x24-\x7e]+$/;

/**
 * The head of a request over HTTP/2 in the terms of HTTP/1.1 (RFC 9113, 8.3): pseudo-fields become method, target and `host`, and
 * crumbs of cookies one field.
 *
 * What no HTTP/2 request may have - field names in capitals, control characters, fields of a connection, lengths that lie - never comes
 * here: Node refuses such streams by itself.
 */
export class Http2Head {
  method = "";
  target = "";
  readonly fields: (readonly [name: string, value: string])[] = [];
  /** Bytes that the body announces; `null` where it does not. */
  length: number | null = null;
  /** The client waits for 100 before it sends the body. */
  expectsContinue = false;
  /** Why the request is refused; `null` where it is not. */
  readonly fault: Fault | null;
  #scheme = "";
  #authority: string | null = null;
  #host: string | null = null;
  #cookie = "";
  #bytes = 0;
  #expectation = "";

  /** @param raw names and values in turn, pseudo-fields first; one character per byte */
  constructor(raw: readonly string[], limits: HeadLimits) {
    for (let at = 0; at + 1 < raw.length; at += 2) this.#take(raw[at] as string, raw[at + 1] as string); // at + 1 < length
    if (this.#cookie !== "") this.#add("cookie", this.#cookie);
    if (this.method === "CONNECT") this.target = this.#authority ?? "";
    const host = this.#authority ?? this.#host;
    if (host !== null) this.fields.unshift(["host", host]);
    this.expectsContinue = this.#expectation.toLowerCase() === "100-continue";
    this.fault = this.#sizeFault(limits) ?? this.#formFault();
  }

  #take(name: string, value: string): void {
    switch (name) {
      case ":method":
        this.method = value;
        break;
      case ":path":
        this.target = value;
        break;
      case ":scheme":
        this.#scheme = value;
        break;
      case ":authority":
        this.#authority = value;
        break;
      case "host":
        this.#host = this.#host === null ? value : `${this.#host}, ${value}`;
        break;
      case "cookie":
        this.#cookie += this.#cookie === "" ? value : `; ${value}`;
        break;
      default:
        this.#takeField(name, value);
    }
  }

  #takeField(name: string, value: string): void {
    if (name === "content-length") this.length = Number(value);
    else if (name === "expect") this.#expectation = value;
    this.#add(name, value);
  }

  #add(name: string, value: string): void {
    this.#bytes += name.length + value.length + FIELD_BYTES;
    this.fields.push([name, value]);
  }

  #sizeFault({ maxRequestLineBytes, maxHeaderBytes, maxHeaderFields }: HeadLimits): Fault | null {
    if (this.method.length + this.target.length + LINE_BYTES > maxRequestLineBytes)
      return FAULTS.requestLineSize;
    const hostBytes = (this.#authority ?? this.#host ?? "").length + "host".length + FIELD_BYTES;
    if (this.#bytes + hostBytes > maxHeaderBytes) return FAULTS.headerSize;
    return this.fields.length > maxHeaderFields ? FAULTS.headerCount : null;
  }

  #formFault(): Fault | null {
    return this.#hostFault() ?? this.#targetFault() ?? this.#expectationFault();
  }

  /** One authority for everybody who looks: a request that names two is meant to be seen differently by two of them. */
  #hostFault(): Fault | null {
    const host = this.#authority ?? this.#host;
    if (host === null) return FAULTS.hostMissing;
    if (this.#host !== null && this.#host !== host) return FAULTS.hostMismatch;
    const bytes = Buffer.from(host, "latin1");
    return isHostAndPort(bytes, 0, bytes.length) ? null : FAULTS.host;
  }

  #targetFault(): Fault | null {
    if (!TARGET.test(this.target)) return FAULTS.target;
    if (this.method !== "CONNECT" && !isKnownScheme(this.#scheme)) return FAULTS.targetForm;
    const bytes = Buffer.from(this.target, "latin1");
    // The absolute form belongs to HTTP/1.1; here the authority has its own field.
    const isAbsolute = this.method !== "CONNECT" && this.target[0] !== "/" && this.target !== "*";
    const isForm = !isAbsolute && isTargetForm(this.method, { bytes, start: 0, end: bytes.length });
    return isForm ? null : FAULTS.targetForm;
  }

  #expectationFault(): Fault | null {
    return this.#expectation === "" || this.expectsContinue ? null : FAULTS.expectation;
  }
}

function isKnownScheme(scheme: string): boolean {
  return scheme === "https" || scheme === "http";
}
