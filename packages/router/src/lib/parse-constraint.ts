import { hasHalfPair } from "./canonical-path.ts";
import type { Constraint, SegmentTest } from "./path-pattern.ts";

/** What is wrong with a constraint, and what to do. */
export interface ConstraintFault {
  readonly what: string;
  readonly mend: string;
}

/** Parses what stands between "(" and ")". */
export function parseConstraint(
  text: string,
  custom: Readonly<Record<string, SegmentTest>>,
): Constraint | ConstraintFault {
  if (text.startsWith("regex:")) return parseRegex(text.slice("regex:".length));
  if (text.startsWith("range:")) return parseRange(text);
  if (text.startsWith("length:")) return parseLength(text);
  if (text.includes("|")) return parseEnum(text);
  if (text === "int" || text === "uuid") return { kind: text };
  const test = Object.hasOwn(custom, text) ? custom[text] : undefined;
  return test === undefined
    ? unknownConstraint(text, Object.keys(custom))
    : { kind: "custom", name: text, test };
}

function parseRegex(source: string): Constraint | ConstraintFault {
  if (source === "") return { what: "has an empty regex", mend: "write one, e.g. (regex:[a-z]+)" };
  try {
    RegExp(source, "u"); // by itself, so that no ")" closes the group around it
    toSegmentRegex(source);
  } catch (error) {
    return { what: `has a regex that is none: ${(error as Error).message}`, mend: "mend it" }; // RegExp throws SyntaxError only
  }
  return { kind: "regex", source };
}

/** A regex of a pattern is held against the whole segment. */
export function toSegmentRegex(source: string): RegExp {
  return new RegExp(`^(?:${source})$`, "u");
}

function parseRange(text: string): Constraint | ConstraintFault {
  const bounds = /^range:(-?\d+)?\.\.(-?\d+)?$/.exec(text);
  const mend = "write safe integers, the smaller one first, e.g. (range:1..100) or (range:1..)";
  return toBounds("range", text, bounds, mend);
}

function parseLength(text: string): Constraint | ConstraintFault {
  const exact = /^length:(\d+)$/.exec(text);
  const bounds = exact === null ? /^length:(\d+)?\.\.(\d+)?$/.exec(text) : [text, exact[1], exact[1]];
  const mend =
    "write numbers of characters, the smaller one first, e.g. (length:2..8), (length:8) or (length:2..)";
  return toBounds("length", text, bounds, mend);
}

function toBounds(
  kind: "range" | "length",
  text: string,
  bounds: readonly (string | undefined)[] | null,
  mend: string,
): Constraint | ConstraintFault {
  const fault = { what: `has the constraint "${text}", which is no ${kind}`, mend };
  const min = toBound(bounds?.[1]);
  const max = toBound(bounds?.[2]);
  if (min === null && max === null) return fault;
  const safe = Number.isSafeInteger(min ?? 0) && Number.isSafeInteger(max ?? 0);
  return safe && (min ?? -Infinity) <= (max ?? Infinity) ? { kind, min, max } : fault;
}

function toBound(text: string | undefined): number | null {
  return text === undefined ? null : Number(text);
}

function parseEnum(text: string): Constraint | ConstraintFault {
  const values = text.split("|");
  const twice = values.find((value, at) => values.indexOf(value) !== at);
  if (values.includes(""))
    return { what: "has an enum with an empty value", mend: 'write text on both sides of "|"' };
  if (twice !== undefined) return { what: `has "${twice}" twice in an enum`, mend: "leave one out" };
  if (text.includes("%")) return { what: 'has "%" in an enum', mend: "write the values decoded" };
  if (hasHalfPair(text)) return { what: "has half of a surrogate pair", mend: "write whole characters" };
  return { kind: "enum", values };
}

function unknownConstraint(text: string, custom: readonly string[]): ConstraintFault {
  if (text === "")
    return { what: 'has nothing between "(" and ")"', mend: "write a constraint or leave them out" };
  const known = ["int", "uuid", "range:1..100", "length:2..8", "regex:[a-z]+", "a|b", ...custom];
  return {
    what: `has the unknown constraint "${text}"`,
    mend: `write one of ${known.join(", ")}, or add it to the option "constraints"`,
  };
}
