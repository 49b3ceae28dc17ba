import assert from "node:assert/strict";
import { test } from "node:test";
import { type } from "arktype";
import * as v from "valibot";
import { z } from "zod";
import { isStandardSchema } from "./standard-schema.ts";

test("schemas of zod, valibot and arktype are recognised, functions too", () => {
  assert.equal(isStandardSchema(z.string()), true);
  assert.equal(isStandardSchema(v.string()), true);
  const ark = type("string");
  assert.equal(typeof ark, "function");
  assert.equal(isStandardSchema(ark), true);
});

test("what is no Standard Schema of version 1 is not recognised", () => {
  const others = [
    null,
    undefined,
    "~standard",
    1,
    {},
    () => 1,
    { "~standard": null },
    { "~standard": 1 },
    { "~standard": { version: 2, vendor: "x", validate } },
    { "~standard": { version: 1, vendor: "x" } },
    { "~standard": { vendor: "x", validate } },
  ];
  for (const other of others) assert.equal(isStandardSchema(other), false);
});

function validate(): { value: number } {
  return { value: 1 };
}
