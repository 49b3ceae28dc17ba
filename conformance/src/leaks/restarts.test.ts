import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { ENGINE_NAMES, skippedOn } from "../engine-by-name.ts";
import type { RestartReport } from "./restarts.ts";

const TIMES = 50;

/** What the last applications may have left for the collector. */
const MOST_OBJECTS = 4;

/** What each may leave on the heap: code that is compiled meanwhile, and nothing that is as large as an application. */
const MOST_BYTES = 100_000;

for (const engine of ENGINE_NAMES)
  test(
    `an application (${engine}) that was started and stopped ${TIMES} times is gone each time, with all that it opened`,
    { skip: skippedOn(engine) },
    async (t) => {
      const program = join(import.meta.dirname, "restarts.js");
      const env = { ...process.env, ENGINE: engine };
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ["--expose-gc", program, String(TIMES)],
        { env },
      );
      const { before, after } = JSON.parse(stdout) as RestartReport; // what the program prints
      const bytes = (after.heapBytes - before.heapBytes) / TIMES;
      t.diagnostic(`${Math.round(bytes)} bytes of heap for each`);
      assert.ok(bytes < MOST_BYTES, `each leaves ${Math.round(bytes)} bytes of heap`);
      assert.deepEqual(after.listeners, before.listeners);
      assert.deepEqual(after.resources, before.resources);
      for (const [name, count] of Object.entries(after.objects))
        assert.ok(count <= (before.objects[name] ?? 0) + MOST_OBJECTS, `${count} ${name} are still reached`);
    },
  );
