import assert from "node:assert/strict";
import { test } from "node:test";
import { soak } from "./soak.ts";

const READINGS = 6;

test(
  "memory is flat under all that clients do; npm run soak does it for minutes",
  { timeout: 120_000 },
  async (t) => {
    let left = READINGS;
    const { readings, bytesPerRequest, faults } = await soak({
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
