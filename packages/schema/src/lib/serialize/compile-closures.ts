import { branchesOf, chooseBranch, FitsCompiler } from "./compile-fits.ts";
import { checkArray, checkObject, type Check } from "./check-closures.ts";
import { FunctionTable } from "./function-table.ts";
import {
  resolveShape,
  type ArrayShape,
  type ObjectShape,
  type Plan,
  type Shape,
  type UnionShape,
} from "./shape.ts";
import {
  any,
  bitOf,
  choice,
  isAbsent,
  isInherited,
  isTime,
  mismatch,
  ownMember,
  quote,
  scalar,
  some,
  toPlain,
} from "./values.ts";

/** Writes a value as JSON; `undefined` for what JSON leaves out. Throws `MISMATCH` for what does not have its shape. */
export type Write = (value: unknown, key: string) => string | undefined;

/** The two functions that a schema becomes. */
export interface ShapeCode {
  /** Writes what the schema names, and nothing else. */
  readonly write: (value: unknown) => string;
  /** Whether the value is what the schema names and nothing else, so that `JSON.stringify` writes just that. */
  readonly isExact: Check;
}

/** Compiles a shape into closures, for runtimes that run no generated source. */
export function compileClosures(plan: Plan): ShapeCode {
  const compiler = new ClosureCompiler(plan);
  const write = compiler.writeOf(plan.root);
  return {
    write: (value) => write(value, "") ?? mismatch(),
    isExact: compiler.checkOf(plan.root),
  };
}

class ClosureCompiler {
  readonly #plan: Plan;
  readonly #fits: FitsCompiler;
  readonly #writes = new FunctionTable<Parameters<Write>, string | undefined>();
  readonly #checks = new FunctionTable<Parameters<Check>, boolean>();

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#fits = new FitsCompiler(plan);
  }

  writeOf(shape: Shape): Write {
    return this.#writes.get(shape, () => this.#write(shape));
  }

  checkOf(shape: Shape): Check {
    return this.#checks.get(shape, () => this.#check(shape));
  }

  #write(shape: Shape): Write {
    switch (shape.kind) {
      case "any":
        return any;
      case "never":
        return mismatch;
      case "scalar":
        return (value, key) => scalar(value, key, shape.types);
      case "choice":
        return (value, key) => choice(value, key, shape.texts);
      case "array":
        return this.#array(shape);
      case "object":
        return this.#object(shape);
      case "union":
        return this.#union(shape);
      case "ref":
        return this.writeOf(resolveShape(shape, this.#plan.shared));
    }
  }

  #array({ first, rest }: ArrayShape): Write {
    const writeFirst = first.map((shape) => this.writeOf(shape));
    const writeRest = this.writeOf(rest);
    return (given, key) => {
      const value = toPlain(given, key);
      if (!Array.isArray(value)) throw mismatch();
      let text = "[";
      for (let at = 0; at < value.length; at++) {
        const item: unknown = isAbsent(value[at]) ? null : value[at];
        text += `${at === 0 ? "" : ","}${(writeFirst[at] ?? writeRest)(item, String(at)) ?? "null"}`;
      }
      return `${text}]`;
    };
  }

  #object(shape: ObjectShape): Write {
    const members = shape.members.map(({ name, shape: member, isRequired }) => ({
      name,
      isRequired,
      isInherited: isInherited(name),
      front: `,${JSON.stringify(name)}:`,
      write: isRequired && member.kind === "any" ? some : this.writeOf(member),
    }));
    const writeRest = this.#rest(shape);
    return (given, key) => {
      const value = toPlain(given, key);
      if (typeof value !== "object" || value === null || Array.isArray(value)) throw mismatch();
      let text = "";
      for (const { name, isRequired, isInherited: needsOwn, front, write } of members) {
        const raw = needsOwn ? ownMember(value, name) : (value as Record<string, unknown>)[name];
        const member = toPlain(raw, name);
        if (isAbsent(member)) {
          if (isRequired) throw mismatch();
        } else text += front + (write(raw, name) ?? mismatch());
      }
      return `{${(text + writeRest(value)).slice(1)}}`;
    };
  }

  /** Writes the members that have no place of their own; what nobody declared is left out. */
  #rest({ members, patterns, rest, hasName }: ObjectShape): (value: object) => string {
    if (rest.kind === "never" && patterns.length === 0) return () => "";
    const names = new Set(members.map(({ name }) => name));
    const byPattern = patterns.map(({ pattern, shape }) => ({ pattern, write: this.writeOf(shape) }));
    const writeRest = rest.kind === "never" ? null : this.writeOf(rest);
    return (value) => {
      let text = "";
      for (const name of Object.keys(value)) {
        if (names.has(name) || (hasName !== null && !hasName(name))) continue;
        const write = byPattern.find(({ pattern }) => pattern.test(name))?.write ?? writeRest;
        if (write === null) continue;
        const raw = (value as Record<string, unknown>)[name];
        if (isAbsent(toPlain(raw, name))) continue;
        text += `,${quote(name)}:${write(raw, name) ?? mismatch()}`;
      }
      return text;
    };
  }

  #union(shape: UnionShape): Write {
    const { types, tag } = shape;
    const writes = shape.branches.map((branch) => this.writeOf(branch));
    const branches = branchesOf(shape, this.#fits, this.#plan);
    return (given, key) => {
      const value = toPlain(given, key);
      if ((bitOf(value) & types) !== 0) return scalar(value, key, types);
      const at = tag === null ? chooseBranch(value, branches) : tagOf(value, tag);
      return (writes[at] ?? mismatch)(value, key);
    };
  }

  #check(shape: Shape): Check {
    switch (shape.kind) {
      case "any":
        return (value) => !isAbsent(value);
      case "never":
        return () => false;
      case "scalar":
        return shape.isTime
          ? (value) => (bitOf(value) & shape.types) !== 0 || isTime(value)
          : (value) => (bitOf(value) & shape.types) !== 0;
      case "choice":
        return (value) => shape.texts.has(value);
      case "array":
        return checkArray(shape, (part) => this.checkOf(part));
      case "object":
        return checkObject(shape, (part) => this.checkOf(part));
      case "union":
        return this.#checkUnion(shape);
      case "ref":
        return this.checkOf(resolveShape(shape, this.#plan.shared));
    }
  }

  #checkUnion(shape: UnionShape): Check {
    const { types, tag } = shape;
    const checks = shape.branches.map((branch) => this.checkOf(branch));
    const branches = branchesOf(shape, this.#fits, this.#plan);
    return (value) => {
      if ((bitOf(value) & types) !== 0 || (shape.isTime && isTime(value))) return true;
      const at = tag === null ? chooseBranch(value, branches) : tagOf(value, tag);
      return checks[at]?.(value) === true;
    };
  }
}

function tagOf(value: unknown, { name, branchOf }: NonNullable<UnionShape["tag"]>): number {
  if (typeof value !== "object" || value === null) return -1;
  return branchOf.get((value as Record<string, unknown>)[name]) ?? -1;
}
