import type { Row } from "./results.ts";
import { spreadOf } from "./statistics.ts";

const QUIET_CORES = 0.15;
const QUIET_SPREAD = 0.1;

/** What a reader must know before believing the figures; empty for a quiet run. */
export function noiseOf(rows: readonly Row[], foreignCores: number): string[] {
  const busy =
    foreignCores > QUIET_CORES
      ? [`Other processes kept ${foreignCores.toFixed(2)} cores busy; measure again on a quiet machine.`]
      : [];
  const wide = rows.flatMap(({ name, figures }) => {
    const [first] = Object.entries(figures);
    if (first === undefined || spreadOf(first[1]) <= QUIET_SPREAD) return [];
    return [`The rounds of ${name} lie ±${Math.round(spreadOf(first[1]) * 100)} % apart (${first[0]}).`];
  });
  return [...busy, ...wide];
}
