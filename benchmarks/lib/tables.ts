import { type Part, type Results, toPartTable } from "@armature/cli/bench";

/** What the others are held against. */
export const BASE = "armature";

/** A result file as Markdown: what it was measured on, and a table for each part. */
export function toMarkdown(results: Results): string {
  const { machine, date, options, versions } = results;
  const head = [
    `## ${results.suite}\n`,
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.system}, Node ${machine.node}; ${date.slice(0, 10)}.`,
    machine.pinned
      ? "Server and load generator have a core each."
      : "Server and load generator share the cores.",
    `Load average before: ${machine.loadAverage}. Options: ${toList(options)}. Versions: ${toList(versions)}.\n`,
  ];
  const parts = Object.entries(results.parts).map(
    ([name, part]) => `### ${name}\n\n${toMarkdownTable(part)}`,
  );
  return [...head, ...parts].join("\n");
}

function toList(record: Readonly<Record<string, string | number>>): string {
  return Object.entries(record)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}

/** The lines of a part from the best to the last, each beside what it is of Armature's. */
export function toMarkdownTable(part: Part): string {
  const { heads, rows, notes } = toPartTable(part, { base: BASE });
  const lines = [heads, heads.map((_head, at) => (at ? "---:" : "---")), ...rows];
  const list = notes.length > 0 ? `\n${notes.map((note) => `- ${note}\n`).join("")}` : "";
  return `${lines.map((cells) => `| ${cells.join(" | ")} |\n`).join("")}${list}`;
}
