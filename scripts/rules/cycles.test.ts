import assert from "node:assert/strict";
import { test } from "node:test";
import { cycles } from "./cycles.ts";
import { findings } from "./fixture.ts";

test("a cycle is found once, with its path", () => {
  const files = {
    "packages/http/src/lib/a.ts": 'import "./b.ts";\n',
    "packages/http/src/lib/b.ts": 'import "./c.ts";\n',
    "packages/http/src/lib/c.ts": 'import type {} from "./a.ts";\n',
  };
  const [found, ...others] = findings(cycles, files);
  assert.match(found ?? "", /lib\/a\.ts -> .*lib\/b\.ts -> .*lib\/c\.ts -> .*lib\/a\.ts/);
  assert.deepEqual(others, []);
});

test("a file that imports itself is a cycle", () => {
  assert.equal(findings(cycles, { "packages/http/src/lib/a.ts": 'import "./a.ts";\n' }).length, 1);
});

test("a cycle through another package is found", () => {
  const files = {
    "packages/http/src/lib/size.ts": 'import "@armature/engine";\nexport const size: string = "";\n',
  };
  assert.equal(findings(cycles, files).length, 1);
});

test("two ways to one file are no cycle", () => {
  const files = {
    "packages/http/src/lib/a.ts": 'import "./b.ts";\nimport "./c.ts";\n',
    "packages/http/src/lib/b.ts": 'import "./c.ts";\n',
    "packages/http/src/lib/c.ts": "export {};\n",
  };
  assert.deepEqual(findings(cycles, files), []);
});
