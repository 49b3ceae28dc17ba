import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { LAYOUT } from "./binding.ts";
import { type LoadedModule, loadModule, type ModulePlace } from "./load-module.ts";

/** Loads from a folder with these files; a script stands for a module that the system would load. */
function load(files: Readonly<Record<string, string>>, place: Partial<ModulePlace> = {}): LoadedModule {
  const folder = mkdtempSync(join(tmpdir(), "armature-native-"));
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  try {
    const file = place.file === undefined ? undefined : join(folder, place.file);
    const usual = { platform: "linux", arch: "x64", cLibrary: "gnu", folder } as const;
    return loadModule({ ...usual, ...place, file });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The package of a platform, whose module has this layout. */
function packageOf(platform: string, layout: number): Record<string, string> {
  const folder = `node_modules/@armature/engine-native-${platform}`;
  return {
    [`${folder}/package.json`]: JSON.stringify({ main: "module.js" }),
    [`${folder}/module.js`]: `module.exports = { layout: ${layout}, of: ${JSON.stringify(platform)} };`,
  };
}

function faultOf(loaded: LoadedModule): string {
  return "fault" in loaded ? loaded.fault : "";
}

describe("the module of the native engine", () => {
  for (const arch of ["x64", "arm64"])
    for (const cLibrary of ["gnu", "musl"] as const)
      test(`is that of the package for linux-${arch}-${cLibrary}, whatever others are there`, () => {
        const platforms = ["linux-x64-gnu", "linux-x64-musl", "linux-arm64-gnu", "linux-arm64-musl"];
        const files = Object.assign({}, ...platforms.map((platform) => packageOf(platform, LAYOUT)));
        const loaded = load(files, { arch, cLibrary });
        assert.deepEqual(loaded, { binding: { layout: LAYOUT, of: `linux-${arch}-${cLibrary}` } });
      });

  test("is the one that the environment names before all others", () => {
    const files = { ...packageOf("linux-x64-gnu", LAYOUT), "own.js": `exports.layout = ${LAYOUT};` };
    assert.deepEqual(load(files, { file: "own.js" }), { binding: { layout: LAYOUT } });
  });

  test("is missed by the name of its package", () => {
    const fault = faultOf(load(packageOf("linux-x64-gnu", LAYOUT), { cLibrary: "musl" }));
    assert.match(
      fault,
      /^there is no package @armature\/engine-native-linux-x64-musl .*"npm run build:native"/,
    );
    assert.match(faultOf(load({}, { arch: "riscv64" })), /engine-native-linux-riscv64-gnu/);
  });

  test("of another version is not used", () => {
    const fault = faultOf(load(packageOf("linux-x64-gnu", LAYOUT - 1)));
    assert.match(
      fault,
      /module\.js has the layout \d+ and not \d+; install the @armature\/engine-native-linux-x64-gnu /,
    );
    const built = faultOf(load({ "named.js": "exports.other = 1;" }, { file: "named.js" }));
    assert.match(built, /has the layout undefined and not \d+; name another one with ARMATURE_NATIVE_MODULE/);
  });

  test("that is damaged says what the system says", () => {
    const files = { ...packageOf("linux-x64-gnu", LAYOUT), "armature.linux-x64.node": "not a module" };
    const fault = faultOf(load(files));
    assert.match(
      fault,
      /armature\.linux-x64\.node cannot be loaded \(.+\); build it again with "npm run build:native"\.$/,
    );
    assert.doesNotMatch(fault, /\n/);
  });

  test("that is named and not there is not searched elsewhere", () => {
    assert.match(
      faultOf(load(packageOf("linux-x64-gnu", LAYOUT), { file: "none.node" })),
      /none\.node cannot be loaded/,
    );
  });

  test("is for Linux alone", () => {
    assert.equal(faultOf(load({}, { platform: "darwin" })), "it runs on Linux alone (this is darwin).");
  });
});
