import { describeForCoercion, type JsonSchemaOptions } from "../json-schema/to-json-schema.ts";
import { readShape } from "../serialize/read-shape.ts";
import {
  resolveShape,
  STRING,
  type ArrayShape,
  type ChoiceShape,
  type Member,
  type ObjectShape,
  type RefShape,
  type Shape,
  type UnionShape,
} from "../serialize/shape.ts";
import { uniteShapes } from "../serialize/unite-shapes.ts";
import { bitOf } from "../serialize/values.ts";
import type { StandardSchemaV1 } from "../standard-schema.ts";
import { fromText, splitList } from "./from-text.ts";

/** The parts of a request whose values are texts. */
export type TextPart = "params" | "query" | "headers" | "cookies";

/** Gives a copy of a part in which texts have become what the schema wants; never changes the part itself. */
export type PartCoercion = (part: object) => object;

/**
 * Compiles what turns the texts of a part of a request into the types that its schema takes; `null` where there is nothing to do.
 *
 * Where a schema takes strings, a text stays as it is. Otherwise numbers are those of JSON ("12abc", "", "+1" and "0x1" are none, and an
 * integer that a double cannot hold is none either), booleans are "true" and "false", and "" is null. A list is what a name gives
 * that occurs several times, or once; in `params` and `headers` it is one text with commas. An object in `query` is written
 * "filter[name]=value". What cannot be converted stays a text, and the validator says what is wrong with it.
 *
 * @example
 * const coerce = compileCoercion(z.object({ page: z.int() }), "query");
 * coerce?.({ page: "2" }); // { page: 2 }
 */
export function compileCoercion(
  schema: StandardSchemaV1,
  part: TextPart,
  options: JsonSchemaOptions = {},
): PartCoercion | null {
  const { json } = describeForCoercion(schema, options);
  const plan = json === null ? null : readShape(json);
  if (plan === null) return null;
  return new CoercionCompiler(part, plan.shared).part(plan.root);
}

type Coercion = (value: unknown) => unknown;

/** Changes a copy of the part. */
type Step = (copy: Record<string, unknown>) => void;

type KnownShape = Exclude<Shape, RefShape>;

class CoercionCompiler {
  readonly #part: TextPart;
  readonly #shared: readonly Shape[];

  constructor(part: TextPart, shared: readonly Shape[]) {
    this.#part = part;
    this.#shared = shared;
  }

  part(root: Shape): PartCoercion | null {
    const objects = this.#objects(this.#resolve(root));
    const steps = [...this.#members(objects), ...this.#rests(objects)];
    if (steps.length === 0) return null;
    return (part) => {
      // No prototype, as a parameter may have any name.
      const copy = Object.assign(Object.create(null) as Record<string, unknown>, part);
      for (const step of steps) step(copy);
      return copy;
    };
  }

  #resolve(shape: Shape): KnownShape {
    return resolveShape(shape, this.#shared);
  }

  /** A part is an object, or one of several. */
  #objects(shape: KnownShape): ObjectShape[] {
    if (shape.kind === "object") return [shape];
    return shape.kind === "union"
      ? shape.branches.flatMap((branch) => this.#objects(this.#resolve(branch)))
      : [];
  }

  #members(objects: readonly ObjectShape[]): Step[] {
    const byName = Map.groupBy(
      objects.flatMap(({ members }) => members),
      ({ name }) => name,
    );
    return Array.from(byName, ([name, members]) => this.#member(name, members)).filter(
      (step) => step !== null,
    );
  }

