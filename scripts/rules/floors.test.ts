import assert from "node:assert/strict";
import { test } from "node:test";
import { findings, manifest } from "./fixture.ts";
import { floors } from "./floors.ts";

const ROOM = "packages/http/src/lib/size.ts";

test("a neighbour must not be imported, not even for its types", () => {
  const [found, ...others] = findings(floors, { [ROOM]: 'import type { A } from "@armature/router";\n' });
  assert.match(
    found ?? "",
    /size\.ts: @armature\/http \(floor 0\) must not import @armature\/router \(floor 0\)/,
  );
  assert.deepEqual(others, []);
});

test("an import type expression counts as an import", () => {
  const found = findings(floors, { [ROOM]: 'export type A = import("@armature/engine").A;\n' });
  assert.match(found.join(), /\(floor 0\) must not import @armature\/engine \(floor 1\)/);
});

test("a re-export and a dynamic import count as imports", () => {
  const files = { [ROOM]: 'export * from "@armature/router";\nvoid import("@armature/engine");\n' };
  assert.equal(findings(floors, files).length, 2);
});

test("tests keep to the floors too", () => {
  const found = findings(floors, { "packages/http/src/lib/size.test.ts": 'import "@armature/engine";\n' });
  assert.match(found.join(), /must not import @armature\/engine/);
});

test("floor 0 imports neither Node nor libraries", () => {
  const found = findings(floors, { [ROOM]: 'import "node:fs";\nimport "zod";\n' });
  assert.match(found[0] ?? "", /imports nothing of Node \(got "node:fs"\)/);
  assert.match(found[1] ?? "", /imports nothing \(got "zod"\)/);
});

test("tests of floor 0 may use Node and libraries", () => {
  const text = 'import "node:fs";\nimport "fast-check";\n';
  const files = { "packages/http/src/lib/size.test.ts": text, "packages/http/src/lib/size.test-d.ts": text };
  assert.deepEqual(findings(floors, files), []);
});

test("a relative path must not leave its package", () => {
  const found = findings(floors, { [ROOM]: 'import "../../../router/src/index.ts";\n' });
  assert.match(found.join(), /leaves the package/);
});

test("a package must not import itself by name", () => {
  assert.match(findings(floors, { [ROOM]: 'import "@armature/http";\n' }).join(), /imports itself by name/);
});

test("a package without a floor is asked for one", () => {
  const found = findings(floors, { "packages/novelty/package.json": manifest("@armature/novelty") });
  assert.match(found.join(), /packages\/novelty has no floor/);
});

test("core takes its engine as an argument", () => {
  const files = {
    "packages/core/package.json": manifest("@armature/core"),
    "packages/core/src/index.ts": 'export { a } from "@armature/engine";\n',
  };
  assert.match(
    findings(floors, files).join(),
    /core \(floor 1\) must not import @armature\/engine \(floor 1\)/,
  );
});

test("the native engine may import its neighbour, and nobody else may", () => {
  const importing = (folder: string, target: string): object => ({
    [`packages/${folder}/package.json`]: manifest(`@armature/${folder}`),
    [`packages/${folder}/src/index.ts`]: `export { a } from "@armature/${target}";\n`,
  });
  assert.deepEqual(findings(floors, { ...importing("engine-native", "engine") }), []);
  const core = { "packages/core/package.json": manifest("@armature/core") };
  assert.match(
    findings(floors, { ...core, ...importing("engine-native", "core") }).join(),
    /must not import/,
  );
});

test("only testing and the third floor pick an engine", () => {
  const importing = (folder: string): object => ({
    [`packages/${folder}/package.json`]: manifest(`@armature/${folder}`),
    [`packages/${folder}/src/index.ts`]: 'export { a } from "@armature/engine";\n',
  });
  assert.match(findings(floors, { ...importing("websocket") }).join(), /must not import an engine/);
  assert.deepEqual(findings(floors, { ...importing("testing"), ...importing("cli") }), []);
});
