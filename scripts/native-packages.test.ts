import assert from "node:assert/strict";
import { mkdtempDisposableSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { writePackages } from "./native-packages.ts";
import { PLATFORMS } from "./native-platforms.ts";

const ENGINE = {
  name: "@armature/engine-native",
  version: "1.2.3",
  license: "MIT",
  engines: { node: ">=22.15" },
};

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}

test("each platform gets a package with its module, and the engine names all of them", () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "armature-npm-"));
  writeFileSync(join(folder.path, "package.json"), JSON.stringify(ENGINE));
  for (const { name } of PLATFORMS) writeFileSync(join(folder.path, `armature.${name}.node`), name);
  writePackages(folder.path, folder.path);
  for (const { name, cpu, libc } of PLATFORMS) {
    const built = join(folder.path, "npm", name);
    const main = `armature.${name}.node`;
    assert.equal(readFileSync(join(built, main), "utf8"), name);
    const description = `The module of ${ENGINE.name} for ${name}`;
    const fixed = { description, main, files: [main], os: ["linux"], cpu: [cpu], libc: [libc] };
    assert.deepEqual(readJson(join(built, "package.json")), {
      ...ENGINE,
      ...fixed,
      name: `${ENGINE.name}-${name}`,
    });
  }
  const optionalDependencies = Object.fromEntries(
    PLATFORMS.map(({ name }) => [`${ENGINE.name}-${name}`, "1.2.3"]),
  );
  assert.deepEqual(readJson(join(folder.path, "package.json")), { ...ENGINE, optionalDependencies });
});

test("a module that is missing is named, and nothing is written", () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "armature-npm-"));
  writeFileSync(join(folder.path, "package.json"), JSON.stringify(ENGINE));
  assert.throws(() => writePackages(folder.path, folder.path), /no armature\.linux-x64-gnu\.node/);
  assert.deepEqual(readJson(join(folder.path, "package.json")), ENGINE);
});
