import { toJsonPointer } from "../json-pointer.ts";
import { branchesOf, chooseBranch, FitsCompiler } from "./compile-fits.ts";
import {
  BOOLEAN,
  NULL,
  NUMBER,
  resolveShape,
  STRING,
  type ArrayShape,
  type ObjectShape,
  type Plan,
  type RefShape,
  type Shape,
  type UnionShape,
} from "./shape.ts";
import { bitOf, isAbsent, isInherited, ownMember, toPlain } from "./values.ts";

/** Where a value does not have its shape. */
export interface Mismatch {
  /** A JSON Pointer. */
  readonly path: string;
  /** What should stand there, and what does. */
  readonly reason: string;
}

/** Finds the first place at which a value does not have its shape, as writers look at it; `null` where there is none. */
export function findMismatch(plan: Plan, value: unknown): Mismatch | null {
  return new MismatchSearch(plan).search(plan.root, value, []);
}

class MismatchSearch {
  readonly #plan: Plan;
  readonly #fits: FitsCompiler;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#fits = new FitsCompiler(plan);
  }

  search(shape: Shape, raw: unknown, path: readonly string[]): Mismatch | null {
    const resolved = resolveShape(shape, this.#plan.shared);
    const value = toPlain(raw, path.at(-1) ?? "");
    switch (resolved.kind) {
      case "array":
        return Array.isArray(value) ? this.#items(resolved, value, path) : wrong(resolved, value, path);
      case "object":
        return isObject(value) ? this.#members(resolved, value, path) : wrong(resolved, value, path);
      case "union":
        return this.#branch(resolved, value, path);
      default:
        return this.#fits.fitsOf(resolved)(value) ? null : wrong(resolved, value, path);
    }
  }

  #items({ first, rest }: ArrayShape, items: readonly unknown[], path: readonly string[]): Mismatch | null {
    for (const [at, item] of items.entries()) {
      const found = this.search(first[at] ?? rest, isAbsent(item) ? null : item, [...path, String(at)]);
      if (found !== null) return found;
    }
    return null;
  }

  #members(shape: ObjectShape, value: object, path: readonly string[]): Mismatch | null {
    for (const { name, shape: member, isRequired } of shape.members) {
      const raw = isInherited(name) ? ownMember(value, name) : (value as Record<string, unknown>)[name];
      const place = [...path, name];
      if (isAbsent(toPlain(raw, name))) {
        if (isRequired) return { path: toJsonPointer(place), reason: "is missing" };
        continue;
      }
      const found = this.search(member, raw, place);
      if (found !== null) return found;
    }
    return this.#others(shape, value, path);
  }

  #others(
    { members, patterns, rest, hasName }: ObjectShape,
    value: object,
    path: readonly string[],
  ): Mismatch | null {
    const names = new Set(members.map(({ name }) => name));
    for (const [name, member] of Object.entries(value) as [string, unknown][]) {
      if (names.has(name) || (hasName !== null && !hasName(name)) || isAbsent(toPlain(member, name)))
        continue;
      const shape = patterns.find(({ pattern }) => pattern.test(name))?.shape ?? rest;
      const found = shape.kind === "never" ? null : this.search(shape, member, [...path, name]);
      if (found !== null) return found;
    }
    return null;
  }

  #branch(shape: UnionShape, value: unknown, path: readonly string[]): Mismatch | null {
    if ((bitOf(value) & shape.types) !== 0) return null;
    const { tag, branches } = shape;
    if (tag === null) {
      const fits = chooseBranch(value, branchesOf(shape, this.#fits, this.#plan)) !== -1;
      return fits ? null : wrong(shape, value, path);
    }
    if (!isObject(value)) return wrong(shape, value, path);
    const at = tag.branchOf.get((value as Record<string, unknown>)[tag.name]);
    if (at === undefined)
      return { path: toJsonPointer([...path, tag.name]), reason: "is none of the declared values" };
    return this.search(branches[at] as Shape, value, path); // the tag's positions are those of the branches
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function wrong(shape: Exclude<Shape, RefShape>, value: unknown, path: readonly string[]): Mismatch {
  return {
    path: toJsonPointer(path),
    reason: `must be ${wanted(shape)} (got ${described(value)})`,
  };
}

const TYPE_NAMES: readonly (readonly [bit: number, name: string])[] = [
  [STRING, "a string"],
  [NUMBER, "a number"],
  [BOOLEAN, "a boolean"],
  [NULL, "null"],
];

function wanted(shape: Exclude<Shape, RefShape>): string {
  switch (shape.kind) {
    case "any":
      return "something that JSON has a form for";
    case "never":
      return "left out";
    case "scalar":
      return typeNames(shape.types).join(" or ");
    case "choice":
      return `one of ${[...shape.texts.values()].join(", ")}`;
    case "array":
      return "an array";
    case "object":
      return "an object";
    case "union":
      return [...typeNames(shape.types), "one of the declared alternatives"].join(" or ");
  }
}

function typeNames(types: number): string[] {
  return TYPE_NAMES.filter(([bit]) => (types & bit) !== 0).map(([, name]) => name);
}

/** The kind of a value, never the value itself: it may be a secret. */
function described(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  const type = typeof value;
  return type === "undefined" ? "nothing" : type === "object" ? "an object" : `a ${type}`;
}
