/** The bytes of an IP address: 4 for IPv4, 16 for IPv6. */
export type IpAddress = readonly number[];

/** The longest text of an address: IPv6 with an IPv4 address at its end. */
const MAX_LENGTH = 45;

/**
 * Reads an IPv4 or IPv6 address (RFC 4291, 2.2; no zone, no leading zeros in IPv4); `null` for any other text. IPv4 addresses that are
 * mapped into IPv6 (`::ffff:192.0.2.1`) are read as IPv4, so that one client has one address.
 *
 * @example
 * parseIpAddress("::ffff:192.0.2.1"); // [192, 0, 2, 1]
 */
export function parseIpAddress(text: string): IpAddress | null {
  if (text.length > MAX_LENGTH) return null;
  if (!text.includes(":")) return parseIpv4(text);
  const bytes = parseIpv6(text);
  return bytes !== null && isMapped(bytes) ? bytes.slice(12) : bytes;
}

/** The one text of an address: dotted decimals, or RFC 5952 for IPv6. */
export function formatIpAddress(address: IpAddress): string {
  return address.length === 4 ? address.join(".") : formatIpv6(toGroups(address));
}

const OCTET = /^(?:0|[1-9]\d{0,2})$/;

function parseIpv4(text: string): IpAddress | null {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => OCTET.test(part) && Number(part) <= 255)) return null;
  return parts.map(Number);
}

function parseIpv6(text: string): IpAddress | null {
  const [head = "", tail, more] = text.split("::");
  if (more !== undefined) return null;
  const before = parseGroups(head, tail === undefined);
  const after = tail === undefined ? [] : parseGroups(tail, true);
  if (before === null || after === null) return null;
  const missing = 16 - before.length - after.length;
  // "::" stands for one group of zeros at least.
  if (tail === undefined ? missing !== 0 : missing < 2) return null;
  return [...before, ...Array.from({ length: missing }, () => 0), ...after];
}

const GROUP = /^[0-9a-f]{1,4}$/i;

/** @param isLast whether an IPv4 address may stand at the end */
function parseGroups(text: string, isLast: boolean): number[] | null {
  if (text === "") return [];
  const bytes: number[] = [];
  const parts = text.split(":");
  for (const [at, part] of parts.entries()) {
    const dotted = isLast && at === parts.length - 1 && part.includes(".") ? parseIpv4(part) : null;
    if (dotted !== null) bytes.push(...dotted);
    else if (GROUP.test(part)) bytes.push(Number.parseInt(part, 16) >> 8, Number.parseInt(part, 16) & 0xff);
    else return null;
  }
  return bytes;
}

function isMapped(bytes: IpAddress): boolean {
  return bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
}

function toGroups(bytes: IpAddress): number[] {
  return bytes.flatMap((byte, at) => (at % 2 === 0 ? [(byte << 8) | (bytes[at + 1] ?? 0)] : []));
}

/** The longest run of two zero groups or more, the first of several, is left out. */
function formatIpv6(groups: readonly number[]): string {
  const [start, length] = longestZeros(groups);
  if (length < 2) return formatGroups(groups);
  return `${formatGroups(groups.slice(0, start))}::${formatGroups(groups.slice(start + length))}`;
}

function formatGroups(groups: readonly number[]): string {
  return groups.map((group) => group.toString(16)).join(":");
}

function longestZeros(groups: readonly number[]): readonly [start: number, length: number] {
  let best: readonly [number, number] = [0, 0];
  let length = 0;
  for (const [at, group] of groups.entries()) {
    length = group === 0 ? length + 1 : 0;
    if (length > best[1]) best = [at - length + 1, length];
  }
  return best;
}
