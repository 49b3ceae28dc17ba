import type { CliIo } from "../commands/command.ts";
import { toTable } from "../commands/table.ts";
import { renderBenchPage } from "./bench-page.ts";
import { toSvg } from "./chart.ts";
import { type Comparison, toCompareTable } from "./compare.ts";
import { toPartTable } from "./part-table.ts";
import type { Results } from "./results.ts";
import type { Outputs } from "./settings.ts";
import { writeWhole } from "./write-whole.ts";

/** What charts of loads show; a column that a run does not have is left out. */
const CHARTS = ["CPU us/request", "requests/s", "p99 ms"];

/** The tables of a run, and of its comparison, for a terminal. */
export function printRun(io: CliIo, run: Results, comparison: Comparison | null): void {
  for (const part of Object.values(run.parts)) {
    const { heads, rows, notes } = toPartTable(part, { spread: "all" });
    io.out(toTable([heads, ...rows]));
    io.out(notes.map((note) => `- ${note}\n`).join(""));
  }
  if (comparison === null) return;
  io.out(`\n${toTable(toCompareTable(comparison))}`);
  io.out(comparison.notes.map((note) => `- ${note}\n`).join(""));
}

/** Writes the files that were asked for, each whole. */
export async function writeOutputs(
  { json, svg, html }: Outputs,
  run: Results,
  comparison: Comparison | null,
): Promise<void> {
  if (json !== null) await writeWhole(json, `${JSON.stringify(run, null, 2)}\n`);
  if (svg !== null) await writeWhole(svg, chartOf(run));
  if (html !== null)
    await writeWhole(
      html,
      renderBenchPage({
        title: `Benchmark of ${run.options["program"] ?? "a server"}`,
        runs: [run],
        charts: chartsOf(run),
        comparison: comparison ?? undefined,
      }),
    );
}

function chartOf(run: Results): string {
  const [[title, part] = ["", null]] = Object.entries(run.parts);
  return part === null ? "" : toSvg(part, { title, columns: chartsOf(run) });
}

function chartsOf({ parts }: Results): string[] {
  const figures = Object.values(parts)[0]?.rows[0]?.figures ?? {};
  return CHARTS.filter((column) => figures[column] !== undefined);
}
