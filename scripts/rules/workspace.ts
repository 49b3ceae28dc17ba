import { execFileSync } from "node:child_process";
import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, sep } from "node:path";
import { parseSourceFile, type SourceFile } from "./source-file.ts";

/** The repository as plain data: what the rules look at. */
export interface Workspace {
  readonly root: string;
  readonly rootManifest: Manifest;
  readonly members: readonly Member[];
  /** Files of scripts/, which belong to the root package. */
  readonly scripts: readonly SourceFile[];
  /** Projects that the tsconfig.json of the root refers to, from the root. */
  readonly references: readonly string[];
  /** Every file that is, or would be, committed; from the root, with "/". */
  readonly tracked: readonly string[];
}

/** One package of the workspace. */
export interface Member {
  /** From the root, e.g. "packages/http". */
  readonly folder: string;
  /** Whether it stands in packages/ and is meant to be published. */
  readonly published: boolean;
  readonly name: string;
  readonly manifest: Manifest;
  /** Folders of the projects that its tsconfig.json refers to, from the root. */
  readonly references: readonly string[];
  readonly files: readonly SourceFile[];
}

/** The members of a package.json that rules care about. */
export interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly private?: boolean;
  readonly type?: string;
  readonly license?: string;
  readonly files?: readonly string[];
  readonly sideEffects?: unknown;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly bin?: string | Readonly<Record<string, string>>;
  readonly engines?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** What a rule found, and how to mend it. */
export interface Problem {
  /** From the root. */
  readonly file: string;
  readonly line?: number;
  readonly message: string;
}

/** One rule of the repository. */
export interface Rule {
  readonly name: string;
  check(workspace: Workspace): Problem[];
}

const NOT_WRITTEN = new Set(["node_modules", "dist", ".git"]);
const MEMBER_GLOBS = ["packages/*", "conformance", "examples/*", "benchmarks"];

/** Reads everything that the rules look at, once. */
export function readWorkspace(root: string): Workspace {
  const manifests = MEMBER_GLOBS.flatMap((glob) =>
    globSync(`${glob}/package.json`, { cwd: root }),
  ).toSorted();
  return {
    root,
    rootManifest: readJson(join(root, "package.json")) as Manifest,
    members: manifests.map((path) => readMember(root, toPosix(dirname(path)))),
    scripts: readSources(root, "scripts"),
    references: readReferences(root, "."),
    tracked: listTracked(root),
  };
}

/** Finds a member by its package name. */
export function memberNamed(workspace: Workspace, name: string): Member | undefined {
  return workspace.members.find((member) => member.name === name);
}

/** The package part of a bare specifier: "@a/b/c" belongs to "@a/b". */
export function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

/** Whether a specifier is a path inside a package. */
export function isRelative(specifier: string): boolean {
  return specifier.startsWith(".") || specifier.startsWith("/");
}

/** Whether a specifier names a module of Node itself. */
export function isBuiltin(specifier: string): boolean {
  return specifier.startsWith("node:");
}

/** The file that a relative specifier means, from the root. */
export function resolveRelative(file: SourceFile, specifier: string): string {
  return posix.normalize(posix.join(posix.dirname(file.path), specifier));
}

function readMember(root: string, folder: string): Member {
  const manifest = readJson(join(root, folder, "package.json")) as Manifest;
  return {
    folder,
    published: folder.startsWith("packages/"),
    name: manifest.name ?? folder,
    manifest,
    references: readReferences(root, folder),
    files: readSources(root, existsSync(join(root, folder, "src")) ? `${folder}/src` : folder),
  };
}

function readReferences(root: string, folder: string): string[] {
  const path = join(root, folder, "tsconfig.json");
  if (!existsSync(path)) return [];
  const { references = [] } = readJson(path) as { references?: { path: string }[] };
  return references.map((reference) => posix.normalize(posix.join(folder, reference.path)));
}

function readSources(root: string, folder: string): SourceFile[] {
  const paths = listFiles(root, folder).filter((path) => path.endsWith(".ts"));
  return paths.map((path) => parseSourceFile(path, readFileSync(join(root, path), "utf8")));
}

/** In a checkout what git would commit; elsewhere (a tarball, a test's folder) what is there. */
function listTracked(root: string): string[] {
  if (existsSync(join(root, ".git"))) {
    const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
      cwd: root,
      encoding: "utf8",
    });
    return listed.split("\0").filter((path) => path !== "" && existsSync(join(root, path)));
  }
  return listFiles(root, "");
}

/** Every file below a folder that nobody built or installed, sorted. */
function listFiles(root: string, folder: string): string[] {
  const path = join(root, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !NOT_WRITTEN.has(entry.name))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const inner = posix.join(folder, entry.name);
      return entry.isDirectory() ? listFiles(root, inner) : [inner];
    });
}

/** Reads a JSON file; what it holds is for the caller to say. */
export function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new Error(`${path} cannot be read as JSON`, { cause: error });
  }
}

function toPosix(path: string): string {
  return path.split(sep).join("/");
}
