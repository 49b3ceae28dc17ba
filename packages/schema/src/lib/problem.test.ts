import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_PROBLEM_CHARS, MAX_PROBLEMS, toProblems } from "./problem.ts";

test("paths of bare keys and of segments become JSON Pointers", () => {
  const problems = toProblems([
    { message: "a" },
    { message: "b", path: [] },
    { message: "c", path: ["x", 0, { key: "y/z" }, { key: 1 }, Symbol("s")] },
  ]);
  assert.deepEqual(problems, [
    { path: "", message: "a" },
    { path: "", message: "b" },
    { path: "/x/0/y~1z/1/s", message: "c" },
  ]);
});

test("a code is taken from `code` or `type`, if it is text", () => {
  const issues = [
    { message: "a", code: "too_big", type: "x" },
    { message: "b", type: "min_length" },
    { message: "c", code: 1, type: null },
  ];
  assert.deepEqual(
    toProblems(issues).map((problem) => problem.code),
    ["too_big", "min_length", undefined],
  );
  assert.equal("code" in (toProblems([{ message: "a" }])[0] ?? {}), false);
});

test("at most MAX_PROBLEMS are kept, the first ones", () => {
  const issues = Array.from({ length: MAX_PROBLEMS + 1 }, (_, at) => ({ message: `m${at}` }));
  const problems = toProblems(issues);
  assert.equal(problems.length, MAX_PROBLEMS);
  assert.equal(problems.at(-1)?.message, `m${MAX_PROBLEMS - 1}`);
});

test("long paths cannot make the answer many times the size of the request", () => {
  const key = "k".repeat(100_000);
  const issues = Array.from({ length: 50 }, () => ({ message: "bad", path: [key] }));
  assert.equal(toProblems(issues).length, 1);
});

test("text up to MAX_PROBLEM_CHARS is kept", () => {
  const half = "m".repeat(MAX_PROBLEM_CHARS / 2);
  assert.equal(toProblems([{ message: half }, { message: half }, { message: "m" }]).length, 2);
});
