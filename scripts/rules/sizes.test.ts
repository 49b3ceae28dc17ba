import assert from "node:assert/strict";
import { test } from "node:test";
import { findings, Fixture } from "./fixture.ts";
import { reportSizes, sizes } from "./sizes.ts";
import { readWorkspace } from "./workspace.ts";

const ROOM = "packages/router/src/lib/long.ts";

function functionOf(lines: number, name = "long"): string {
  return `export function ${name}(): void {\n${"  // still here\n".repeat(lines - 2)}}\n`;
}

test("a file over 500 lines is found unless it says why", () => {
  const text = "// a line\n".repeat(501);
  assert.match(findings(sizes, { [ROOM]: text }).join(), /501 lines are over 500/);
  assert.deepEqual(findings(sizes, { [ROOM]: `// long because: a table of the standard\n${text}` }), []);
  assert.deepEqual(findings(sizes, { [ROOM]: "// a line\n".repeat(500) }), []);
});

test("a function over 70 lines is found", () => {
  const short = Array.from({ length: 3 }, (_, at) => functionOf(3, `short${at}`)).join("");
  assert.match(findings(sizes, { [ROOM]: short + functionOf(71) }).join(), /long has 71 lines, over 70/);
  assert.deepEqual(findings(sizes, { [ROOM]: short + functionOf(70) }), []);
});

test("methods and arrow functions with a name are functions too", () => {
  const lines = "    // still here\n".repeat(71);
  const text = `export class A {\n  long(): void {\n${lines}  }\n}\nexport const longer = (): void => {\n${lines}};\n`;
  assert.match(findings(sizes, { [ROOM]: text }).join(), /long has 73 lines.*longer has 73 lines/);
});

test("a median of 12 lines is found", () => {
  assert.match(
    findings(sizes, { [ROOM]: functionOf(12) }).join(),
    /packages\/router: The median function has 12 lines/,
  );
  assert.deepEqual(findings(sizes, { [ROOM]: functionOf(11) }), []);
});

test("tests may be long", () => {
  assert.deepEqual(findings(sizes, { "packages/router/src/lib/long.test.ts": functionOf(80) }), []);
});

test("the report names the longest function", () => {
  using fixture = new Fixture({ [ROOM]: functionOf(9) });
  const line = reportSizes(readWorkspace(fixture.root)).find((one) => one.startsWith("@armature/router"));
  assert.equal(line, `@armature/router: 1 functions, median 9 lines, longest 9 (long, ${ROOM}:1)`);
});
