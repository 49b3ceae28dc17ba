import { escapeHtml } from "../escape-html.ts";
import { toSvg } from "./chart.ts";
import { type Comparison, toCompareTable } from "./compare.ts";
import { toPartTable } from "./part-table.ts";
import type { Part, Results } from "./results.ts";

/** What stands on a page. */
export interface BenchPage {
  readonly title: string;
  readonly runs: readonly Results[];
  /** The row of each table that the others are held against. */
  readonly base?: string | undefined;
  /** The columns of each part that are drawn. Default: the first. */
  readonly charts?: readonly string[] | undefined;
  readonly comparison?: Comparison | undefined;
}

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; color: #0f172a; background: #fff; }
table { border-collapse: collapse; display: block; overflow-x: auto; margin: 1rem 0; font-variant-numeric: tabular-nums; }
th, td { padding: 0.25rem 0.75rem; border-bottom: 1px solid #e2e8f0; text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
table.facts td { text-align: left; white-space: normal; }
svg { max-width: 100%; height: auto; }
.worse { color: #b91c1c; font-weight: 600; } .better { color: #15803d; }
`;

/** Runs as one page with tables, charts, and what they were measured on; it opens without a network. */
export function renderBenchPage({ title, runs, base, charts, comparison }: BenchPage): string {
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body>`,
    `<h1>${escapeHtml(title)}</h1>`,
    ...(comparison === undefined ? [] : [renderComparison(comparison)]),
    ...runs.map((run) => renderRun(run, { base, charts })),
    "</body></html>\n",
  ].join("\n");
}

function renderRun(run: Results, page: Pick<BenchPage, "base" | "charts">): string {
  const { suite, parts } = run;
  return [
    `<h2>${escapeHtml(suite)}</h2>`,
    renderFacts(factsOf(run)),
    ...Object.entries(parts).map(([name, part]) => renderPart(name, part, page)),
  ].join("\n");
}

/** What a run was measured on, and how, for people. */
function factsOf({ date, machine, options, versions }: Results): (readonly [name: string, value: string])[] {
  const { cpu, cores, memoryGb, system, node, loadAverage, pinned } = machine;
  return [
    ["Date", date],
    ["Machine", `${cpu}, ${cores} cores, ${memoryGb} GB, ${system}, Node ${node}`],
    ["Load average before", String(loadAverage)],
    [
      "Cores",
      pinned ? "one for the server, one for the load generator" : "shared by server and load generator",
    ],
    ["Settings", toList(options)],
    ["Versions", toList(versions)],
  ];
}

function toList(record: Readonly<Record<string, string | number>>): string {
  return Object.entries(record)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}

function renderFacts(facts: readonly (readonly [name: string, value: string])[]): string {
  const rows = facts.map(([name, value]) => `<tr><th>${name}</th><td>${escapeHtml(value)}</td></tr>`);
  return `<table class="facts">${rows.join("")}</table>`;
}

function renderPart(name: string, part: Part, { base, charts }: Pick<BenchPage, "base" | "charts">): string {
  const { heads, rows, notes } = toPartTable(part, { base, spread: "all" });
  const isOurs = base === undefined ? undefined : (row: string): boolean => row.startsWith(base);
  return [
    `<h3>${escapeHtml(name)}</h3>`,
    toSvg(part, { title: name, ...(charts && { columns: charts }), ...(isOurs && { isOurs }) }),
    renderTable(heads, rows),
    renderNotes(notes),
  ].join("\n");
}

function renderComparison(comparison: Comparison): string {
  const [heads = [], ...rows] = toCompareTable(comparison);
  return ["<h2>Against the base</h2>", renderTable(heads, rows), renderNotes(comparison.notes)].join("\n");
}

function renderTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return [
    `<table><tr>${heads.map((head) => `<th>${escapeHtml(head)}</th>`).join("")}</tr>`,
    ...rows.map((cells) => `<tr>${cells.map(renderCell).join("")}</tr>`),
    "</table>",
  ].join("\n");
}

function renderCell(text: string): string {
  const isVerdict = text === "worse" || text === "better";
  return `<td${isVerdict ? ` class="${text}"` : ""}>${escapeHtml(text)}</td>`;
}

function renderNotes(notes: readonly string[]): string {
  if (notes.length === 0) return "";
  return `<ul>${notes.map((note) => `<li>${escapeHtml(note)}</li>`).join("")}</ul>`;
}
