import { CliError } from "../cli-error.ts";
import { findAutocannon } from "./autocannon.ts";
import type { LoadGenerator } from "./load.ts";
import { findWrk, runWrk } from "./wrk.ts";

/** The load generators that a call may ask for, the better one first. */
export const GENERATORS = ["wrk", "autocannon"] as const;

/** One of {@link GENERATORS}. */
export type GeneratorName = (typeof GENERATORS)[number];

const FINDERS: Readonly<Record<GeneratorName, () => Promise<LoadGenerator | null>>> = {
  wrk: async () => {
    const version = await findWrk();
    return version === null ? null : { name: `wrk ${version}`, run: async (call) => await runWrk(call) };
  },
  autocannon: findAutocannon,
};

/**
 * The load generator to use: the one that is asked for, or the first that is there.
 * @throws CliError `E_CLI_BENCH_GENERATOR` where it is not there
 */
export async function findGenerator(wanted: GeneratorName | null): Promise<LoadGenerator> {
  for (const name of wanted === null ? GENERATORS : [wanted]) {
    const found = await FINDERS[name]();
    if (found !== null) return found;
  }
  throw new CliError(
    "E_CLI_BENCH_GENERATOR",
    `There is no ${wanted ?? "load generator"} here; install wrk (on Debian: apt-get install wrk, on macOS: brew install wrk), or autocannon (npm install --save-dev autocannon).`,
  );
}
