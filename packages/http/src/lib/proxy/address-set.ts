import { ArmatureError } from "../armature-error.ts";
import { parseIpAddress, type IpAddress } from "./ip-address.ts";

/** Names for ranges that every machine has. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  loopback: ["127.0.0.0/8", "::1"],
  // RFC 1918 and RFC 4193.
  private: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"],
  // RFC 3927 and RFC 4291, 2.5.6.
  "link-local": ["169.254.0.0/16", "fe80::/10"],
};

interface IpRange {
  readonly address: IpAddress;
  /** Bits in front that all addresses of the range share. */
  readonly bits: number;
}

/** A set of IP addresses. */
export class AddressSet {
  readonly #ranges: readonly IpRange[];

  private constructor(ranges: readonly IpRange[]) {
    this.#ranges = ranges;
  }

  /**
   * Makes a set of addresses (`192.0.2.1`, `2001:db8::1`), ranges (`10.0.0.0/8`, `2001:db8::/32`) and the names `loopback`,
   * `private` and `link-local`.
   *
   * @throws ArmatureError `E_ADDRESS_INVALID`, with all members that are none of these
   * @example
   * AddressSet.of(["loopback", "10.0.0.0/8"]).has("10.1.2.3"); // true
   */
  static of(members: readonly string[]): AddressSet {
    const read = members.map((member) => [member, parseMember(member)] as const);
    const wrong = read.filter(([, ranges]) => ranges === null).map(([member]) => JSON.stringify(member));
    if (wrong.length > 0) throw invalid(wrong);
    return new AddressSet(read.flatMap(([, ranges]) => ranges ?? []));
  }

  /** Whether an address is in the set; texts that are no addresses are not. The zone of an IPv6 address does not count. */
  has(address: string): boolean {
    const zone = address.indexOf("%");
    const bytes = parseIpAddress(zone < 0 ? address : address.slice(0, zone));
    return bytes !== null && this.#ranges.some((range) => isWithin(bytes, range));
  }
}

function parseMember(member: string): readonly IpRange[] | null {
  const named = Object.hasOwn(NAMED, member) ? NAMED[member] : undefined;
  const ranges = (named ?? [member]).map(parseRange);
  return ranges.every((range) => range !== null) ? ranges : null;
}

function parseRange(text: string): IpRange | null {
  const [name = "", length, more] = text.split("/");
  const address = parseIpAddress(name);
  if (address === null || more !== undefined) return null;
  // The length counts in the notation that it stands in, and a mapped address has 96 bits less.
  const hidden = address.length === 4 && name.includes(":") ? 96 : 0;
  const bits = length === undefined ? address.length * 8 : parseLength(length) - hidden;
  return bits >= 0 && bits <= address.length * 8 ? { address, bits } : null;
}

/** -1 for what is no length. */
function parseLength(text: string): number {
  return /^(?:0|[1-9]\d{0,2})$/.test(text) ? Number(text) : -1;
}

function isWithin(address: IpAddress, range: IpRange): boolean {
  if (address.length !== range.address.length) return false;
  for (let at = 0, left = range.bits; left > 0; at++, left -= 8) {
    const mask = left >= 8 ? 0xff : 0xff << (8 - left);
    if ((((address[at] ?? 0) ^ (range.address[at] ?? 0)) & mask) !== 0) return false;
  }
  return true;
}

function invalid(wrong: readonly string[]): ArmatureError {
  return new ArmatureError(
    "E_ADDRESS_INVALID",
    `Addresses are written as "192.0.2.1", "2001:db8::1", "10.0.0.0/8", or ${Object.keys(NAMED)
      .map((name) => `"${name}"`)
      .join(", ")} (got ${wrong.join(", ")}).`,
  );
}
