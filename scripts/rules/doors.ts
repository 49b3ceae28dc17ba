import type { Node } from "oxc-parser";
import { lineAt, type SourceFile } from "./source-file.ts";
import {
  isRelative,
  type Member,
  memberNamed,
  packageOf,
  type Problem,
  type Rule,
  type Workspace,
} from "./workspace.ts";

/** `src/*.ts` are the doors, one for each key of `exports`; everything else stands in `src/lib`. */
export const doors: Rule = {
  name: "doors",
  check: (workspace) => [
    ...workspace.members.filter((member) => member.published).flatMap(checkPackage),
    ...workspace.members.flatMap((member) => checkDeepImports(workspace, member)),
  ],
};

/** The files of a package that its users import. */
export function doorsOf(member: Member): SourceFile[] {
  return member.files.filter((file) => file.kind === "source" && isDoorPath(member, file.path));
}

function isDoorPath(member: Member, path: string): boolean {
  return !path.slice(`${member.folder}/src/`.length).includes("/");
}

function checkPackage(member: Member): Problem[] {
  return [...checkExports(member), ...checkRooms(member), ...doorsOf(member).flatMap(checkDoor(member))];
}

function checkExports(member: Member): Problem[] {
  const file = `${member.folder}/package.json`;
  const keys = Object.keys(member.manifest.exports ?? {});
  const names = new Set(doorsOf(member).map((door) => doorName(member, door)));
  const bins = binNames(member);
  const problems: Problem[] = [];
  for (const key of keys) {
    const name = key === "." ? "index" : key.slice(2);
    if (!names.has(name))
      problems.push({ file, message: `"exports" has ${key}, but src/${name}.ts is not there.` });
    else if (!hasUniformTarget(member, key, name)) problems.push({ file, message: targetMessage(key, name) });
  }
  for (const name of names) {
    const key = name === "index" ? "." : `./${name}`;
    if (!keys.includes(key) && !bins.has(name))
      problems.push({
        file,
        message: `src/${name}.ts is no key of "exports"; add "${key}" or move it to src/lib.`,
      });
  }
  return problems;
}

function doorName(member: Member, door: SourceFile): string {
  return door.path.slice(`${member.folder}/src/`.length).replace(/\.ts$/, "");
}

function binNames(member: Member): Set<string> {
  const { bin = {} } = member.manifest;
  const targets = typeof bin === "string" ? [bin] : Object.values(bin);
  return new Set(targets.map((target) => target.replace(/^(\.\/)?dist\//, "").replace(/\.js$/, "")));
}

function hasUniformTarget(member: Member, key: string, name: string): boolean {
  const wanted = { types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` };
  return JSON.stringify(member.manifest.exports?.[key]) === JSON.stringify(wanted);
}

function targetMessage(key: string, name: string): string {
  return `"exports" must say ${key}: { "types": "./dist/${name}.d.ts", "default": "./dist/${name}.js" }.`;
}

function checkRooms(member: Member): Problem[] {
  const lib = `${member.folder}/src/lib/`;
  const strays = member.files.filter((file) => !isDoorPath(member, file.path) && !file.path.startsWith(lib));
  return strays.map((file) => ({
    file: file.path,
    message: "Only doors stand outside src/lib; move this there.",
  }));
}

function checkDoor(member: Member): (door: SourceFile) => Problem[] {
  const bins = binNames(member);
  return (door) => {
    if (bins.has(doorName(member, door))) return [];
    const others = door.program.body.filter((node) => !isNamedReExport(node));
    return others.map((node) => ({
      file: door.path,
      line: lineAt(door.text, node.start),
      message: "A door holds named re-exports only; move this to src/lib.",
    }));
  };
}

/** `export { a } from "b"`, and the `export {}` of a door that has nothing yet. */
function isNamedReExport(node: Node): boolean {
  if (node.type !== "ExportNamedDeclaration" || node.declaration !== null) return false;
  return node.source !== null || node.specifiers.length === 0;
}

function checkDeepImports(workspace: Workspace, member: Member): Problem[] {
  return member.files.flatMap((file) =>
    file.imports.flatMap(({ specifier, line }) => {
      const message = deepFault(workspace, specifier);
      return message === null ? [] : [{ file: file.path, line, message }];
    }),
  );
}

function deepFault(workspace: Workspace, specifier: string): string | null {
  if (isRelative(specifier)) return null;
  const name = packageOf(specifier);
  const target = memberNamed(workspace, name);
  if (target === undefined || !target.published) return null;
  const key = `.${specifier.slice(name.length)}`;
  if (Object.hasOwn(target.manifest.exports ?? {}, key)) return null;
  return `"${specifier}" is no door of ${name}; its doors are ${Object.keys(target.manifest.exports ?? {}).join(", ")}.`;
}
