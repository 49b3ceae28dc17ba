import assert from "node:assert/strict";
import { test } from "node:test";
import { dateLine } from "./date-line.ts";

test("the date changes with the second, in both directions", () => {
  const moment = Date.UTC(2026, 10, 22, 20, 27, 22);
  assert.equal(dateLine(moment), "date: Sun, 22 Nov 2026 20:27:22 GMT\r\n");
  assert.equal(dateLine(moment + 999), "date: Sun, 22 Nov 2026 20:27:22 GMT\r\n");
  assert.equal(dateLine(moment + 1000), "date: Sun, 22 Nov 2026 20:27:23 GMT\r\n");
  assert.equal(dateLine(moment - 1), "date: Sun, 22 Nov 2026 20:27:21 GMT\r\n");
});
