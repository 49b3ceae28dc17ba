import { readFileSync } from "node:fs";
import { join } from "node:path";
import { lineAt } from "./source-file.ts";
import type { Problem, Rule } from "./workspace.ts";

// Written in pieces, so that this file does not break its own rule.
const HOMES = ["home", "root", "work", "Users"].join("|");
const FORBIDDEN: readonly { readonly pattern: RegExp; readonly message: string }[] = [
  { pattern: new RegExp(`(?<![\\w.@*~-])/(${HOMES})/`), message: "names a path of one machine" },
  { pattern: /"resolved": *"https?:/, message: "names a registry; see .npmrc" },
  {
    pattern: /https?:\/\/[\w.-]*(registry|artifactory|nexus|verdaccio)[\w.-]*/i,
    message: "names a registry host",
  },
  { pattern: /^\s*(@[\w-]+:)?registry\s*=/m, message: "chooses a registry; that belongs to the machine" },
];

/** Nothing that is committed depends on one machine, and nothing that is built is committed. */
export const portable: Rule = {
  name: "portable",
  check: ({ root, tracked }) => tracked.flatMap((file) => [...checkPlace(file), ...checkText(root, file)]),
};

function checkPlace(file: string): Problem[] {
  const built = /(^|\/)(dist|node_modules)\/|\.tsbuildinfo$/.test(file);
  return built ? [{ file, message: "Built files are not committed; remove it from git." }] : [];
}

function checkText(root: string, file: string): Problem[] {
  const text = readFileSync(join(root, file), "latin1");
  if (text.includes("\0")) return [];
  return FORBIDDEN.flatMap(({ pattern, message }) => {
    const match = pattern.exec(text);
    if (match === null) return [];
    return [{ file, line: lineAt(text, match.index + 1), message: `"${match[0].trim()}" ${message}.` }];
  });
}
