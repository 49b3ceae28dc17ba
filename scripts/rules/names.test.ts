import assert from "node:assert/strict";
import { test } from "node:test";
import { findings } from "./fixture.ts";
import { names } from "./names.ts";

test("names that are not kebab-case are found", () => {
  for (const name of ["requestBody", "RequestBody", "request_body"])
    assert.match(
      findings(names, { [`packages/http/src/lib/${name}.ts`]: "" }).join(),
      /is not kebab-case/,
      name,
    );
});

test("names that say nothing are found, as files and as folders", () => {
  for (const name of ["utils", "helpers.test", "common/size"])
    assert.match(findings(names, { [`packages/http/src/lib/${name}.ts`]: "" }).join(), /says nothing/, name);
});

test("tests and type tests keep the name of what they test", () => {
  const files = { "packages/http/src/lib/size.test.ts": "", "packages/http/src/lib/size.test-d.ts": "" };
  assert.deepEqual(findings(names, files), []);
});
