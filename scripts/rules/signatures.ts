import type { Node } from "oxc-parser";
import { publicDeclarations } from "./public-declarations.ts";
import { childrenOf, lineAt } from "./source-file.ts";
import type { Rule } from "./workspace.ts";

/** No public signature says `any`. */
export const signatures: Rule = {
  name: "signatures",
  check: (workspace) =>
    publicDeclarations(workspace).flatMap(({ name, file, statements }) =>
      statements.flatMap(findAny).map((node) => ({
        file: file.path,
        line: lineAt(file.text, node.start),
        message: `"${name}" says any in its signature; say unknown, never or a type parameter.`,
      })),
    ),
};

function findAny(node: Node): Node[] {
  if (node.type === "TSAnyKeyword") return [node];
  return signatureChildren(node).flatMap(findAny);
}

/** What a declaration file would show: no bodies, no values that have a type, no private members. */
function signatureChildren(node: Node): Node[] {
  if (node.type === "BlockStatement" || isPrivate(node)) return [];
  if (node.type === "VariableDeclarator") return node.id.typeAnnotation ? [node.id] : childrenOf(node);
  if (node.type === "PropertyDefinition" && node.typeAnnotation) return [node.typeAnnotation];
  return childrenOf(node);
}

function isPrivate(node: Node): boolean {
  if (node.type !== "PropertyDefinition" && node.type !== "MethodDefinition") return false;
  return node.key.type === "PrivateIdentifier" || node.accessibility === "private";
}
