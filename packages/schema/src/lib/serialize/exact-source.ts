import {
  BOOLEAN,
  NULL,
  NUMBER,
  STRING,
  type ArrayShape,
  type Member,
  type ObjectShape,
  type RefShape,
  type Shape,
  type UnionShape,
} from "./shape.ts";
import type { SourceContext } from "./source-context.ts";
import { branchSource, literal, memberSource } from "./write-source.ts";

const TESTS: readonly (readonly [bit: number, test: (value: string) => string])[] = [
  [STRING, (value) => `typeof ${value} === "string"`],
  [NUMBER, (value) => `typeof ${value} === "number"`],
  [BOOLEAN, (value) => `typeof ${value} === "boolean"`],
  [NULL, (value) => `${value} === null`],
];

/** A condition: `JSON.stringify` writes of the value just what its schema names. */
export function exactTest(shape: Shape, value: string, context: SourceContext): string {
  const resolved = context.resolve(shape);
  switch (resolved.kind) {
    case "any":
      return `!isAbsent(${value})`;
    case "never":
      return "false";
    case "scalar":
      return scalarTest(resolved, value);
    case "choice":
      return choiceTest(resolved.texts, value, context);
    default:
      return `${context.exactOf(resolved)}(${value})`;
  }
}

/** Up to this many values are quicker to compare than to look up. */
const FEW_CHOICES = 4;

function choiceTest(texts: ReadonlyMap<unknown, string>, value: string, context: SourceContext): string {
  if (texts.size > FEW_CHOICES) return `${context.constant(texts)}.has(${value})`;
  // The JSON of a scalar is its literal.
  return `(${Array.from(texts.values(), (text) => `${value} === ${text}`).join(" || ")})`;
}

function scalarTest(
  { types, isTime }: { readonly types: number; readonly isTime: boolean },
  value: string,
): string {
  const tests = TESTS.filter(([bit]) => (types & bit) !== 0).map(([, test]) => test(value));
  return `(${[...tests, ...(isTime ? [`isTime(${value})`] : [])].join(" || ")})`;
}

/** The body of a function that checks a value which is no scalar. */
export function exactBody(shape: Exclude<Shape, RefShape>, context: SourceContext): string {
  switch (shape.kind) {
    case "array":
      return arrayBody(shape, context);
    case "object":
      return objectBody(shape, context);
    case "union":
      return unionBody(shape, context);
    default:
      return `  return ${exactTest(shape, "value", context)};`;
  }
}

function arrayBody({ first, rest }: ArrayShape, context: SourceContext): string {
  const firstTests = first.map((shape, at) => `at === ${at} ? ${exactTest(shape, "value[at]", context)} : `);
  return [
    "  if (!Array.isArray(value) || value.toJSON !== undefined) return false;",
    "  for (let at = 0; at < value.length; at++)",
    `    if (!(${firstTests.join("")}${exactTest(rest, "value[at]", context)})) return false;`,
    "  return true;",
  ].join("\n");
}

function objectBody(shape: ObjectShape, context: SourceContext): string {
  const { members, patterns, rest, hasName } = shape;
  if (patterns.length > 0 || hasName !== null) return "  return false;";
  const reads = members.map(({ name }, at) => `  const m${at} = ${memberSource("value", name)};`);
  const tests = members.map((member, at) => memberTest(member, at, context));
  const [firstRead = "", ...otherReads] = reads;
  return [
    '  if (typeof value !== "object" || value === null) return false;',
    // Before the prototype: of an object whose layout a read has told, it costs nothing, else as much as ten members.
    firstRead,
    // As `isPlainObject` says it; in a function of its own it would see objects of every shape, and be slow with all of them.
    "  if (Object.getPrototypeOf(value) !== Object.prototype || value.toJSON !== undefined) return false;",
    ...otherReads,
    ...tests,
    ...(rest.kind === "never" ? countStatements(members, context) : restStatements(members, rest, context)),
  ].join("\n");
}

function memberTest({ shape, isRequired }: Member, at: number, context: SourceContext): string {
  const fails = `!(${exactTest(shape, `m${at}`, context)})`;
  return `  if (${isRequired ? fails : `m${at} !== undefined && ${fails}`}) return false;`;
}

/** All members that there are are named, and as many as were read: one that is not enumerable is read, and not written. */
function countStatements(members: readonly Member[], context: SourceContext): string[] {
  const required = members.filter(({ isRequired }) => isRequired).length;
  const optional = members.flatMap(({ isRequired }, at) =>
    isRequired ? [] : [`  if (m${at} !== undefined) count++;`],
  );
  return [
    `  let count = ${required};`,
    ...optional,
    "  for (const name in value) {",
    `    ${nameTest(members, context)}`,
    "    count--;",
    "  }",
    "  return count === 0;",
  ];
}

/** Up to this many names are quicker to compare one by one. */
const FEW_NAMES = 16;

function nameTest(members: readonly Member[], context: SourceContext): string {
  const names = members.map(({ name }) => name);
  if (names.length > FEW_NAMES) return `if (!${context.constant(new Set(names))}.has(name)) return false;`;
  const cases = names.map((name) => `case ${literal(name)}: `).join("");
  return cases === "" ? "return false;" : `switch (name) { ${cases}break; default: return false; }`;
}

function restStatements(members: readonly Member[], rest: Shape, context: SourceContext): string[] {
  const names = context.constant(new Set(members.map(({ name }) => name)));
  const test = exactTest(rest, "value[name]", context);
  return [
    `  for (const name in value) if (!${names}.has(name) && !(${test})) return false;`,
    "  return true;",
  ];
}

function unionBody(shape: UnionShape, context: SourceContext): string {
  const branches = shape.branches.map(
    (branch, at) => `    case ${at}: return ${exactTest(branch, "value", context)};`,
  );
  const scalars = shape.types === 0 ? [] : [`  if ${scalarTest(shape, "value")} return true;`];
  return [
    ...scalars,
    `  switch (${branchSource(shape, context)}) {`,
    ...branches,
    "    default: return false;",
    "  }",
  ].join("\n");
}
