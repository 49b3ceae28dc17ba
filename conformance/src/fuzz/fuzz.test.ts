import { describe, test } from "node:test";
import { PROPERTIES } from "./properties.ts";
import { tryProperty } from "./fuzz-property.ts";

/** Always the same inputs, so that a run is as good as the one before; `npm run fuzz` tries new ones. */
const SEED = 20_261;
const RUNS = 1000;

describe(`fuzz, seed ${SEED}, ${RUNS} runs each; npm run fuzz tries more`, () => {
  for (const property of PROPERTIES)
    test(property.name, async () => {
      await tryProperty(property, { seed: SEED, runs: RUNS, timeMs: Infinity });
    });
});
