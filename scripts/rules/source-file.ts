import { type Comment, type Node, parseSync, type Program, visitorKeys } from "oxc-parser";

/** One TypeScript file of the workspace, parsed once for all rules. */
export interface SourceFile {
  /** From the root, with "/". */
  readonly path: string;
  readonly text: string;
  readonly kind: "source" | "test" | "type-test";
  readonly program: Program;
  readonly comments: readonly Comment[];
  readonly imports: readonly ImportRecord[];
}

/** One module specifier that a file names, however it names it. */
export interface ImportRecord {
  readonly specifier: string;
  readonly line: number;
}

/** Parses a file; a file that does not parse is a mistake of its own, so it throws. */
export function parseSourceFile(path: string, text: string): SourceFile {
  const { program, comments, errors } = parseSync(path, text);
  const error = errors[0];
  if (error !== undefined) throw new Error(`${path} cannot be parsed: ${error.message}`);
  const imports = collectImports(program, text);
  return { path, text, kind: kindOf(path), program, comments, imports };
}

/** What tests share stands in "x.test.kit.ts". */
function kindOf(path: string): SourceFile["kind"] {
  if (path.endsWith(".test-d.ts")) return "type-test";
  return path.endsWith(".test.ts") || path.endsWith(".test.kit.ts") ? "test" : "source";
}

/** The line of an offset, counted from 1. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) line++;
  return line;
}

/** Visits a node and all below it; `visit` returns `false` to leave a node's children out. */
export function walk(node: Node, visit: (node: Node, parent: Node | null) => boolean | void): void {
  walkFrom(node, null, visit);
}

function walkFrom(
  node: Node,
  parent: Node | null,
  visit: (node: Node, parent: Node | null) => boolean | void,
): void {
  if (visit(node, parent) === false) return;
  for (const child of childrenOf(node)) walkFrom(child, node, visit);
}

/** The nodes directly below a node, in order. */
export function childrenOf(node: Node): Node[] {
  const keys = visitorKeys[node.type] ?? [];
  // The parser lists under visitorKeys exactly the properties that hold nodes, lists of nodes, or nothing.
  const values = keys.map((key) => (node as unknown as Record<string, unknown>)[key]);
  return values.flat().filter(isNode);
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value;
}

function collectImports(program: Program, text: string): ImportRecord[] {
  const imports: ImportRecord[] = [];
  walk(program, (node) => {
    const specifier = specifierOf(node);
    if (specifier !== null) imports.push({ specifier, line: lineAt(text, node.start) });
  });
  return imports;
}

function specifierOf(node: Node): string | null {
  switch (node.type) {
    case "ImportDeclaration":
    case "ExportAllDeclaration":
      return node.source.value;
    case "ExportNamedDeclaration":
      return node.source?.value ?? null;
    case "ImportExpression":
    case "TSImportType":
      return literalOf(node.source);
    case "CallExpression":
      return isRequire(node.callee) ? literalOf(node.arguments[0]) : null;
    default:
      return null;
  }
}

/** `require(x)`, `require.resolve(x)` and `import.meta.resolve(x)`. */
function isRequire(callee: Node): boolean {
  if (callee.type === "Identifier") return callee.name === "require";
  if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier") return false;
  const owner = callee.object;
  const known = owner.type === "MetaProperty" || (owner.type === "Identifier" && owner.name === "require");
  return known && callee.property.name === "resolve";
}

function literalOf(node: Node | undefined): string | null {
  return node?.type === "Literal" && typeof node.value === "string" ? node.value : null;
}
