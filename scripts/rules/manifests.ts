import { type Manifest, type Member, type Problem, type Rule, type Workspace } from "./workspace.ts";

const PUBLISHED: Partial<Manifest> = {
  license: "MIT",
  type: "module",
  files: ["dist", "!dist/**/*.test.*", "!dist/**/*.test-d.*", "!dist/**/*.tsbuildinfo"],
  engines: { node: ">=22.15" },
};

const PRIVATE: Partial<Manifest> = { license: "MIT", type: "module", private: true, version: "0.0.0" };

/** Each package.json says the same about what is the same, and every project is built. */
export const manifests: Rule = {
  name: "manifests",
  check: (workspace) => [
    ...workspace.members.flatMap(checkUniform),
    ...workspace.members.flatMap(checkName),
    ...checkProjects(workspace),
  ],
};

function checkUniform(member: Member): Problem[] {
  const wanted = Object.entries(member.published ? PUBLISHED : PRIVATE);
  const given = member.manifest as Readonly<Record<string, unknown>>;
  return wanted
    .filter(([key, value]) => JSON.stringify(given[key]) !== JSON.stringify(value))
    .map(([key, value]) => ({
      file: `${member.folder}/package.json`,
      message: `"${key}" must be ${JSON.stringify(value)} (got ${JSON.stringify(given[key])}).`,
    }));
}

function checkName(member: Member): Problem[] {
  if (!member.published) return [];
  const folder = member.folder.replace(/^packages\//, "");
  const wanted = folder === "armature" ? folder : `@armature/${folder}`;
  if (member.name === wanted) return [];
  return [
    { file: `${member.folder}/package.json`, message: `"name" must be "${wanted}" (got "${member.name}").` },
  ];
}

/** A project that the root does not refer to is neither compiled nor checked. */
function checkProjects({ members, references, tracked }: Workspace): Problem[] {
  const loose = ["scripts", "benchmarks"].filter((folder) => hasSources(tracked, folder));
  const wanted = new Set([...members.map(({ folder }) => folder), ...loose]);
  return [...wanted]
    .filter((folder) => !references.includes(folder))
    .map((folder) => ({
      file: "tsconfig.json",
      message: `"references" lacks ${folder}; add it, or it is never compiled.`,
    }));
}

function hasSources(tracked: readonly string[], folder: string): boolean {
  return tracked.some((path) => path.startsWith(`${folder}/`) && path.endsWith(".ts"));
}
