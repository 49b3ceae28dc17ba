import {
  BOOLEAN,
  NULL,
  NUMBER,
  STRING,
  type ArrayShape,
  type Member,
  type ObjectShape,
  type Shape,
  type UnionShape,
} from "./shape.ts";
import type { SourceContext } from "./source-context.ts";
import { isInherited } from "./values.ts";

/** A name or text as source; JSON strings are string literals of JavaScript (ES2019). */
export function literal(text: string): string {
  return JSON.stringify(text);
}

/** An expression for the value that JSON has for an object; most have no `toJSON`. */
export function plainSource(value: string, key: string): string {
  return `typeof ${value} === "object" && ${value} !== null && ${value}.toJSON === undefined ? ${value} : toPlain(${value}, ${key})`;
}

/** An expression that reads a member; names that every object has count only where it has them itself. */
export function memberSource(object: string, name: string): string {
  return isInherited(name) ? `ownMember(${object}, ${literal(name)})` : `${object}[${literal(name)}]`;
}

/** An expression for the JSON of a value; only that of `any` may be undefined. */
export function textSource(shape: Shape, value: string, key: string, context: SourceContext): string {
  const resolved = context.resolve(shape);
  switch (resolved.kind) {
    case "any":
      return `any(${value}, ${key})`;
    case "never":
      return "mismatch()";
    case "scalar":
      return `(${scalarSource(resolved.types, value, key)})`;
    case "choice": {
      const texts = context.constant(resolved.texts);
      return `(${texts}.get(${value}) ?? choice(${value}, ${key}, ${texts}))`;
    }
    default:
      return `${context.writeOf(resolved)}(${value}, ${key})`;
  }
}

const CASES: readonly (readonly [bit: number, source: (value: string) => string])[] = [
  [STRING, (value) => `typeof ${value} === "string" ? quote(${value})`],
  [NUMBER, (value) => `typeof ${value} === "number" ? number(${value})`],
  [BOOLEAN, (value) => `${value} === true ? "true" : ${value} === false ? "false"`],
  [NULL, (value) => `${value} === null ? "null"`],
];

function scalarSource(types: number, value: string, key: string): string {
  const cases = CASES.filter(([bit]) => (types & bit) !== 0).map(([, source]) => source(value));
  return [...cases, `scalar(${value}, ${key}, ${types})`].join(" : ");
}

/** The body of a function that writes an array. */
export function arraySource({ first, rest }: ArrayShape, context: SourceContext): string {
  const firstTexts = first.map(
    (shape, at) => `at === ${at} ? ${textSource(shape, "item", "String(at)", context)} : `,
  );
  const text = firstTexts.join("") + textSource(rest, "item", "String(at)", context);
  return [
    "  if (!Array.isArray(value)) mismatch();",
    '  let text = "[";',
    "  for (let at = 0; at < value.length; at++) {",
    "    const item = isAbsent(value[at]) ? null : value[at];",
    '    if (at !== 0) text += ",";',
    `    text += ${text} ?? "null";`,
    "  }",
    '  return text + "]";',
  ].join("\n");
}

/** The body of a function that writes an object: its members in the order of the schema. */
export function objectSource(shape: ObjectShape, context: SourceContext): string {
  const { members } = shape;
  const isFixed = members.every(({ isRequired }) => isRequired) && !hasOthers(shape);
  return [
    '  if (typeof value !== "object" || value === null || Array.isArray(value)) mismatch();',
    ...(isFixed ? fixedSource(members, context) : growingSource(shape, context)),
  ].join("\n");
}

/** One expression, where every member is there. */
function fixedSource(members: readonly Member[], context: SourceContext): string[] {
  if (members.length === 0) return ['  return "{}";'];
  const reads = members.map(({ name }, at) => `  const m${at} = ${memberSource("value", name)};`);
  const parts = members.map((member, at) => {
    const front = `${at === 0 ? "{" : ","}${literal(member.name)}:`;
    return `    ${literal(front)} + ${requiredSource(member, at, context)} +`;
  });
  return [...reads, "  return (", ...parts, '    "}"', "  );"];
}

