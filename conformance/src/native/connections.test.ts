import { describe, test } from "node:test";
import { tryProperty } from "../fuzz/fuzz-property.ts";
import { CONNECTION_PROPERTIES, NATIVE } from "./connection-properties.ts";
import { FRAME_PROPERTIES } from "./frame-properties.ts";

/** Always the same inputs, so that a run is as good as the one before; `npm run fuzz:native` tries new ones. */
const SEED = 20_263;
const RUNS = 2000;

const skip = NATIVE.missing ?? false;

describe(`the native engine and the TypeScript engine, seed ${SEED}`, { skip }, () => {
  for (const property of [...CONNECTION_PROPERTIES, ...FRAME_PROPERTIES])
    test(property.name, async () => {
      await tryProperty(property, { seed: SEED, runs: RUNS, timeMs: Infinity });
    });
});
