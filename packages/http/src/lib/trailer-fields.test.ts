import assert from "node:assert/strict";
import { test } from "node:test";
import { HeaderList } from "./header-list.ts";
import { acceptsTrailers, encodeTrailers, isTrailerName } from "./trailer-fields.ts";

function te(...values: string[]): HeaderList {
  return HeaderList.fromPairs(values.map((value) => ["TE", value] as const));
}

test("a client of HTTP/1.1 says that it takes trailers, one of HTTP/2 need not", () => {
  assert.equal(acceptsTrailers({ version: "1.1", headers: te("trailers") }), true);
  assert.equal(acceptsTrailers({ version: "1.1", headers: te("gzip;q=0.5,\tTRAILERS ") }), true);
  assert.equal(acceptsTrailers({ version: "1.1", headers: te("gzip", "trailers") }), true);
  assert.equal(acceptsTrailers({ version: "1.1", headers: te("gzip, xtrailers") }), false);
  assert.equal(acceptsTrailers({ version: "1.1", headers: te() }), false);
  assert.equal(acceptsTrailers({ version: "1.0", headers: te("trailers") }), false);
  assert.equal(acceptsTrailers({ version: "2.0", headers: te() }), true);
});

test("fields that steer a message do not come behind it", () => {
  for (const name of ["Content-Length", "host", "SET-COOKIE", "te", "Trailer", "If-Match", "vary"]) {
    assert.equal(isTrailerName(name), false);
    assert.throws(() => encodeTrailers(["x-a", "1", name, "1"]), {
      code: "E_TRAILER_FORBIDDEN",
      status: 500,
    });
  }
});

test("other fields are written as header fields are", () => {
  assert.equal(encodeTrailers(["server-timing", "db;dur=5", "x", ""]), "server-timing: db;dur=5\r\nx: \r\n");
  assert.equal(encodeTrailers([]), "");
  assert.throws(() => encodeTrailers(["x", "a\nb"]), { code: "E_HEADER_VALUE_INVALID" });
  assert.throws(() => encodeTrailers(["x"]), { code: "E_HEADER_LIST_ODD" });
});
