import assert from "node:assert/strict";
import { test } from "node:test";
import { errorCodes, undocumentedCodes } from "./error-codes.ts";
import { findings, Fixture } from "./fixture.ts";
import { readWorkspace } from "./workspace.ts";

const ROOM = "packages/engine/src/lib/extra.ts";
const TABLE = "docs/errors.md";
const ROW = "| `E_SIZE` | 413 | Send less. |\n";

test("a code that the table lacks is found where it is written", () => {
  assert.deepEqual(findings(errorCodes, { [ROOM]: 'throw new Error("E_PORT_IN_USE");\n' }), [
    `${ROOM}: E_PORT_IN_USE is not in ${TABLE}; add a row.`,
  ]);
});

test("a code that the source lacks is found in the table", () => {
  const found = findings(errorCodes, { [TABLE]: `${ROW}| \`E_GONE\` | 500 | Nothing. |\n` });
  assert.deepEqual(found, [`${TABLE}: E_GONE is not in the source; remove the row.`]);
});

test("comments, tests and longer strings hold no codes", () => {
  const files = {
    [ROOM]: '// "E_ONE"\n/** "E_TWO" */\nexport const a = "E_THREE is bad";\n',
    "packages/engine/src/lib/extra.test.ts": 'export const a = "E_FOUR";\n',
  };
  assert.deepEqual(findings(errorCodes, files), []);
});

test("a code as a type is a code", () => {
  assert.equal(findings(errorCodes, { [ROOM]: 'export type Code = "E_ONE" | "E_TWO";\n' }).length, 2);
});

test("a row without advice is found, and so is a second row", () => {
  assert.match(findings(errorCodes, { [TABLE]: "| `E_SIZE` | 413 | |\n" }).join(), /The row of E_SIZE needs/);
  assert.match(findings(errorCodes, { [TABLE]: ROW + ROW }).join(), /E_SIZE has two rows/);
});

test("undocumented codes are listed once, sorted", () => {
  using fixture = new Fixture({ [ROOM]: 'export const a = ["E_B", "E_A", "E_B", "E_SIZE"];\n' });
  const codes = undocumentedCodes(readWorkspace(fixture.root)).map(({ code }) => code);
  assert.deepEqual(codes, ["E_A", "E_B"]);
});
