import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { armature, type Guard } from "armature";
import { MEMORY } from "../app/harness/ways.ts";

/** What code without types may hand back, at once and later. */
function guardsOf(verdict: unknown): Guard[] {
  return [() => verdict as boolean, async () => verdict as boolean];
}

describe("a guard's verdict", () => {
  for (const verdict of [false, null, 0, "", Number.NaN, 0n])
    test(`${String(verdict)} (${typeof verdict}) refuses`, async () => {
      for (const guard of guardsOf(verdict)) {
        await using running = await MEMORY.start(armature().get("/", { guards: [guard] }, () => "passed"));
        const answer = await running.request("GET", "/");
        assert.equal(answer.status, 403);
        assert.equal(answer.problem["code"], "E_FORBIDDEN");
      }
    });

  for (const verdict of [true, undefined, 1, "yes"])
    test(`${String(verdict)} (${typeof verdict}) lets pass`, async () => {
      for (const guard of guardsOf(verdict)) {
        await using running = await MEMORY.start(armature().get("/", { guards: [guard] }, () => "passed"));
        assert.equal((await running.request("GET", "/")).text, "passed");
      }
    });
});
