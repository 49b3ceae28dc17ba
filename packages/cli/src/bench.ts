export { renderBenchPage, type BenchPage } from "./lib/bench/bench-page.ts";
export { toSvg, type ChartOptions } from "./lib/bench/chart.ts";
export type { Change, Comparison } from "./lib/bench/compare.ts";
export type { Load, LoadCall, LoadReport, LoadRequest } from "./lib/bench/load.ts";
export { describeMachine, type Machine } from "./lib/bench/machine.ts";
export { noiseOf } from "./lib/bench/noise.ts";
export { toPartTable, type PartTable, type TableOptions } from "./lib/bench/part-table.ts";
export { cpuTime, ForeignLoad, residentBytes, type CpuTime } from "./lib/bench/process-usage.ts";
export {
  parseResults,
  type LeftOut,
  type Part,
  type Results,
  type Row,
  type Sample,
} from "./lib/bench/results.ts";
export { toRow } from "./lib/bench/rows.ts";
export { median, percentile, spreadOf, toFigure, type Figure } from "./lib/bench/statistics.ts";
export { verdictOf, type Verdict } from "./lib/bench/verdict.ts";
export { watchLoad, type LoadSample, type LoadUsage } from "./lib/bench/watch-load.ts";
export { runWrk } from "./lib/bench/wrk.ts";
