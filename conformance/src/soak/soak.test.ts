import assert from "node:assert/strict";
import { test } from "node:test";
import { ENGINE_NAMES, skippedOn } from "../engine-by-name.ts";
import { soak } from "./soak.ts";

const READINGS = 6;

for (const engine of ENGINE_NAMES)
  test(
    `memory (${engine}) is flat under all that clients do; npm run soak does it for minutes`,
    { timeout: 120_000, skip: skippedOn(engine) },
    async (t) => {
      let left = READINGS;
      const { readings, bytesPerRequest, faults } = await soak({
        engine,
        warmUp: 60,
        rounds: 30,
        next: () => --left > 0,
      });
      t.diagnostic(
        `${readings.at(-1)?.requests} requests, ${bytesPerRequest.toFixed(2)} bytes of heap for each`,
      );
      assert.deepEqual(faults, []);
    },
  );
