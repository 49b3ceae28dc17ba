import assert from "node:assert/strict";
import { test } from "node:test";
import { dependencies } from "./dependencies.ts";
import { findings, manifest } from "./fixture.ts";

const ENGINE = "packages/engine/package.json";
const HTTP = { "@armature/http": "0.1.0" };

function engine(own: object): object {
  return manifest("@armature/engine", { dependencies: HTTP, ...own });
}

test("an import that package.json lacks is found", () => {
  const found = findings(dependencies, {
    "packages/engine/src/lib/extra.ts": 'import type { A } from "pino/deep";\n',
  });
  assert.deepEqual(found, [
    `packages/engine/src/lib/extra.ts: "pino" is not in "dependencies" of ${ENGINE}; add it.`,
  ]);
});

test("source must not live on dev dependencies, tests may", () => {
  const files = {
    [ENGINE]: engine({ devDependencies: { undici: "8.0.0" } }),
    "packages/engine/src/lib/extra.test.ts": 'import "undici";\nimport "fast-check";\n',
  };
  assert.deepEqual(findings(dependencies, files), []);
  const found = findings(dependencies, {
    ...files,
    "packages/engine/src/lib/extra.ts": 'import "undici";\n',
  });
  assert.match(found.join(), /"undici" is not in "dependencies"/);
});

test("in a private package both kinds are the same", () => {
  const files = {
    "examples/small/package.json": manifest("small", {
      dependencies: { pino: "1.0.0" },
      devDependencies: { undici: "8.0.0" },
    }),
    "examples/small/src/main.ts": 'import "undici";\n',
    "examples/small/src/main.test.ts": 'import "pino";\n',
  };
  assert.deepEqual(findings(dependencies, files), []);
});

test("a dependency that nobody imports is found", () => {
  const found = findings(dependencies, {
    [ENGINE]: engine({ dependencies: { ...HTTP, pino: "1.0.0" }, devDependencies: { undici: "8.0.0" } }),
  });
  assert.match(
    found.join("\n"),
    /"pino" is not imported; remove it\.\n.*"undici" is not imported; remove it/,
  );
});

test("a dependency that only tests import is found", () => {
  const files = {
    [ENGINE]: engine({ dependencies: { ...HTTP, pino: "1.0.0" } }),
    "packages/engine/src/lib/extra.test.ts": 'import "pino";\n',
  };
  assert.match(findings(dependencies, files).join(), /"pino" is imported by tests only/);
});

test("types of a library that is imported are used", () => {
  const files = {
    [ENGINE]: engine({ dependencies: { ...HTTP, pg: "8.0.0" }, devDependencies: { "@types/pg": "8.0.0" } }),
    "packages/engine/src/lib/extra.ts": 'import "pg";\n',
  };
  assert.deepEqual(findings(dependencies, files), []);
});

test("references and dependencies are one list", () => {
  const found = findings(dependencies, {
    "packages/engine/tsconfig.json": { references: [{ path: "../router" }] },
  });
  assert.match(
    found.join("\n"),
    /lacks packages\/http; add it\.\n.*has packages\/router, which is no dependency/,
  );
});

test("floor 0 has no runtime dependencies", () => {
  const files = {
    "packages/http/package.json": manifest("@armature/http", { dependencies: { pino: "1.0.0" } }),
    "packages/http/src/lib/size.ts": 'import "pino";\n',
  };
  assert.match(findings(dependencies, files).join(), /Floor 0 has no runtime dependencies \(got "pino"\)/);
});

test("packages go in lockstep", () => {
  const found = findings(dependencies, {
    "packages/router/package.json": manifest("@armature/router", { version: "0.2.0" }),
  });
  assert.match(found.join(), /Version 0\.2\.0 is not 0\.1\.0/);
});

test("a range beside the workspace's own version is found", () => {
  const found = findings(dependencies, {
    [ENGINE]: engine({ dependencies: { "@armature/http": "^0.1.0" } }),
  });
  assert.match(found.join(), /"@armature\/http" is \^0\.1\.0 here and 0\.1\.0 elsewhere/);
});

test("two versions of one library are found", () => {
  const files = {
    [ENGINE]: engine({ devDependencies: { undici: "8.0.0" } }),
    "packages/router/package.json": manifest("@armature/router", { devDependencies: { undici: "8.0.1" } }),
    "packages/engine/src/lib/extra.test.ts": 'import "undici";\n',
    "packages/router/src/lib/extra.test.ts": 'import "undici";\n',
  };
  assert.match(findings(dependencies, files).join(), /"undici" is 8\.0\.1 here and 8\.0\.0 elsewhere/);
});

test("what scripts import stands in the root's package.json", () => {
  const found = findings(dependencies, { "scripts/release.ts": 'import "semver";\nimport "fast-check";\n' });
  assert.deepEqual(found, [
    'scripts/release.ts: "semver" is not in "devDependencies" of package.json; add it.',
  ]);
});
