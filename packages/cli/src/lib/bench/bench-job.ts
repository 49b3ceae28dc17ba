import type { LoadPlan } from "./settings.ts";
import type { Progress } from "./progress.ts";
import type { LeftOut, Row } from "./results.ts";
import type { Target } from "./targets.ts";

/** What is measured, whichever way. */
export interface BenchJob {
  readonly folder: string;
  readonly targets: readonly Target[];
  readonly plan: LoadPlan;
  readonly allowErrors: boolean;
  readonly progress: Progress;
  /** Aborts when the user has had enough. */
  readonly signal: AbortSignal;
}

/** The figures of a run. */
export interface Measured {
  readonly rows: readonly Row[];
  readonly leftOut: readonly LeftOut[];
  readonly noise: readonly string[];
}
