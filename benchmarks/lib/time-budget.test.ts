import assert from "node:assert/strict";
import { afterEach, suite, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { TimeBudget } from "./time-budget.ts";

suite("the minutes of a suite", () => {
  afterEach(() => {
    process.exitCode = undefined; // what is tested here sets it
  });

  test("let parts begin as long as there is time", () => {
    const budget = new TimeBudget(60);
    assert.deepEqual(
      ["a", "b"].map((part) => budget.begin(part)),
      [true, true],
    );
  });

  test("let none begin that would take longer than what is left", async () => {
    const budget = new TimeBudget(0.5 / 60);
    assert.equal(budget.begin("the first, which takes more than half of it"), true);
    await delay(300);
    assert.equal(budget.begin("the second"), false);
    assert.equal(process.exitCode, 1);
  });
});
