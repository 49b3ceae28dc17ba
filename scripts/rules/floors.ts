import type { SourceFile } from "./source-file.ts";
import {
  isBuiltin,
  isRelative,
  type Member,
  memberNamed,
  packageOf,
  type Problem,
  resolveRelative,
  type Rule,
  type Workspace,
} from "./workspace.ts";

/** The floor of each folder in packages/; a new package is written here first. */
const FLOORS: Readonly<Record<string, number>> = {
  http: 0,
  router: 0,
  di: 0,
  schema: 0,
  engine: 1,
  "engine-native": 1,
  core: 1,
  websocket: 2,
  openapi: 2,
  compression: 2,
  i18n: 2,
  opensearch: 2,
  client: 2,
  testing: 2,
  drizzle: 2,
  "mikro-orm": 2,
  cli: 3,
  armature: 3,
};

/** Conformance, benchmarks and examples look at the house from above. */
const ABOVE_ALL = 4;

const ENGINES = new Set(["engine", "engine-native"]);

/** An application is handed its engine; these may pick one themselves. */
const MAY_IMPORT_ENGINES: Readonly<Record<string, string>> = {
  testing: "createTestApp() starts a real or an in-memory engine for a test",
  armature: "picks the engine for the user",
  cli: "starts applications",
};

/** Neighbours that may be imported all the same, and why; see docs/decisions/012-native-engine.md. */
const NEIGHBOURS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "engine-native": { engine: "its sockets are transports of the connections that the TypeScript engine has" },
};

/** Floor 0 adapts to a library without depending on it: an optional peer, behind a door of its own. */
const ADAPTER_PEERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  schema: { typebox: "has no ~standard interface of its own; only the door that adapts it imports it" },
};

/** Imports go down a floor; neighbours never import each other; type-only imports count. */
export const floors: Rule = {
  name: "floors",
  check: (workspace) => workspace.members.flatMap((member) => checkMember(workspace, member)),
};

/** The floor of a member, or undefined where the table does not know it. */
export function floorOf(member: Member): number | undefined {
  return member.published ? FLOORS[folderName(member)] : ABOVE_ALL;
}

/** Whether a package of floor 0 may import this optional peer, see the table. */
export function isAdapterPeer(member: Member, name: string): boolean {
  return Object.hasOwn(ADAPTER_PEERS[folderName(member)] ?? {}, name);
}

function folderName(member: Member): string {
  return member.folder.replace(/^packages\//, "");
}

function checkMember(workspace: Workspace, member: Member): Problem[] {
  if (floorOf(member) === undefined) {
    const message = `packages/${folderName(member)} has no floor; write one into scripts/rules/floors.ts.`;
    return [{ file: `${member.folder}/package.json`, message }];
  }
  return member.files.flatMap((file) => checkFile(workspace, member, file));
}

function checkFile(workspace: Workspace, member: Member, file: SourceFile): Problem[] {
  return file.imports.flatMap(({ specifier, line }) => {
    const message = faultOf(workspace, member, file, specifier);
    return message === null ? [] : [{ file: file.path, line, message }];
  });
}

function faultOf(workspace: Workspace, member: Member, file: SourceFile, specifier: string): string | null {
  if (isRelative(specifier)) return relativeFault(member, file, specifier);
  const target = memberNamed(workspace, packageOf(specifier));
  if (target !== undefined) return memberFault(member, target, file);
  if (floorOf(member) !== 0 || file.kind !== "source") return null;
  if (isAdapterPeer(member, packageOf(specifier))) return null;
  return isBuiltin(specifier)
    ? `Floor 0 runs everywhere and imports nothing of Node (got "${specifier}"); move this to a higher floor.`
    : `Floor 0 imports nothing (got "${specifier}"); move this to a higher floor.`;
}

function relativeFault(member: Member, file: SourceFile, specifier: string): string | null {
  const path = resolveRelative(file, specifier);
  if (path.startsWith(`${member.folder}/`)) return null;
  return `"${specifier}" leaves the package; import other packages by their name.`;
}

function memberFault(member: Member, target: Member, file: SourceFile): string | null {
  const from = floorOf(member) ?? ABOVE_ALL;
  const to = floorOf(target) ?? ABOVE_ALL;
  if (target === member) return `${member.name} imports itself by name; use a relative path.`;
  if (mayImportNeighbour(member, target)) return null;
  if (to >= from)
    return `${member.name} (floor ${from}) must not import ${target.name} (floor ${to}); imports go down a floor only.`;
  return mayNotPick(member, target, file)
    ? `${member.name} must not import an engine (got ${target.name}); take it as an argument.`
    : null;
}

function mayImportNeighbour(member: Member, target: Member): boolean {
  return Object.hasOwn(NEIGHBOURS[folderName(member)] ?? {}, folderName(target));
}

function mayNotPick(member: Member, target: Member, file: SourceFile): boolean {
  if (!member.published || file.kind !== "source") return false;
  return ENGINES.has(folderName(target)) && !Object.hasOwn(MAY_IMPORT_ENGINES, folderName(member));
}
