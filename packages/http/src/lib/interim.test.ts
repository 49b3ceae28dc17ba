import assert from "node:assert/strict";
import { test } from "node:test";
import { assertInterim } from "./interim.ts";

test("interim answers are those that nobody else sends", () => {
  assert.equal(assertInterim(103, ["link", "</a>; rel=preload"]), "link: </a>; rel=preload\r\n");
  assert.equal(assertInterim(102, []), "");
  for (const status of [100, 101, 200, 99, 103.5, NaN, Infinity])
    assert.throws(() => assertInterim(status, []), { code: "E_STATUS_INVALID" });
  assert.throws(() => assertInterim(103, ["a b", "1"]), { code: "E_HEADER_NAME_INVALID" });
});
