import type { Node } from "oxc-parser";
import { lineAt, type SourceFile, walk } from "./source-file.ts";
import type { Member, Problem, Rule, Workspace } from "./workspace.ts";

const MAX_FILE_LINES = 500;
const MAX_FUNCTION_LINES = 70;
const MEDIAN_FUNCTION_LINES = 12;
const REASON = /^\s*\/\/ long because: \S/;

/** A function of the source, for the rule and for the report. */
export interface FunctionSize {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly lines: number;
}

/** Files under 500 lines, functions under 70, and half of a package's functions under 12. */
export const sizes: Rule = {
  name: "sizes",
  check: (workspace) => [
    ...allFiles(workspace).flatMap(checkFile),
    ...published(workspace).flatMap(checkFunctions),
    ...published(workspace).flatMap(checkMedian),
  ],
};

/** One line for each published package: how many functions, their median, their longest. */
export function reportSizes(workspace: Workspace): string[] {
  return published(workspace).map((member) => {
    const functions = measure(member);
    const longest = functions.toSorted((a, b) => b.lines - a.lines)[0];
    const where =
      longest === undefined
        ? ""
        : `, longest ${longest.lines} (${longest.name}, ${longest.file}:${longest.line})`;
    return `${member.name}: ${functions.length} functions, median ${median(functions)} lines${where}`;
  });
}

function allFiles(workspace: Workspace): SourceFile[] {
  return [...workspace.scripts, ...workspace.members.flatMap((member) => member.files)];
}

function published(workspace: Workspace): Member[] {
  return workspace.members.filter((member) => member.published);
}

function checkFile(file: SourceFile): Problem[] {
  const lines = lineAt(file.text, file.text.length - 1);
  if (lines <= MAX_FILE_LINES || REASON.test(file.text)) return [];
  const message = `${lines} lines are over ${MAX_FILE_LINES}; split the file, or begin it with "// long because: ...".`;
  return [{ file: file.path, message }];
}

function checkFunctions(member: Member): Problem[] {
  const long = measure(member).filter(({ lines }) => lines > MAX_FUNCTION_LINES);
  return long.map(({ file, line, name, lines }) => ({
    file,
    line,
    message: `${name} has ${lines} lines, over ${MAX_FUNCTION_LINES}; name its straight parts.`,
  }));
}

function checkMedian(member: Member): Problem[] {
  const middle = median(measure(member));
  if (middle < MEDIAN_FUNCTION_LINES) return [];
  const message = `The median function has ${middle} lines; it must be under ${MEDIAN_FUNCTION_LINES}.`;
  return [{ file: member.folder, message }];
}

function median(functions: readonly FunctionSize[]): number {
  const lines = functions.map((one) => one.lines).toSorted((a, b) => a - b);
  return lines[lines.length >> 1] ?? 0;
}

function measure(member: Member): FunctionSize[] {
  return member.files.filter((file) => file.kind === "source").flatMap(measureFile);
}

/** Functions that have a name; callbacks written in place count with the function around them. */
function measureFile(file: SourceFile): FunctionSize[] {
  const found: FunctionSize[] = [];
  walk(file.program, (node, parent) => {
    const name = functionName(node, parent);
    if (name === null) return;
    const line = lineAt(file.text, node.start);
    found.push({ file: file.path, line, name, lines: lineAt(file.text, node.end) - line + 1 });
  });
  return found;
}

function functionName(node: Node, parent: Node | null): string | null {
  if (node.type === "FunctionDeclaration") return node.id?.name ?? "default";
  if (node.type !== "FunctionExpression" && node.type !== "ArrowFunctionExpression") return null;
  if (parent?.type === "VariableDeclarator") return parent.id.type === "Identifier" ? parent.id.name : null;
  const named =
    parent?.type === "MethodDefinition" ||
    parent?.type === "PropertyDefinition" ||
    parent?.type === "Property";
  if (!named) return null;
  return parent.key.type === "Identifier" || parent.key.type === "PrivateIdentifier"
    ? parent.key.name
    : "[computed]";
}
