import type { Part, Results } from "./result-file.ts";
import { type Figure, spreadOf } from "./statistics.ts";

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
  const parts = Object.entries(results.parts).map(([name, part]) => `### ${name}\n\n${toPartTable(part)}`);
  return [...head, ...parts].join("\n");
}

function toList(record: Readonly<Record<string, string | number>>): string {
  return Object.entries(record)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}

/** The lines of a part from the best to the last, each beside what it is of Armature's. */
export function toPartTable({ rows, leftOut, noise }: Part): string {
  const columns = Object.keys(rows[0]?.figures ?? {});
  const [first = ""] = columns;
  const sorted = rows.toSorted((a, b) => valueOf(a.figures[first]) - valueOf(b.figures[first]));
  const base = valueOf(rows.find(({ name }) => name === "armature")?.figures[first]);
  const hasBase = !Number.isNaN(base);
  const lines = sorted.map(({ name, figures }) => {
    const cells = columns.map((column) => toNumber(valueOf(figures[column])));
    const spread = figures[first] === undefined ? "" : `±${(spreadOf(figures[first]) * 100).toFixed(0)} %`;
    const ratio = hasBase ? [(valueOf(figures[first]) / base).toFixed(2)] : [];
    return `| ${[name, ...cells.slice(0, 1), spread, ...ratio, ...cells.slice(1)].join(" | ")} |`;
  });
  const heads = ["", first, "spread", ...(hasBase ? ["of armature"] : []), ...columns.slice(1)];
  const notes = [
    ...leftOut.map(({ name, why }) => `- Left out: ${name}. ${why}`),
    ...noise.map((note) => `- Noise: ${note}`),
  ];
  const table = [
    `| ${heads.join(" | ")} |`,
    `| ${heads.map((_h, at) => (at ? "---:" : "---")).join(" | ")} |`,
  ];
  return `${[...table, ...lines].join("\n")}\n${notes.length > 0 ? `\n${notes.join("\n")}\n` : ""}`;
}

function valueOf(figure: Figure | undefined): number {
  return figure?.median ?? Number.NaN;
}

function toNumber(value: number): string {
  if (Number.isNaN(value)) return "";
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en");
  return Number(value.toPrecision(3)).toString();
}
