import assert from "node:assert/strict";
import { test } from "node:test";
import { docs } from "./docs.ts";
import { findings } from "./fixture.ts";

const DOOR = "packages/http/src/index.ts";
const ROOM = "packages/http/src/lib/size.ts";

test("every kind of public declaration needs a doc comment", () => {
  const files = {
    [DOOR]: 'export { a, B, type C, type D, e } from "./lib/size.ts";\n',
    [ROOM]:
      "export const a: number = 1;\nexport class B {}\nexport interface C {}\nexport type D = 1;\nexport function e(): void {}\n",
  };
  const found = findings(docs, files).map((line) => /"(\w)"/.exec(line)?.[1]);
  assert.deepEqual(found, ["a", "B", "C", "D", "e"]);
});

test("an empty comment, a line comment and a plain block are no doc comment", () => {
  for (const comment of ["/** */", "// Says a lot.", "/* Says a lot. */"])
    assert.equal(
      findings(docs, { [ROOM]: `${comment}\nexport const size: number = 1;\n` }).length,
      1,
      comment,
    );
});

test("a comment belongs to what follows it directly", () => {
  const text = "/** Another. */\nconst other = 1;\nexport const size: number = other;\n";
  assert.equal(findings(docs, { [ROOM]: text }).length, 1);
});

test("a comment for the linter may stand between", () => {
  const text = "/** A size. */\n// oxlint-disable-next-line no-magic\nexport const size: number = 1;\n";
  assert.deepEqual(findings(docs, { [ROOM]: text }), []);
});

test("a comment on one overload is enough", () => {
  const text = "/** A size. */\nexport function size(): void;\nexport function size(a?: number): void {}\n";
  assert.deepEqual(findings(docs, { [ROOM]: text }), []);
});

test("what no door exports may be undocumented", () => {
  assert.deepEqual(findings(docs, { "packages/http/src/lib/inner.ts": "export const inner = 1;\n" }), []);
});

test("renamed and forwarded exports are followed", () => {
  const files = {
    [DOOR]: 'export { width } from "./lib/forward.ts";\n',
    "packages/http/src/lib/forward.ts": 'import { size } from "./size.ts";\nexport { size as width };\n',
    [ROOM]: "export const size: number = 1;\n",
  };
  assert.match(findings(docs, files).join(), /size\.ts: "size" is public/);
});
