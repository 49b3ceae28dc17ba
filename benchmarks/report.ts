/**
 * Writes docs/benchmarks.md, its charts, and one page of all that opens without a network (benchmarks/results/report.html, which is
 * not kept), from the newest result file of each suite: `npm run bench:report`.
 *
 * Nobody edits a figure by hand: what stands in the page stands in a file of benchmarks/results.
 */
import { spawnSync } from "node:child_process";
import { globSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { renderBenchPage, type Results, toSvg } from "@armature/cli/bench";
import { readResults } from "./lib/result-file.ts";
import { BASE, toMarkdown } from "./lib/tables.ts";

const ROOT = join(import.meta.dirname, "..");
const HEAD = `# Benchmarks

Written by \`npm run bench:report\` from the files in \`benchmarks/results\`; how they are made stands in
[the guide](guides/benchmarks.md). Less is better in the first column, and tables are ordered by it; "of armature" is what a
line is of Armature's, and ▲ marks those that Armature is behind. A line says so where the machine was not quiet.

`;

const newest = new Map<string, { readonly file: string; readonly results: Results }>();
for (const file of globSync("benchmarks/results/*.json", { cwd: ROOT }).toSorted()) {
  const results = readResults(join(ROOT, file));
  if (results !== null) newest.set(results.suite, { file, results });
}
if (newest.size === 0)
  throw new Error("There are no results yet; run a suite first, e.g. npm run bench:http.");

const sections = [...newest.values()].map(({ file, results }) => {
  const charts = Object.entries(results.parts).map(([name, part]) => {
    const chart = `${basename(file, ".json")}-${name.replaceAll(/[^a-z0-9]+/g, "-")}.svg`;
    writeFileSync(
      join(ROOT, "benchmarks/results", chart),
      toSvg(part, { title: name, isOurs: (row) => row.startsWith(BASE) }),
    );
    return `[${name}](../benchmarks/results/${chart})`;
  });
  return `${toMarkdown(results)}\nFigures: [${basename(file)}](../${file}). Charts: ${charts.join(", ")}.\n`;
});
spawnSync(join(ROOT, "node_modules/.bin/oxfmt"), ["benchmarks/results"], { cwd: ROOT });
writeFileSync(join(ROOT, "docs/benchmarks.md"), HEAD + sections.join("\n"));
const runs = [...newest.values()].map(({ results }) => results);
writeFileSync(
  join(ROOT, "benchmarks/results/report.html"),
  renderBenchPage({ title: "Benchmarks of Armature", runs, base: BASE }),
);
process.stdout.write(`docs/benchmarks.md: ${[...newest.keys()].join(", ")}\n`);
