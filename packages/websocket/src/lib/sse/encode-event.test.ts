import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { encodeComment, encodeEvent, encodeRetry } from "./encode-event.ts";

describe("an event", () => {
  test("is its id, its name and its data, each on a line", () => {
    assert.equal(encodeEvent("tick", '{"at":1}', "7").text, 'id: 7\nevent: tick\ndata: {"at":1}\n\n');
    assert.equal(encodeEvent("tick", "1").text, "event: tick\ndata: 1\n\n");
  });

  test("of the name that clients take for none says no name", () => {
    assert.equal(encodeEvent("message", "null", "a b").text, "id: a b\ndata: null\n\n");
  });

  test("is counted in bytes", () => {
    assert.equal(encodeEvent("message", '"ü€😀"').bytes, "data: ".length + 2 + 2 + 3 + 4 + 2);
  });

  for (const name of ["", "a\nb", "a\rb"]) {
    test(`cannot have the name ${JSON.stringify(name)}`, () => {
      assert.throws(() => encodeEvent(name, "1"), { code: "E_SSE_NAME_INVALID" });
    });
  }

  for (const id of ["", "a\nb", "a\rb", "a\0b"]) {
    test(`cannot have the id ${JSON.stringify(id)}`, () => {
      assert.throws(() => encodeEvent("a", "1", id), { code: "E_SSE_ID_INVALID" });
    });
  }
});

test("every line of a comment is one", () => {
  assert.equal(encodeComment("").text, ": \n\n");
  assert.equal(encodeComment("a\nb\r\ndata: c\rd").text, ": a\n: b\n: data: c\n: d\n\n");
});

test("the time to wait is a whole number of milliseconds", () => {
  assert.equal(encodeRetry(1234.5).text, "retry: 1235\n\n");
});
