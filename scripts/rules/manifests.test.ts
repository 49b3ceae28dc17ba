import assert from "node:assert/strict";
import { test } from "node:test";
import { findings, manifest } from "./fixture.ts";
import { manifests } from "./manifests.ts";

const HTTP = "packages/http/package.json";

test("what all packages share must be the same", () => {
  for (const [own, message] of [
    [{ type: "commonjs" }, /"type" must be "module" \(got "commonjs"\)/],
    [{ engines: { node: ">=20" } }, /"engines" must be/],
    [{ files: ["dist"] }, /"files" must be/],
    [{ license: "ISC" }, /"license" must be "MIT"/],
  ] as const)
    assert.match(findings(manifests, { [HTTP]: manifest("@armature/http", own) }).join(), message);
});

test("a package is called after its folder", () => {
  assert.match(
    findings(manifests, { [HTTP]: manifest("@armature/web") }).join(),
    /"name" must be "@armature\/http"/,
  );
});

test("examples are private", () => {
  const found = findings(manifests, { "examples/small/package.json": manifest("small") });
  assert.match(found.join("\n"), /"private" must be true/);
});

test("a project that the root does not refer to is found", () => {
  const found = findings(manifests, {
    "scripts/release.ts": "export {};\n",
    "tsconfig.json": { references: [] },
  });
  assert.equal(found.length, 4);
  assert.match(found.join("\n"), /lacks scripts/);
});

test("benchmarks are a project as soon as there are some", () => {
  assert.match(findings(manifests, { "benchmarks/http/compare.ts": "" }).join(), /lacks benchmarks/);
});
