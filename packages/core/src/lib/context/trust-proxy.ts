import { AddressSet, ArmatureError, type Peer } from "@armature/http";

/** A header field in which proxies tell what they got. */
export type ForwardedField =
  | "forwarded"
  | "x-forwarded-for"
  | "x-forwarded-proto"
  | "x-forwarded-host"
  | "x-forwarded-port";

const X_FORWARDED: readonly ForwardedField[] = [
  "x-forwarded-for",
  "x-forwarded-proto",
  "x-forwarded-host",
  "x-forwarded-port",
];

/** Who may speak for clients: addresses, ranges and the names `loopback`, `private`, `link-local`; or how many proxies there are. */
export type TrustedProxies = number | string | readonly string[];

/** Which proxies are believed, and what they write. */
export interface TrustProxyOptions {
  /**
   * The proxies. A number says how many stand in front of the application, whatever their addresses: only for applications that
   * nobody reaches but through them.
   */
  readonly from: TrustedProxies;
  /**
   * The fields that the proxies set or remove in every request; all others are left unread, because proxies pass them on as clients
   * wrote them. Either "forwarded" alone or the others. Default: all four `x-forwarded-*`.
   */
  readonly fields?: readonly ForwardedField[];
}

/** What is said of the proxies in front of an application; `false` believes nobody. */
export type TrustProxy = false | TrustedProxies | TrustProxyOptions;

/** Tells who is believed. */
export class ProxyTrust {
  readonly fields: ReadonlySet<ForwardedField>;
  readonly #addresses: AddressSet | null;
  readonly #hops: number;

  constructor({ from, fields = X_FORWARDED }: TrustProxyOptions) {
    this.fields = new Set(fields);
    this.#hops = typeof from === "number" ? from : 0;
    this.#addresses =
      typeof from === "number" ? null : AddressSet.of(typeof from === "string" ? [from] : from);
  }

  /** Whether the other end of the connection is a trusted proxy; one on a Unix domain socket is on this machine, as loopback is. */
  trustsPeer({ address, unix = false }: Peer): boolean {
    return this.trusts(unix ? "127.0.0.1" : address, 0);
  }

  /** @param hop how many hops an address is behind the other end of the connection */
  trusts(address: string, hop: number): boolean {
    return this.#addresses === null ? hop < this.#hops : this.#addresses.has(address);
  }
}

/** `null` where nobody is believed. */
export function resolveTrust(given: TrustProxy): ProxyTrust | null {
  return given === false ? null : new ProxyTrust(toOptions(given));
}

/** What is wrong with the option, all of it. */
export function trustFaults(given: unknown): ArmatureError[] {
  if (given === undefined || given === false) return [];
  const { from, fields = X_FORWARDED, ...others } = toOptions(given as Exclude<TrustProxy, false>); // members are looked at here
  const faults = Object.keys(others).map((name) => invalid(`knows no "${name}"; it has from and fields`));
  faults.push(...fromFaults(from));
  if (!isFieldList(fields)) {
    faults.push(
      invalid(
        `has the fields that the proxies set, either "forwarded" or some of ${X_FORWARDED.join(", ")} (got ${show(fields)})`,
      ),
    );
  }
  return faults;
}

function toOptions(given: Exclude<TrustProxy, false>): TrustProxyOptions {
  return typeof given === "object" && given !== null && "from" in given ? given : { from: given };
}

const MAX_HOPS = 32;

function fromFaults(from: unknown): ArmatureError[] {
  if (typeof from === "number") {
    const isCount = Number.isInteger(from) && from >= 1 && from <= MAX_HOPS;
    return isCount ? [] : [invalid(`counts 1 to ${MAX_HOPS} proxies (got ${from})`)];
  }
  const members: unknown = typeof from === "string" ? [from] : from;
  if (!isTextList(members)) {
    return [
      invalid(
        `names the proxies that are believed, e.g. "loopback" or ["10.0.0.0/8"], or how many there are (got ${show(from)})`,
      ),
    ];
  }
  try {
    AddressSet.of(members);
    return [];
  } catch (error) {
    return [error as ArmatureError]; // it throws nothing else
  }
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((member) => typeof member === "string");
}

function isFieldList(value: unknown): boolean {
  if (!isTextList(value)) return false;
  const known: readonly string[] = value.includes("forwarded") ? ["forwarded"] : X_FORWARDED;
  return value.every((field) => known.includes(field));
}

function invalid(says: string): ArmatureError {
  return new ArmatureError("E_OPTION_INVALID", `The option "trustProxy" ${says}.`);
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
