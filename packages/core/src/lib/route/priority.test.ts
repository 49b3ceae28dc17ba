import assert from "node:assert/strict";
import { test } from "node:test";
import { readPriority } from "./priority.ts";

test("a route is normal unless it, or what is around it, says otherwise", () => {
  assert.equal(readPriority([]), "normal");
  assert.equal(readPriority([{}, {}]), "normal");
  assert.equal(readPriority([{ priority: "low" }, {}]), "low");
  assert.equal(readPriority([{ priority: "low" }, { priority: "high" }]), "high");
});

test("what is no priority is refused", () => {
  for (const priority of ["urgent", 1, null, {}] as unknown[])
    assert.throws(() => readPriority([{ priority: priority as "high" }]), {
      code: "E_ROUTE_PRIORITY",
      message: /"high", "normal" or "low"/,
    });
});
