import { parseParameterized, type Parameter } from "./parse-parameters.ts";
import { splitOutsideQuotes } from "./quoted-string.ts";

/** A member of a list of preferences such as `gzip;q=0.5`. */
export interface Weighted {
  /** In lower case. */
  readonly value: string;
  /** The parameters before the weight. */
  readonly parameters: readonly Parameter[];
  /** 0 (not acceptable) to 1; 1 where none is given. */
  readonly weight: number;
}

/**
 * Reads a list with weights (RFC 9110, 12.4.2); members that are malformed are left out.
 *
 * More digits than three, and ".5" for "0.5", are taken too: old clients send them.
 */
export function parseWeighted(header: string): Weighted[] {
  const members: Weighted[] = [];
  for (const part of splitOutsideQuotes(header, ",")) {
    const member = parseMember(part);
    if (member !== null) members.push(member);
  }
  return members;
}

function parseMember(text: string): Weighted | null {
  const parsed = parseParameterized(text);
  if (parsed === null || parsed.value === "") return null;
  const at = parsed.parameters.findIndex(({ name }) => name === "q");
  const weight = at === -1 ? 1 : parseWeight(parsed.parameters[at]?.value ?? "");
  if (weight === null) return null;
  // What follows the weight was an extension of RFC 7231 that RFC 9110 removed.
  const parameters = at === -1 ? parsed.parameters : parsed.parameters.slice(0, at);
  return { value: parsed.value.toLowerCase(), parameters, weight };
}

const WEIGHT = /^(?:[01](?:\.\d*)?|\.\d+)$/;

function parseWeight(text: string): number | null {
  const weight = WEIGHT.test(text) ? Number(text) : 2;
  return weight <= 1 ? weight : null;
}
