import type { Constraint, PathPattern, PatternSegment } from "@armature/router";
import type { JsonSchema, JsonSchemaObject } from "@armature/schema";

/** A path as OpenAPI writes it, with what it names. */
export interface PathTemplate {
  /** e.g. "/users/{id}" */
  readonly path: string;
  readonly params: readonly TemplateParam[];
}

/** A parameter of a path. */
export interface TemplateParam {
  readonly name: string;
  /** What its constraint says. */
  readonly schema: JsonSchema;
  /** Whether it stands for several segments. */
  readonly isWildcard: boolean;
}

/**
 * The templates of a pattern: one, or one for each way to leave out optional segments, because a parameter of a path is always
 * there in OpenAPI.
 */
export function toTemplates({ segments }: PathPattern): PathTemplate[] {
  return variantsOf(segments).map((present) => ({
    path: `/${present.map(writeSegment).join("/")}`,
    params: present.flatMap(paramOf),
  }));
}

/** The longest first. Whether one optional segment is left out says nothing of the others. */
function variantsOf(segments: readonly PatternSegment[]): (readonly PatternSegment[])[] {
  const [first, ...rest] = segments;
  if (first === undefined) return [[]];
  const behind = variantsOf(rest);
  const present = behind.map((variant) => [first, ...variant]);
  return first.optional ? [...present, ...behind] : present;
}

function writeSegment(segment: PatternSegment): string {
  return segment.kind === "static" ? segment.text : `{${segment.name}}`;
}

function paramOf(segment: PatternSegment): TemplateParam[] {
  if (segment.kind === "static") return [];
  const schema = segment.kind === "param" ? constraintSchema(segment.constraint) : { type: "string" };
  return [{ name: segment.name, schema, isWildcard: segment.kind === "wildcard" }];
}

function constraintSchema(constraint: Constraint | null): JsonSchemaObject {
  switch (constraint?.kind) {
    case undefined:
      return { type: "string", minLength: 1 };
    case "int":
      return { type: "integer", minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER };
    case "range":
      return { type: "integer", ...bounds("minimum", "maximum", constraint) };
    case "uuid":
      return { type: "string", format: "uuid" };
    case "enum":
      return { type: "string", enum: constraint.values };
    case "length":
      return { type: "string", ...bounds("minLength", "maxLength", constraint) };
    case "regex":
      return { type: "string", pattern: `^(?:${constraint.source})$` };
    case "custom":
      return { type: "string", minLength: 1, description: `Has to be: ${constraint.name}.` };
  }
}

function bounds(
  least: string,
  most: string,
  { min, max }: { readonly min: number | null; readonly max: number | null },
): JsonSchemaObject {
  return { ...(min === null ? {} : { [least]: min }), ...(max === null ? {} : { [most]: max }) };
}
