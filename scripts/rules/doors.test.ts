import assert from "node:assert/strict";
import { test } from "node:test";
import { doors } from "./doors.ts";
import { findings, manifest } from "./fixture.ts";

const MANIFEST = "packages/http/package.json";
const memory = { types: "./dist/memory.d.ts", default: "./dist/memory.js" };
const main = { types: "./dist/index.d.ts", default: "./dist/index.js" };

test("a door that package.json does not export is found", () => {
  const found = findings(doors, { "packages/http/src/memory.ts": "export {};\n" });
  assert.deepEqual(found, [
    `${MANIFEST}: src/memory.ts is no key of "exports"; add "./memory" or move it to src/lib.`,
  ]);
});

test("an export without a door is found", () => {
  const found = findings(doors, {
    [MANIFEST]: manifest("@armature/http", { exports: { ".": main, "./memory": memory } }),
  });
  assert.match(found.join(), /"exports" has \.\/memory, but src\/memory\.ts is not there/);
});

test("an export that leads elsewhere is found", () => {
  const found = findings(doors, {
    [MANIFEST]: manifest("@armature/http", { exports: { ".": "./dist/index.js" } }),
  });
  assert.match(found.join(), /"exports" must say \./);
});

test("tests and programs may stand beside the doors", () => {
  const files = {
    [MANIFEST]: manifest("@armature/http", { bin: { http: "./dist/bin.js" } }),
    "packages/http/src/bin.ts": "console.log(1);\n",
    "packages/http/src/index.test.ts": "export const a = 1;\n",
  };
  assert.deepEqual(findings(doors, files), []);
});

test("a door holds named re-exports only", () => {
  const text =
    'import "./lib/size.ts";\nexport * from "./lib/size.ts";\nexport const a = 1;\nexport { size } from "./lib/size.ts";\n';
  assert.equal(findings(doors, { "packages/http/src/index.ts": text }).length, 3);
});

test("a room outside of lib is found", () => {
  const found = findings(doors, { "packages/http/src/inner/size.ts": "export {};\n" });
  assert.match(found.join(), /inner\/size\.ts: Only doors stand outside src\/lib/);
});

test("a deep import into another package is found", () => {
  const found = findings(doors, { "packages/engine/src/lib/run.ts": 'import "@armature/http/lib/size";\n' });
  assert.match(found.join(), /"@armature\/http\/lib\/size" is no door of @armature\/http; its doors are \./);
});