function requiredSource({ name, shape }: Member, at: number, context: SourceContext): string {
  return context.resolve(shape).kind === "any"
    ? `some(m${at}, ${literal(name)})`
    : textSource(shape, `m${at}`, literal(name), context);
}

/** Piece by piece, each with a comma in front, of which the first one goes. */
function growingSource(shape: ObjectShape, context: SourceContext): string[] {
  return [
    '  let text = "";',
    ...shape.members.flatMap((member, at) => memberStatements(member, at, context)),
    ...(hasOthers(shape) ? otherStatements(shape, context) : []),
    '  return "{" + text.slice(1) + "}";',
  ];
}

function memberStatements(member: Member, at: number, context: SourceContext): string[] {
  const { name, shape, isRequired } = member;
  const front = literal(`,${literal(name)}:`);
  const read = `  const m${at} = ${memberSource("value", name)};`;
  if (isRequired) return [read, `  text += ${front} + ${requiredSource(member, at, context)};`];
  const text = textSource(shape, `m${at}`, literal(name), context);
  const orNothing = context.resolve(shape).kind === "any" ? `(${text} ?? mismatch())` : text;
  return [
    read,
    `  if (m${at} !== undefined && !isAbsent(${plainSource(`m${at}`, literal(name))})) text += ${front} + ${orNothing};`,
  ];
}

function hasOthers({ rest, patterns }: ObjectShape): boolean {
  return rest.kind !== "never" || patterns.length > 0;
}

function otherStatements(
  { members, patterns, rest, hasName }: ObjectShape,
  context: SourceContext,
): string[] {
  const names = context.constant(new Set(members.map(({ name }) => name)));
  const passes = hasName === null ? "" : ` || !${context.constant(hasName)}(name)`;
  const byPattern = patterns.map(({ pattern, shape }) => ({ test: context.constant(pattern), shape }));
  const cases = byPattern.map(
    ({ test, shape }) => `${test}.test(name) ? ${textSource(shape, "member", "name", context)} : `,
  );
  const last = rest.kind === "never" ? "null" : textSource(rest, "member", "name", context);
  return [
    "  for (const name of Object.keys(value)) {",
    `    if (${names}.has(name)${passes}) continue;`,
    "    const member = value[name];",
    "    if (isAbsent(toPlain(member, name))) continue;",
    `    const other = ${cases.join("")}${last};`,
    '    if (other !== null) text += "," + quote(name) + ":" + (other ?? mismatch());',
    "  }",
  ];
}

/** The body of a function that writes one of several shapes. */
export function unionSource(shape: UnionShape, context: SourceContext): string {
  const scalars = CASES.filter(([bit]) => (shape.types & bit) !== 0).map(
    ([, source]) => `  if (${testOf(source("value"))}) return scalar(value, key, ${shape.types});`,
  );
  const branches = shape.branches.map(
    (branch, at) => `    case ${at}: return ${textSource(branch, "value", "key", context)} ?? mismatch();`,
  );
  return [
    ...scalars,
    `  switch (${branchSource(shape, context)}) {`,
    ...branches,
    "    default: return mismatch();",
    "  }",
  ].join("\n");
}

/** The condition of a case above; `true` and `false` are two. */
function testOf(source: string): string {
  return source.includes("=== true") ? 'typeof value === "boolean"' : source.slice(0, source.indexOf(" ? "));
}

/** An expression for the position of the branch that a value belongs to, or -1. */
export function branchSource(shape: UnionShape, context: SourceContext): string {
  if (shape.tag === null) return `chooseBranch(value, ${context.constant(context.branchesOf(shape))})`;
  const tag = memberSource("value", shape.tag.name);
  const branchOf = context.constant(shape.tag.branchOf);
  return `typeof value === "object" && value !== null ? (${branchOf}.get(${tag}) ?? -1) : -1`;
}
