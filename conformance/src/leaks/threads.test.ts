import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { skippedOn } from "../engine-by-name.ts";
import { growthPerRequest } from "../soak/growth.ts";
import type { ThreadsReading } from "./threads.ts";

const ROUNDS = 100;

/** Readings while heaps find their size. */
const WARM_UP = 3;

/** Bytes that a round may leave behind; what one of its two threads shares with Rust is 900,000. */
const MOST_BYTES = 300_000;

test(
  `two native engines in threads that were started and stopped ${ROUNDS} times beside a third leave nothing behind`,
  { skip: skippedOn("native"), timeout: 300_000 },
  async (t) => {
    const program = join(import.meta.dirname, "threads.js");
    const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", program, String(ROUNDS)]);
    const readings = (JSON.parse(stdout) as ThreadsReading[]).slice(WARM_UP); // what the program prints
    const heaps = readings.map(({ round, residentBytes }) => ({ requests: round, heapBytes: residentBytes }));
    const bytes = growthPerRequest(heaps);
    t.diagnostic(`${Math.round(bytes)} bytes of resident memory for each round`);
    assert.ok(bytes < MOST_BYTES, `each round leaves ${Math.round(bytes)} bytes`);
    const [first, last] = [readings[0], readings.at(-1)];
    assert.equal(last?.descriptors, first?.descriptors);
    assert.deepEqual(last?.resources, first?.resources);
  },
);
