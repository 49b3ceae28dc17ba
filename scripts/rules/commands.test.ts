import assert from "node:assert/strict";
import { test } from "node:test";
import { commands } from "./commands.ts";
import { findings } from "./fixture.ts";

test("a README that lost a command is found", () => {
  const found = findings(commands, { "README.md": "npm install && npm test # all tests\n" });
  assert.deepEqual(found, [
    'README.md: No line is "npm install && npm start"; README and CI have the same commands.',
  ]);
});

test("CI that runs something else is found", () => {
  const found = findings(commands, { ".ci/run": "npm ci && npm test\n" });
  assert.match(found.join(), /^\.ci\/run: No line is "npm install && npm test"/);
});

test("a README that is not there is found", () => {
  assert.equal(findings(commands, { "README.md": null }).length, 2);
});
