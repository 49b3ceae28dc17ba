import type { JsonSchemaObject } from "@armature/schema";
import { canonicalText } from "../build/json-walk.ts";
import type { Direction, LocalChange } from "./change.ts";

/** Bounds that allow less the higher they are. */
const LEAST = ["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"] as const;
/** Bounds that allow less the lower they are. */
const MOST = ["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"] as const;
/** Rules of which nobody knows whether one allows more than another. */
const RULES = ["pattern", "format", "multipleOf", "uniqueItems"] as const;

/** Compares numbers, lengths and patterns. */
export function compareBounds(
  before: JsonSchemaObject,
  after: JsonSchemaObject,
  direction: Direction,
): LocalChange[] {
  const bounds = [
    ...LEAST.map((name) => ({ name, tightens: (was: number, is: number) => is > was, none: -Infinity })),
    ...MOST.map((name) => ({ name, tightens: (was: number, is: number) => is < was, none: Infinity })),
  ];
  return [
    ...bounds.flatMap(({ name, tightens, none }) => {
      const was = numberOf(before[name], none);
      const is = numberOf(after[name], none);
      if (was === is) return [];
      return [change(name, { before, after }, isBreaking(tightens(was, is), direction))];
    }),
    ...RULES.filter((name) => canonicalText(before[name] ?? null) !== canonicalText(after[name] ?? null)).map(
      (name) => change(name, { before, after }, isBreaking(after[name] !== undefined, direction)),
    ),
  ];
}

/** What allows less breaks those who send, what allows more breaks those who read. */
function isBreaking(isTighter: boolean, direction: Direction): boolean {
  return isTighter === (direction === "request");
}

function change(
  name: string,
  { before, after }: { readonly before: JsonSchemaObject; readonly after: JsonSchemaObject },
  breaking: boolean,
): LocalChange {
  const reason = `${name} is ${show(after[name])} where it was ${show(before[name])}`;
  return { kind: breaking ? "breaking" : "changed", place: "", reason };
}

function show(value: unknown): string {
  return value === undefined ? "not there" : canonicalText(value);
}

function numberOf(value: unknown, none: number): number {
  return typeof value === "number" ? value : none;
}
