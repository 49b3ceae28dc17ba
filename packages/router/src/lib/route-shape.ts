import { constraintKey } from "./constraint-test.ts";
import type { ParamSegment, PathPattern, PatternSegment, WildcardSegment } from "./path-pattern.ts";

/** A pattern with its optional segments decided: text with its slashes, parameters, perhaps a wildcard at the end. */
export interface RouteShape {
  readonly parts: readonly ShapePart[];
  /** Shapes with the same key match the same paths, whatever their parameters are called. */
  readonly key: string;
}

/** Never two texts in a row; the first part is a text. */
export type ShapePart = string | ShapeParam;

/** A part that has a value. In a shape, a wildcard takes one or more characters. */
export type ShapeParam = ParamSegment | WildcardSegment | EmptyRest;

/** An optional wildcard that takes nothing after its slash; always the last part. */
export interface EmptyRest {
  readonly kind: "empty";
  readonly name: string;
}

/** Each of them doubles the shapes of a route. */
export const MAX_OPTIONAL_SEGMENTS = 6;

/** All shapes of a pattern, the one with every optional segment first. */
export function toShapes({ segments }: PathPattern): RouteShape[] {
  return expand(segments).map(toShape);
}

/** How many segments of a pattern are optional. */
export function countOptional({ segments }: PathPattern): number {
  return segments.filter(({ optional }) => optional).length;
}

type ShapeSegment = PatternSegment | EmptyRest;

function expand(segments: readonly PatternSegment[]): ShapeSegment[][] {
  let choices: ShapeSegment[][] = [[]];
  for (const segment of segments)
    choices = [...extend(choices, segment), ...(segment.optional ? choices : [])];
  return choices;
}

/** At the root, the empty rest is the path without it: there is one slash in either case. */
function extend(choices: readonly ShapeSegment[][], segment: PatternSegment): ShapeSegment[][] {
  const taken = choices.map((before) => [...before, segment]);
  if (segment.kind !== "wildcard" || !segment.optional) return taken;
  const empty: EmptyRest = { kind: "empty", name: segment.name };
  return [...taken, ...choices.filter((before) => before.length > 0).map((before) => [...before, empty])];
}

function toShape(segments: readonly ShapeSegment[]): RouteShape {
  const parts: ShapePart[] = [];
  let text = "";
  for (const segment of segments) {
    text += "/";
    if (segment.kind === "static") {
      text += segment.text;
      continue;
    }
    parts.push(text, segment);
    text = "";
  }
  if (text !== "" || parts.length === 0) parts.push(text || "/");
  return { parts, key: parts.map(partKey).join("") };
}

/** Braces cannot be mistaken: no canonical text has them. */
function partKey(part: ShapePart): string {
  if (typeof part === "string") return part;
  if (part.kind === "empty") return "";
  if (part.kind === "wildcard") return "{*}";
  return part.constraint === null ? "{}" : `{${constraintKey(part.constraint)}}`;
}
