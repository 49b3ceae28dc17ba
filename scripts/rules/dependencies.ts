import { floorOf, isAdapterPeer } from "./floors.ts";
import type { SourceFile } from "./source-file.ts";
import {
  isBuiltin,
  isRelative,
  type Manifest,
  type Member,
  memberNamed,
  packageOf,
  type Problem,
  type Rule,
  type Workspace,
} from "./workspace.ts";

/** The dependencies of a package.json are what is imported, no more and no less. */
export const dependencies: Rule = {
  name: "dependencies",
  check: (workspace) => [
    ...workspace.members.flatMap((member) => checkMember(workspace, member)),
    ...checkScripts(workspace),
    ...checkVersions(workspace),
  ],
};

function checkMember(workspace: Workspace, member: Member): Problem[] {
  return [
    ...checkMissing(workspace, member),
    ...checkUnused(member),
    ...checkReferences(workspace, member),
    ...checkGroundFloor(member),
  ];
}

function checkMissing(workspace: Workspace, member: Member): Problem[] {
  const atRunTime = runTimeNames(member.manifest);
  const inTests = new Set([
    ...atRunTime,
    ...namesOf(member.manifest.devDependencies),
    ...namesOf(workspace.rootManifest.devDependencies),
  ]);
  return member.files.flatMap((file) => {
    const [known, place] = isShipped(member, file)
      ? [atRunTime, "dependencies"]
      : [inTests, "devDependencies"];
    return missingIn(file, known, (name) =>
      name === member.name
        ? null
        : `"${name}" is not in "${place}" of ${member.folder}/package.json; add it.`,
    );
  });
}

/** Nobody installs a private package, so all that it needs is of one kind. */
function isShipped(member: Member, file: SourceFile): boolean {
  return member.published && file.kind === "source";
}

function checkScripts({ scripts, rootManifest }: Workspace): Problem[] {
  const known = new Set(namesOf(rootManifest.devDependencies));
  return scripts.flatMap((file) =>
    missingIn(file, known, (name) => `"${name}" is not in "devDependencies" of package.json; add it.`),
  );
}

function missingIn(
  file: SourceFile,
  known: ReadonlySet<string>,
  say: (name: string) => string | null,
): Problem[] {
  return file.imports.flatMap(({ specifier, line }) => {
    const name = externalName(specifier);
    if (name === null || known.has(name)) return [];
    const message = say(name);
    return message === null ? [] : [{ file: file.path, line, message }];
  });
}

function externalName(specifier: string): string | null {
  return isRelative(specifier) || isBuiltin(specifier) ? null : packageOf(specifier);
}

function checkUnused(member: Member): Problem[] {
  const { manifest, files } = member;
  const atRunTime = importedNames(files.filter((file) => !member.published || file.kind === "source"));
  const anywhere = importedNames(files);
  const peers = new Set(namesOf(manifest.peerDependencies));
  const unused = [
    ...namesOf(manifest.dependencies).filter((name) => !atRunTime.has(name)),
    ...[...peers].filter((name) => !anywhere.has(name)),
    ...namesOf(manifest.devDependencies).filter((name) => !anywhere.has(untyped(name)) && !peers.has(name)),
  ];
  const file = `${member.folder}/package.json`;
  return unused.map((name) => ({ file, message: unusedMessage(name, anywhere.has(name)) }));
}

function unusedMessage(name: string, inTests: boolean): string {
  return inTests
    ? `"${name}" is imported by tests only; move it to "devDependencies".`
    : `"${name}" is not imported; remove it.`;
}

/** "@types/pg" is there for "pg", "@types/a__b" for "@a/b". */
function untyped(name: string): string {
  if (!name.startsWith("@types/")) return name;
  const plain = name.slice("@types/".length);
  return plain.includes("__") ? `@${plain.replace("__", "/")}` : plain;
}

function importedNames(files: readonly SourceFile[]): Set<string> {
  const specifiers = files.flatMap((file) => file.imports.map((record) => record.specifier));
  return new Set(specifiers.map(externalName).filter((name) => name !== null));
}

/** `tsc -b` orders projects by their references, so these are the same list in another file. */
function checkReferences(workspace: Workspace, member: Member): Problem[] {
  const { manifest } = member;
  const names = [...runTimeNames(manifest), ...namesOf(manifest.devDependencies)];
  const wanted = new Set(names.flatMap((name) => memberNamed(workspace, name)?.folder ?? []));
  const given = new Set(member.references);
  const lacking = [...wanted].filter((folder) => !given.has(folder));
  const idle = [...given].filter((folder) => !wanted.has(folder));
  const file = `${member.folder}/tsconfig.json`;
  return [
    ...lacking.map((folder) => ({ file, message: `"references" lacks ${folder}; add it.` })),
    ...idle.map((folder) => ({
      file,
      message: `"references" has ${folder}, which is no dependency; remove it.`,
    })),
  ];
}

function checkGroundFloor(member: Member): Problem[] {
  if (floorOf(member) !== 0) return [];
  const { dependencies: direct, optionalDependencies, peerDependencies } = member.manifest;
  const peers = namesOf(peerDependencies).filter((name) => !isAdapterPeer(member, name));
  const names = [...namesOf(direct), ...namesOf(optionalDependencies), ...peers];
  return names.map((name) => ({
    file: `${member.folder}/package.json`,
    message: `Floor 0 has no runtime dependencies (got "${name}").`,
  }));
}

/** One version of each package in the whole workspace; our own go in lockstep. */
function checkVersions(workspace: Workspace): Problem[] {
  const versions = new Map<string, string>();
  for (const member of workspace.members) versions.set(member.name, member.manifest.version ?? "");
  const [first, ...others] = workspace.members.filter((member) => member.published);
  const apart = others.filter((member) => member.manifest.version !== first?.manifest.version);
  return [
    ...apart.map((member) => ({
      file: `${member.folder}/package.json`,
      message: `Version ${member.manifest.version} is not ${first?.manifest.version} as in ${first?.name}; packages go in lockstep.`,
    })),
    ...workspace.members.flatMap((member) => checkRanges(member, versions)),
  ];
}

function checkRanges(member: Member, versions: Map<string, string>): Problem[] {
  const { dependencies: direct, devDependencies } = member.manifest;
  const ranges = [...Object.entries(direct ?? {}), ...Object.entries(devDependencies ?? {})];
  return ranges.flatMap(([name, range]) => {
    const known = versions.get(name) ?? range;
    versions.set(name, known);
    const message = `"${name}" is ${range} here and ${known} elsewhere; use one exact version.`;
    return range === known ? [] : [{ file: `${member.folder}/package.json`, message }];
  });
}

function runTimeNames(manifest: Manifest): Set<string> {
  const { dependencies: direct, peerDependencies, optionalDependencies } = manifest;
  return new Set([...namesOf(direct), ...namesOf(peerDependencies), ...namesOf(optionalDependencies)]);
}

function namesOf(record: Readonly<Record<string, string>> | undefined): string[] {
  return Object.keys(record ?? {});
}
