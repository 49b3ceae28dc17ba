import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertField, HeaderList, type Exchange } from "@armature/http";
import * as fc from "fast-check";
import { createRequestIds } from "./request-id.ts";

function request(id?: string): Exchange {
  const headers = HeaderList.fromPairs(id === undefined ? [] : [["X-Request-Id", id]]);
  return { headers } as Exchange; // nothing else is asked of it
}

describe("createRequestIds", () => {
  test("gives every request another one, also across processes", () => {
    const processes = Array.from({ length: 10 }, () => createRequestIds(false));
    const ids = processes.flatMap((next) => Array.from({ length: 100 }, () => next(request())));
    assert.equal(new Set(ids).size, 1000);
  });

  test("goes on counting past each thousand", () => {
    const next = createRequestIds(false);
    const ids = Array.from({ length: 2500 }, () => next(null));
    assert.equal(new Set(ids).size, 2500);
    assert.deepEqual(
      [0, 998, 999, 1999].map((at) => ids[at]?.slice(19)),
      ["0001", "0999", "1000", "2000"],
    );
  });

  test("takes over no client's, unless it is trusted", () => {
    assert.notEqual(createRequestIds(false)(request("client-1")), "client-1");
    assert.equal(createRequestIds(true)(request("client-1")), "client-1");
  });

  const WELL_FORMED = [
    "a",
    "0",
    "01JD8Z-a_b.c:d/e+f=g@h",
    "x".repeat(128),
    "00-4bf92f3577b34da6a3ce929d0e0e4736-01",
  ];
  for (const id of WELL_FORMED)
    test(`takes over ${id.slice(0, 40)}`, () => {
      assert.equal(createRequestIds(true)(request(id)), id);
    });

  const MALFORMED = [
    "",
    " ",
    "a b",
    "a,b",
    "a;b",
    'a"b',
    "a\nb",
    "<script>",
    "é",
    "a\u0000",
    "x".repeat(129),
    "a\n",
  ];
  for (const id of MALFORMED)
    test(`gives a new one in place of ${JSON.stringify(id.slice(0, 40))}`, () => {
      const next = createRequestIds(true);
      assert.notEqual(next(request(id)), id);
      assert.notEqual(next(request(id)), next(request(id)));
    });

  test("takes over none of several that a client sends", () => {
    const headers = HeaderList.fromPairs([
      ["x-request-id", "a"],
      ["x-request-id", "b"],
    ]);
    const id = createRequestIds(true)({ headers } as Exchange);
    assert.ok(!["a", "b", "a, b"].includes(id), id);
  });

  test("gives what can be sent and logged, whatever it is given", () => {
    const next = createRequestIds(true);
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (given) => {
        const id = next(request(given));
        assertField("x-request-id", id);
        assert.match(id, /^[\x21-\x7e]{1,128}$/);
      }),
    );
  });
});
