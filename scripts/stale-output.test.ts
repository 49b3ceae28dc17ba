import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Fixture } from "./rules/fixture.ts";
import { listBuiltTests, listUnbuiltTests, removeStaleOutput } from "./stale-output.ts";

test("built files whose source is gone are removed, the others stay", () => {
  using fixture = new Fixture({
    "packages/http/dist/lib/size.js": "",
    "packages/http/dist/lib/size.d.ts": "",
    "packages/http/dist/lib/gone.test.js": "",
    "packages/http/dist/lib/gone.test.js.map": "",
    "packages/http/dist/.tsbuildinfo": "",
    "benchmarks/bench.ts": "",
    "benchmarks/dist/bench.js": "",
  });
  const removed = removeStaleOutput(fixture.root).toSorted();
  assert.deepEqual(removed, [
    "packages/http/dist/lib/gone.test.js",
    "packages/http/dist/lib/gone.test.js.map",
  ]);
  assert.equal(existsSync(join(fixture.root, "packages/http/dist/lib/gone.test.js")), false);
  assert.equal(existsSync(join(fixture.root, "packages/http/dist/lib/size.js")), true);
  assert.equal(existsSync(join(fixture.root, "benchmarks/dist/bench.js")), true);
});

test("built tests are listed, and so are tests that were not built", () => {
  using fixture = new Fixture({
    "packages/http/src/lib/size.test.ts": "",
    "packages/http/src/lib/late.test.ts": "",
    "packages/http/dist/lib/size.test.js": "",
  });
  assert.deepEqual(listBuiltTests(fixture.root), ["packages/http/dist/lib/size.test.js"]);
  assert.deepEqual(listUnbuiltTests(fixture.root), ["packages/http/src/lib/late.test.ts"]);
});
