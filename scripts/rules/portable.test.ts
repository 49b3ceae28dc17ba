import assert from "node:assert/strict";
import { test } from "node:test";
import { findings, Fixture } from "./fixture.ts";
import { portable } from "./portable.ts";
import { readWorkspace } from "./workspace.ts";

// In pieces, because this file is committed too.
const HOME = ["", "home", "ada", ""].join("/");

for (const folder of ["home", "root", "work", "Users"])
  test(`a path below the ${folder} folder is found`, () => {
    const found = findings(portable, { "docs/guide.md": `See /${folder}/ada/armature.\n` });
    assert.match(found.join(), /docs\/guide\.md: .* names a path of one machine/);
  });

test("the same word inside a longer path is no home", () => {
  const longer = ["https://example.org/a", "src"].flatMap((front) =>
    ["home", "work"].map((folder) => `${front}/${folder}/`),
  );
  assert.deepEqual(findings(portable, { "docs/guide.md": `See ${longer.join(" and ")}.\n` }), []);
});

test("registries are found in lock files, settings and text", () => {
  const host = ["registry", "example", "org"].join(".");
  const files = {
    "package-lock.json": JSON.stringify({ resolved: "https://example.org/a.tgz" }),
    ".npmrc": `save-exact=true\n${["registry", "https://example.org/"].join("=")}\n`,
    "docs/guide.md": `Get it from https://${host}/a\n`,
  };
  assert.equal(findings(portable, files).length, 3);
});

test("built files in git are found", () => {
  using fixture = new Fixture({ ".gitignore": "dist/\n", "packages/http/dist/index.js": "export {};\n" });
  fixture.stageAll();
  const found = portable.check(readWorkspace(fixture.root)).map(({ file }) => file);
  assert.deepEqual(found, ["packages/http/dist/index.js"]);
});

test("binary files are not read as text", () => {
  assert.deepEqual(findings(portable, { "docs/picture.bin": `\0 ${HOME}` }), []);
});
