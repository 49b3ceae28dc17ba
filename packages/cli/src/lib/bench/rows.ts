import type { Row, Sample } from "./results.ts";
import { toFigure } from "./statistics.ts";

/** The figures of one thing over its rounds. */
export function toRow(name: string, samples: readonly Sample[]): Row {
  const columns = Object.keys(samples[0] ?? {});
  return {
    name,
    figures: Object.fromEntries(
      columns.map((column) => [column, toFigure(samples.map((sample) => sample[column] ?? Number.NaN))]),
    ),
  };
}
