import { constraintKey } from "./constraint-test.ts";
import type { ParamSegment, PathPattern, PatternSegment, WildcardSegment } from "./path-pattern.ts";

/** A pattern with its optional segments decided: text with its slashes, parameters, perhaps a wildcard at the end. */
export interface RouteShape {
  readonly parts: readonly ShapePart[];
  /** Shapes with the same key match the same paths, whatever their parameters are called. */
  readonly key: string;
}

/** Never two texts in a row; the first part is a text. */
export type ShapePart = string | ParamSegment | WildcardSegment;

/** More would make a route into more than 64. */
export const MAX_OPTIONAL_SEGMENTS = 6;

/** All shapes of a pattern, the one with every optional segment first. */
export function toShapes({ segments }: PathPattern): RouteShape[] {
  return expand(segments).map(toShape);
}

/** How many segments of a pattern are optional. */
export function countOptional({ segments }: PathPattern): number {
  return segments.filter(({ optional }) => optional).length;
}

function expand(segments: readonly PatternSegment[]): PatternSegment[][] {
  let choices: PatternSegment[][] = [[]];
  for (const segment of segments) {
    const taken = choices.map((before) => [...before, segment]);
    choices = segment.optional ? [...taken, ...choices] : taken;
  }
  return choices;
}

function toShape(segments: readonly PatternSegment[]): RouteShape {
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
  if (part.kind === "wildcard") return "{*}";
  return part.constraint === null ? "{}" : `{${constraintKey(part.constraint)}}`;
}
