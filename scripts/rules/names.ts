import type { Problem, Rule, Workspace } from "./workspace.ts";

const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*$/;
const SAYS_NOTHING = new Set(["util", "utils", "helper", "helpers", "common", "misc", "shared", "stuff"]);

/** Files are called after what they hold, in kebab-case. */
export const names: Rule = {
  name: "names",
  check: (workspace) => sourcePaths(workspace).flatMap(checkPath),
};

function sourcePaths(workspace: Workspace): string[] {
  return [...workspace.scripts, ...workspace.members.flatMap((member) => member.files)].map(
    ({ path }) => path,
  );
}

function checkPath(path: string): Problem[] {
  const parts = path.replace(/\.ts$/, "").split("/");
  const empty = parts.find((part) => SAYS_NOTHING.has(part.replace(/\..*/, "")));
  const odd = parts.find((part) => !KEBAB_CASE.test(part));
  return [
    ...(empty === undefined ? [] : [`"${empty}" says nothing; name it after its main export.`]),
    ...(odd === undefined ? [] : [`"${odd}" is not kebab-case; rename it.`]),
  ].map((message) => ({ file: path, message }));
}
