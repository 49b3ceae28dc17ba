import type { ShapeCode } from "./compile-closures.ts";
import { branchesOf, chooseBranch, FitsCompiler, type Branch } from "./compile-fits.ts";
import { exactBody, exactTest } from "./exact-source.ts";
import type { SourceContext } from "./source-context.ts";
import { resolveShape, type Plan, type RefShape, type Shape, type UnionShape } from "./shape.ts";
import * as values from "./values.ts";
import { arraySource, objectSource, plainSource, textSource, unionSource } from "./write-source.ts";

/** Compiled code, with its source for those who want to read it. */
export interface SourceCode extends ShapeCode {
  readonly source: string;
}

/** Compiles a shape into the source of two functions, and runs it; `null` where the runtime runs no generated source. */
export function compileSource(plan: Plan): SourceCode | null {
  const generator = new SourceGenerator(plan);
  const source = generator.generate();
  const code = runSource(source, generator.constants);
  return code === null ? null : { ...code, source };
}

/** The one place where source is run: names and texts stand in it as JSON strings only, everything else comes in as values. */
function runSource(source: string, constants: readonly unknown[]): ShapeCode | null {
  try {
    // oxlint-disable-next-line no-implied-eval, no-new-func -- closures do the same where this is not allowed
    const make = new Function("tools", "constants", source) as (...args: readonly unknown[]) => ShapeCode;
    return make({ ...values, chooseBranch }, constants);
  } catch (error) {
    if (error instanceof EvalError) return null;
    throw error;
  }
}

const TOOLS: string = [...Object.keys(values), "chooseBranch"].join(", ");

class SourceGenerator implements SourceContext {
  readonly constants: unknown[] = [];
  readonly #plan: Plan;
  readonly #fits: FitsCompiler;
  readonly #functions: string[] = [];
  readonly #names = new Map<Shape, number>();
  readonly #written = new Set<string>();

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#fits = new FitsCompiler(plan);
  }

  generate(): string {
    const { root } = this.#plan;
    const text = textSource(root, "value", '""', this);
    const exact = exactTest(root, "value", this);
    const constants = this.constants.map((_value, at) => `c${at}`).join(", ");
    return [
      '"use strict";',
      `const { ${TOOLS} } = tools;`,
      `const [${constants}] = constants;`,
      ...this.#functions,
      `function write(value) {\n  return ${text} ?? mismatch();\n}`,
      `function isExact(value) {\n  return ${exact};\n}`,
      "return { write, isExact };",
      "",
    ].join("\n");
  }

  writeOf(shape: Shape): string {
    return this.#named("write", shape, (name) => writeSource(this.resolve(shape), name, this));
  }

  exactOf(shape: Shape): string {
    return this.#named(
      "exact",
      shape,
      (name) => `function ${name}(value) {\n${exactBody(this.resolve(shape), this)}\n}`,
    );
  }

  constant(value: unknown): string {
    return `c${this.constants.push(value) - 1}`;
  }

  branchesOf(shape: UnionShape): readonly Branch[] {
    return branchesOf(shape, this.#fits, this.#plan);
  }

  resolve(shape: Shape): Exclude<Shape, RefShape> {
    return resolveShape(shape, this.#plan.shared);
  }

  #named(verb: string, shape: Shape, generate: (name: string) => string): string {
    const resolved = this.resolve(shape);
    const number = this.#names.get(resolved) ?? this.#names.size;
    this.#names.set(resolved, number);
    const name = `${verb}${number}`;
    if (this.#written.has(name)) return name;
    // Before it is generated: what refers to itself only needs the name.
    this.#written.add(name);
    this.#functions.push(generate(name));
    return name;
  }
}

function writeSource(shape: Exclude<Shape, RefShape>, name: string, context: SourceContext): string {
  const body = bodySource(shape, context);
  return `function ${name}(given, key) {\n  const value = ${plainSource("given", "key")};\n${body}\n}`;
}

function bodySource(shape: Exclude<Shape, RefShape>, context: SourceContext): string {
  switch (shape.kind) {
    case "array":
      return arraySource(shape, context);
    case "object":
      return objectSource(shape, context);
    case "union":
      return unionSource(shape, context);
    default:
      return `  return ${textSource(shape, "value", "key", context)};`;
  }
}
