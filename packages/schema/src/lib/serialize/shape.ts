/** Bits of the scalar types that a shape takes. */
export const STRING = 1;
export const NUMBER = 2;
export const BOOLEAN = 4;
export const NULL = 8;

/** What a serialiser has to know of a JSON Schema: which kinds of values stand where, and what their members are called. */
export type Shape =
  | AnyShape
  | NeverShape
  | ScalarShape
  | ChoiceShape
  | ArrayShape
  | ObjectShape
  | UnionShape
  | RefShape;

/** Whatever `JSON.stringify` writes. */
export interface AnyShape {
  readonly kind: "any";
}

/** Nothing at all. */
export interface NeverShape {
  readonly kind: "never";
}

/** Strings, numbers, booleans or null. */
export interface ScalarShape {
  readonly kind: "scalar";
  /** The bits of its types. */
  readonly types: number;
  /** Whether its strings are times, which applications have as dates. */
  readonly isTime: boolean;
}

/** One of a few scalars, each with its JSON. */
export interface ChoiceShape {
  readonly kind: "choice";
  readonly texts: ReadonlyMap<unknown, string>;
}

export interface ArrayShape {
  readonly kind: "array";
  /** The shapes of the first items. */
  readonly first: readonly Shape[];
  /** The shape of all further items. */
  readonly rest: Shape;
}

export interface ObjectShape {
  readonly kind: "object";
  readonly members: readonly Member[];
  /** Shapes of further members by what their names look like. */
  readonly patterns: readonly NamePattern[];
  /** The shape of all further members; `never` leaves them out. */
  readonly rest: Shape;
  /** Which further members are written at all; `null` where the name does not matter. */
  readonly hasName: ((name: string) => boolean) | null;
  /** Whether the schema says itself that there is nothing else. */
  readonly isClosed: boolean;
}

export interface Member {
  readonly name: string;
  readonly shape: Shape;
  readonly isRequired: boolean;
}

export interface NamePattern {
  readonly pattern: RegExp;
  readonly shape: Shape;
}

/** Scalars by their type, the others by the first branch that fits. */
export interface UnionShape {
  readonly kind: "union";
  /** The bits of the scalar types; 0 where there are none. */
  readonly types: number;
  readonly isTime: boolean;
  readonly branches: readonly Shape[];
  /** The member that tells all branches apart, where they are objects that have one. */
  readonly tag: Tag | null;
}

export interface Tag {
  readonly name: string;
  /** The position of the branch by value of the member. */
  readonly branchOf: ReadonlyMap<unknown, number>;
}

/** A shape that is used in several places, or within itself. */
export interface RefShape {
  readonly kind: "ref";
  readonly at: number;
}

/** A shape with those that it refers to. */
export interface Plan {
  readonly root: Shape;
  readonly shared: readonly Shape[];
}

export const ANY: AnyShape = { kind: "any" };
export const NEVER: NeverShape = { kind: "never" };

/** The shape itself, where it is one that is referred to; `any` for one that only refers to itself. */
export function resolveShape(shape: Shape, shared: readonly Shape[]): Exclude<Shape, RefShape> {
  let found: Shape = shape;
  for (let hops = 0; found.kind === "ref"; hops++) {
    const next: Shape | undefined = shared[found.at];
    if (next === undefined || hops > shared.length) return ANY;
    found = next;
  }
  return found;
}
