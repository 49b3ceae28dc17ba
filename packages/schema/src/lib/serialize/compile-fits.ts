import { FunctionTable } from "./function-table.ts";
import {
  resolveShape,
  type ArrayShape,
  type ObjectShape,
  type Plan,
  type Shape,
  type UnionShape,
} from "./shape.ts";
import { bitOf, isAbsent, isInherited, ownMember, toPlain } from "./values.ts";

/** Whether a value has a shape; members that the shape does not name do not count. */
export type Fits = (value: unknown) => boolean;

/** Makes the tests that choose among the branches of unions; they look at kinds, as writers do, and not at formats or lengths. */
export class FitsCompiler {
  readonly #plan: Plan;
  readonly #made = new FunctionTable<[value: unknown], boolean>();

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  fitsOf(shape: Shape): Fits {
    return this.#made.get(shape, () => this.#make(shape));
  }

  #make(shape: Shape): Fits {
    switch (shape.kind) {
      case "any":
        return (value) => !isAbsent(value);
      case "never":
        return () => false;
      case "scalar":
        return (value) => (bitOf(value) & shape.types) !== 0;
      case "choice":
        return (value) => shape.texts.has(value);
      case "array":
        return this.#array(shape);
      case "object":
        return this.#object(shape);
      case "union":
        return this.#union(shape);
      case "ref":
        return this.fitsOf(resolveShape(shape, this.#plan.shared));
    }
  }

  #array({ first, rest }: ArrayShape): Fits {
    const firstFit = first.map((shape) => this.fitsOf(shape));
    const restFits = this.fitsOf(rest);
    return (value) =>
      Array.isArray(value) &&
      value.every((item: unknown, at) => (firstFit[at] ?? restFits)(toPlain(item, String(at))));
  }

  #object({ members, rest, patterns, hasName }: ObjectShape): Fits {
    const tests = members.map(({ name, shape, isRequired }) => ({
      name,
      isRequired,
      isInherited: isInherited(name),
      fits: this.fitsOf(shape),
    }));
    const isRecord =
      rest.kind !== "never" && rest.kind !== "any" && patterns.length === 0 && hasName === null;
    const fitsRest = isRecord ? this.#rest(rest, new Set(members.map(({ name }) => name))) : null;
    return (value) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
      for (const test of tests) {
        const { name } = test;
        const raw = test.isInherited ? ownMember(value, name) : (value as Record<string, unknown>)[name];
        const member = toPlain(raw, name);
        if (isAbsent(member) ? test.isRequired : !test.fits(member)) return false;
      }
      return fitsRest === null || fitsRest(value);
    };
  }

  #rest(rest: Shape, names: ReadonlySet<string>): (value: object) => boolean {
    const fits = this.fitsOf(rest);
    return (value) =>
      Object.entries(value).every(
        ([name, member]: [string, unknown]) =>
          names.has(name) || isAbsent(member) || fits(toPlain(member, name)),
      );
  }

  #union({ types, branches }: UnionShape): Fits {
    const all = branches.map((branch) => this.fitsOf(branch));
    return (value) => (bitOf(value) & types) !== 0 || all.some((fits) => fits(value));
  }
}

/** One way among several to write a value. */
export interface Branch {
  readonly fits: Fits;
  /** The members that the branch names, where it is an object that keeps others out without saying so; else `null`. */
  readonly open: ReadonlySet<string> | null;
}

/** The branches of a union, ready to be chosen from. */
export function branchesOf({ branches }: UnionShape, compiler: FitsCompiler, plan: Plan): Branch[] {
  return branches.map((branch) => {
    const shape = resolveShape(branch, plan.shared);
    const isOpen = shape.kind === "object" && !shape.isClosed && shape.rest.kind === "never";
    return {
      fits: compiler.fitsOf(branch),
      open: isOpen ? new Set(shape.members.map(({ name }) => name)) : null,
    };
  });
}

/**
 * The position of the branch that a value is written by, or -1: the first one that fits. Schemas that do not say that there is
 * nothing else may fit only because the rest does not count: of those, the one that names most of the value's members.
 */
export function chooseBranch(value: unknown, branches: readonly Branch[]): number {
  let best = -1;
  let most = -1;
  for (const [at, { fits, open }] of branches.entries()) {
    if (!fits(value)) continue;
    if (open === null) return best === -1 ? at : best;
    const named = countNamed(value as object, open); // a branch with members fits objects only
    if (named > most) [best, most] = [at, named];
  }
  return best;
}

function countNamed(value: object, names: ReadonlySet<string>): number {
  return Object.keys(value).reduce((count, name) => (names.has(name) ? count + 1 : count), 0);
}
