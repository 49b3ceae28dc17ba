import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCookies } from "@armature/http";
import * as fc from "fast-check";
import { encodeCookies, setFields } from "./encode-fields.ts";
import { encodePairs, encodeQuery } from "./encode-query.ts";

test("values, lists and what is left out", () => {
  const values = {
    a: "1 +&=",
    list: [1, true],
    at: new Date(0),
    none: undefined,
    nil: null,
    empty: [],
    blank: "",
  };
  assert.equal(
    encodeQuery("GET /", values),
    "?a=1%20%2B%26%3D&list=1&list=true&at=1970-01-01T00%3A00%3A00.000Z&blank=",
  );
  assert.equal(encodeQuery("GET /", { none: undefined }), "");
});

test("what has no text is refused with its place", () => {
  for (const value of [{}, [[1]], [null], () => 1, Symbol("a"), Number.POSITIVE_INFINITY, "\ud800"]) {
    assert.throws(() => encodeQuery("GET /users", { filter: value }), {
      code: "E_CLIENT_PARAM",
      message: /^query\.filter of GET \/users /,
    });
  }
});

test("every reader of queries reads back what was encoded", () => {
  const text = fc.string({ unit: "binary" }).filter((one) => one.isWellFormed());
  fc.assert(
    fc.property(fc.dictionary(text, fc.array(text, { minLength: 1 })), (values) => {
      const read = new URLSearchParams(encodePairs("GET /", "query", values));
      assert.deepEqual(
        [...read],
        Object.entries(values).flatMap(([name, list]) => list.map((one) => [name, one])),
      );
    }),
  );
});

test("the server reads back every cookie", () => {
  const text = fc.string({ unit: "binary" }).filter((one) => one.isWellFormed());
  fc.assert(
    fc.property(text, text, (a, b) => {
      const header = encodeCookies("GET /", { a, b, left: undefined });
      assert.match(header, /^[\x20-\x7e]*$/);
      assert.deepEqual({ ...parseCookies(header) }, { a, b });
    }),
  );
  assert.throws(() => encodeCookies("GET /", { "a=b": 1 }), { code: "E_CLIENT_PARAM" });
  assert.throws(() => encodeCookies("GET /", { a: "\ud800" }), { code: "E_CLIENT_PARAM" });
});

test("fields take the place of earlier ones, unless they are undefined", () => {
  const headers = new Headers({ accept: "a", keep: "b" });
  setFields(headers, "GET /", { Accept: 1, keep: undefined, at: new Date(0) });
  assert.deepEqual(Object.fromEntries(headers), { accept: "1", keep: "b", at: "1970-01-01T00:00:00.000Z" });
  assert.throws(() => setFields(headers, "GET /", { "a b": "x" }), { code: "E_CLIENT_PARAM" });
  assert.throws(() => setFields(headers, "GET /", { a: "☃" }), { code: "E_CLIENT_PARAM" });
});
