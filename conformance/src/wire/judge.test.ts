import assert from "node:assert/strict";
import { test } from "node:test";
import { countMissing, judge } from "./judge.ts";
import type { Answer } from "./parse-answers.ts";
import { parseExpect } from "./parse-expect.ts";

const ECHO = {
  m: "GET",
  u: "/a",
  v: "1.1",
  h: [["Host", "a"]],
  b: Buffer.from("hé", "latin1").toString("base64"),
};

function answer(status: number, body: object | string = ECHO): Answer {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { status, version: "1.1", reason: "", headers: [["x-a", "b"]], body: text };
}

function fault(lines: string[], ...answers: Answer[]): string | null {
  return judge(parseExpect(lines, 1), answers);
}

test("the expected statuses, in their order and number", () => {
  assert.equal(fault(["200 400 close"], answer(200), answer(400)), null);
  assert.equal(fault(["200 400/501 close"], answer(200), answer(501)), null);
  assert.equal(fault(["200 400 close"], answer(400), answer(200)), "expected 200 400, got 400 200");
  assert.equal(fault(["200 400 close"], answer(200)), "expected 200 400, got 200");
  assert.equal(fault(["200 close"], answer(200), answer(200)), "expected 200, got 200 200");
  assert.equal(fault(["close"], answer(200)), "expected no answer, got 200");
});

test("optional answers may come or not", () => {
  assert.equal(fault(["100? 200 open", "target: /a"], answer(200)), null);
  assert.equal(fault(["100? 200 open", "target: /a"], answer(100, ""), answer(200)), null);
  assert.notEqual(fault(["100? 200 open"], answer(100, "")), null);
});

test("how many answers are missing", () => {
  const expect = parseExpect(["100? 200 200 open"], 1);
  const of = (...statuses: number[]): number =>
    countMissing(
      expect,
      statuses.map((status) => answer(status)),
    );
  assert.deepEqual([of(), of(100), of(200), of(100, 200), of(200, 200)], [2, 2, 1, 1, 0]);
});

test("each check passes where it holds", () => {
  const lines = [
    "200 open",
    "method: GET",
    "target: /a",
    "version: 1.1",
    "body: h\\xe9",
    "field: Host: a",
    "no field: x-a",
    "fields: 1",
    "header: x-a",
    "header: x-a: b",
    "no header: host",
  ];
  assert.equal(fault(lines, answer(200)), null);
});

test("each check fails where it does not hold", () => {
  for (const line of [
    "method: get",
    "target: /",
    "version: 1.0",
    "body: h",
    "field: host: a",
    "no field: HOST",
    "fields: 2",
    "header: x-b",
    "header: x-a: c",
    "no header: x-a",
    "empty",
  ])
    assert.match(fault(["200 open", line], answer(200)) ?? "", /^line 2, answer 1: /, line);
});

test("an answer that is no echo fails the checks of one", () => {
  assert.match(fault(["200", "method: GET"], answer(200, "hello")) ?? "", /is no echo/);
});