  #member(name: string, members: readonly Member[]): Step | null {
    const shape = this.#resolve(
      uniteShapes(
        members.map((member) => member.shape),
        this.#shared,
      ),
    );
    if (this.#part === "query" && shape.kind === "object") return this.#nested(name, shape);
    const coerce = this.#coercion(shape);
    if (coerce === null) return null;
    return (copy) => {
      const value = copy[name];
      if (value !== undefined) copy[name] = coerce(value);
    };
  }

  /** Gathers "name[member]" into an object under the name (OpenAPI: style `deepObject`). */
  #nested(name: string, shape: ObjectShape): Step {
    const front = `${name}[`;
    const coerce = this.part(shape) ?? ((part) => part);
    return (copy) => {
      let gathered: Record<string, unknown> | null = null;
      for (const key of Object.keys(copy)) {
        if (!key.startsWith(front) || !key.endsWith("]")) continue;
        gathered ??= Object.create(null) as Record<string, unknown>;
        gathered[key.slice(front.length, -1)] = copy[key];
        delete copy[key];
      }
      if (gathered !== null) copy[name] = coerce(gathered);
    };
  }

  /** The members that have no place of their own. */
  #rests(objects: readonly ObjectShape[]): Step[] {
    return objects.flatMap(({ members, rest }) => {
      const coerce = this.#coercion(this.#resolve(rest));
      if (coerce === null) return [];
      const names = new Set(members.map(({ name }) => name));
      const step: Step = (copy) => {
        for (const name of Object.keys(copy)) if (!names.has(name)) copy[name] = coerce(copy[name]);
      };
      return [step];
    });
  }

  #coercion(shape: KnownShape): Coercion | null {
    switch (shape.kind) {
      case "scalar":
        return scalarCoercion(shape.types);
      case "choice":
        return choiceCoercion(shape);
      case "array":
        return this.#list(shape);
      case "union":
        return this.#union(shape);
      default:
        return null;
    }
  }

  #list({ first, rest }: ArrayShape): Coercion {
    const firstCoercions = first.map((shape) => this.#coercion(this.#resolve(shape)) ?? asIs);
    const restCoercion = this.#coercion(this.#resolve(rest)) ?? asIs;
    const splits = this.#part === "params" || this.#part === "headers";
    return (value) => {
      const items = typeof value === "string" ? (splits ? splitList(value) : [value]) : value;
      if (!Array.isArray(items)) return items;
      return items.map((item: unknown, at) => (firstCoercions[at] ?? restCoercion)(item));
    };
  }

  /** A text stays where the schema takes it, else it becomes a scalar where it can, else the one element of a list. */
  #union({ types, branches }: UnionShape): Coercion | null {
    const shapes = branches.map((branch) => this.#resolve(branch));
    if (shapes.some(({ kind }) => kind === "any")) return null;
    const array = shapes.find((shape) => shape.kind === "array");
    const choices = shapes.find((shape) => shape.kind === "choice");
    const toList = array === undefined ? null : this.#list(array);
    const toScalar = types === 0 ? null : scalarCoercion(types);
    const toChoice = choices === undefined ? null : choiceCoercion(choices);
    const takesText = (value: string): boolean =>
      (types & STRING) !== 0 || choices?.texts.has(value) === true;
    return (value) => {
      if (typeof value !== "string") return toList === null ? value : toList(value);
      if (takesText(value)) return value;
      const scalar = toScalar?.(value) ?? value;
      const chosen = scalar === value ? (toChoice?.(value) ?? value) : scalar;
      return chosen === value && toList !== null ? toList(value) : chosen;
    };
  }
}

function asIs(value: unknown): unknown {
  return value;
}

function scalarCoercion(types: number): Coercion | null {
  if ((types & STRING) !== 0) return null;
  return (value) => (typeof value === "string" ? fromText(value, types) : value);
}

function choiceCoercion({ texts }: ChoiceShape): Coercion | null {
  const types = [...texts.keys()].reduce((bits: number, value) => bits | bitOf(value), 0) & ~STRING;
  if (types === 0) return null;
  return (value) => {
    if (typeof value !== "string" || texts.has(value)) return value;
    const converted = fromText(value, types);
    return texts.has(converted) ? converted : value;
  };
}
