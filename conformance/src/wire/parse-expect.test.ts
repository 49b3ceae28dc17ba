import assert from "node:assert/strict";
import { test } from "node:test";
import { parseExpect } from "./parse-expect.ts";

test("statuses, alternatives, optional ones and the state are read", () => {
  assert.deepEqual(parseExpect(["100? 200 400/501 close"], 1), {
    answers: [
      { statuses: [100], optional: true },
      { statuses: [200], optional: false },
      { statuses: [400, 501], optional: false },
    ],
    state: "close",
    checks: [],
  });
});

test("a state alone expects no answer", () => {
  assert.deepEqual(parseExpect(["close"], 1), { answers: [], state: "close", checks: [] });
});

test("the state may be either, or left open", () => {
  assert.equal(parseExpect(["200 either"], 1).state, "either");
  assert.equal(parseExpect(["200"], 1).state, null);
});

test("checks are about the first answer unless they say which", () => {
  const { checks } = parseExpect(["200 200 open", "target: /a", "2 no field: x", "2 body:", "empty"], 10);
  assert.deepEqual(checks, [
    { answer: 0, subject: "target", value: "/a", line: 11 },
    { answer: 1, subject: "no field", value: "x", line: 12 },
    { answer: 1, subject: "body", value: "", line: 13 },
    { answer: 0, subject: "empty", value: "", line: 14 },
  ]);
});

test("values have the escapes of requests", () => {
  assert.equal(parseExpect(["200", "body: \\r\\n{a*3}"], 1).checks[0]?.value, "\r\naaa");
});

test("what is neither a status list nor a check is refused", () => {
  for (const lines of [[], [""], ["OK"], ["200 shut"], ["200", "colour: red"], ["200", "body hello"]])
    assert.throws(() => parseExpect(lines, 1), SyntaxError, lines.join("|"));
});

test("a check of an answer that is not expected is refused", () => {
  assert.throws(() => parseExpect(["100? 200", "2 body: a"], 1), /not expected/);
  assert.throws(() => parseExpect(["close", "body: a"], 1), /not expected/);
});
