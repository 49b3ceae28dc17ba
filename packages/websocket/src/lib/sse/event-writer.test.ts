import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { createEventWriter } from "./event-writer.ts";

const writer = createEventWriter({
  tick: z.object({ at: z.number() }),
  later: z.string().refine(async (text) => await Promise.resolve(text !== "")),
});

test("data is what its schema makes of it, and nothing undeclared", () => {
  const data = { at: 1, password: "x" };
  assert.equal(writer.write("tick", data), '{"at":1}');
});

test("data that breaks its schema is not sent, and the error says where", () => {
  assert.throws(() => writer.write("tick", { at: "now" }), {
    code: "E_SSE_DATA_INVALID",
    message: /"tick" breaks its schema \(\/at: /,
  });
});

test("an event that is not declared is not sent", () => {
  assert.throws(() => writer.write("tik", 1), {
    code: "E_SSE_EVENT_UNKNOWN",
    message: /did you mean "tick"/,
  });
  assert.throws(() => writer.write("toString", 1), { code: "E_SSE_EVENT_UNKNOWN" });
});

test("a schema that answers later is a mistake", () => {
  assert.throws(() => writer.write("later", "x"), { code: "E_SSE_SCHEMA_ASYNC" });
});

test("names are checked where events are declared", () => {
  assert.throws(() => createEventWriter({ "a\nb": z.null() }), { code: "E_SSE_NAME_INVALID" });
});

test("without schemas everything goes that JSON has a form for", () => {
  const any = createEventWriter(undefined);
  assert.equal(any.write("x", "line\nline"), String.raw`"line\nline"`);
  assert.throws(() => any.write("x", undefined), { code: "E_SERIALIZE_FAILED" });
});
