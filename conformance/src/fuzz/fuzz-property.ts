import * as fc from "fast-check";

/** How long and from which seed properties are tried. */
export interface FuzzOptions {
  /** The same seed tries the same inputs, on every machine. */
  readonly seed: number;
  /** Inputs that each property is tried with, unless its time is over before. */
  readonly runs: number;
  /** Milliseconds for each property; `Infinity` for as long as the runs take. */
  readonly timeMs: number;
  /** Where the input of a failure lies, as its report says it: tries that one alone. */
  readonly path?: string | undefined;
}

/** Something that holds for every input. */
export interface FuzzProperty {
  readonly name: string;
  /** What one input costs in relation to the cheapest; the runs are divided by it. Default 1. */
  readonly cost?: number;
  /** Makes the property; what it needs to run lives until `dispose`. */
  open(): Promise<OpenProperty>;
}

/** A property with what it runs on. */
export interface OpenProperty extends AsyncDisposable {
  readonly property: fc.IAsyncProperty<unknown>;
}

/**
 * Tries a property; throws with the smallest input that breaks it, the seed and the path to it.
 * @returns how many inputs were tried
 */
export async function tryProperty(property: FuzzProperty, options: FuzzOptions): Promise<number> {
  await using opened = await property.open();
  const { seed, timeMs, path } = options;
  const details = await fc.check(opened.property, {
    seed,
    numRuns: Math.max(1, Math.ceil(options.runs / (property.cost ?? 1))),
    ...(path === undefined ? null : { path }),
    ...(Number.isFinite(timeMs) ? { interruptAfterTimeLimit: timeMs, markInterruptAsFailure: false } : null),
  });
  if (details.failed)
    throw new Error(await fc.asyncDefaultReportMessage(details), { cause: details.errorInstance });
  return details.numRuns;
}

/** A property that runs on nothing. */
export function pure(property: fc.IAsyncProperty<unknown>): OpenProperty {
  return { property, [Symbol.asyncDispose]: async () => {} };
}
