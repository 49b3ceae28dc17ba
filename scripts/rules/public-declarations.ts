import type { Node } from "oxc-parser";
import { doorsOf } from "./doors.ts";
import type { SourceFile } from "./source-file.ts";
import { isRelative, type Member, resolveRelative, type Workspace } from "./workspace.ts";

/** A declaration that users of a package can import. */
export interface PublicDeclaration {
  readonly name: string;
  readonly file: SourceFile;
  /** The statement with its `export`; where a name is declared several times, e.g. by overloads, the first. */
  readonly statement: Node;
  /** All statements of this name. */
  readonly statements: readonly Node[];
}

/** Everything that the doors of published packages lead to, each declaration once. */
export function publicDeclarations(workspace: Workspace): PublicDeclaration[] {
  const found = new Map<Node, PublicDeclaration>();
  for (const member of workspace.members.filter(({ published }) => published)) {
    const resolver = new Resolver(member);
    for (const door of doorsOf(member))
      for (const name of exportedNames(door)) {
        const declaration = resolver.resolve(door, name);
        if (declaration !== null) found.set(declaration.statement, declaration);
      }
  }
  return [...found.values()];
}

function exportedNames(file: SourceFile): string[] {
  return file.program.body.flatMap((node) =>
    node.type === "ExportNamedDeclaration" ? node.specifiers.map((one) => nameOf(one.exported)) : [],
  );
}

/** Follows a name through re-exports to where it is declared. */
class Resolver {
  readonly #files: ReadonlyMap<string, SourceFile>;

  constructor(member: Member) {
    this.#files = new Map(member.files.map((file) => [file.path, file]));
  }

  /** `null` where the way leads out of the package. */
  resolve(file: SourceFile, name: string): PublicDeclaration | null {
    for (const node of file.program.body) {
      if (node.type !== "ExportNamedDeclaration") continue;
      const specifier = node.specifiers.find((one) => nameOf(one.exported) === name);
      if (specifier !== undefined) return this.#follow(file, nameOf(specifier.local), node.source?.value);
    }
    return declarationOf(file, name);
  }

  #follow(file: SourceFile, name: string, source: string | undefined): PublicDeclaration | null {
    if (source === undefined) return this.#local(file, name);
    const target = isRelative(source) ? this.#files.get(resolveRelative(file, source)) : undefined;
    return target === undefined ? null : this.resolve(target, name);
  }

  /** `export { name }` without a source: declared here, or imported first. */
  #local(file: SourceFile, name: string): PublicDeclaration | null {
    for (const node of file.program.body) {
      if (node.type !== "ImportDeclaration") continue;
      const specifier = node.specifiers.find((one) => one.local.name === name);
      if (specifier?.type === "ImportSpecifier")
        return this.#follow(file, nameOf(specifier.imported), node.source.value);
    }
    return declarationOf(file, name);
  }
}

function declarationOf(file: SourceFile, name: string): PublicDeclaration | null {
  const statements = file.program.body.filter((node) => declaredNames(node).includes(name));
  const [statement] = statements;
  return statement === undefined ? null : { name, file, statement, statements };
}

function declaredNames(node: Node): string[] {
  const declaration = node.type === "ExportNamedDeclaration" ? node.declaration : node;
  if (declaration === null) return [];
  if (declaration.type === "VariableDeclaration")
    return declaration.declarations.flatMap(({ id }) => (id.type === "Identifier" ? [id.name] : []));
  return "id" in declaration && declaration.id?.type === "Identifier" ? [declaration.id.name] : [];
}

function nameOf(node: Node): string {
  if (node.type === "Identifier") return node.name;
  return node.type === "Literal" ? String(node.value) : "";
}
