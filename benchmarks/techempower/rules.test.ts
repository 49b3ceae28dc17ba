import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  type Answer,
  expectedCount,
  fortuneProblems,
  jsonProblems,
  plaintextProblems,
  updateProblems,
  worldProblems,
  worldsProblems,
} from "./rules.ts";
import { renderFortunes } from "./fortunes-page.ts";
import { ADDED_FORTUNE, FORTUNES } from "./rules.ts";

function answer(body: string, type: string, more: Partial<Answer> = {}): Answer {
  const headers = { "content-type": type, "content-length": "1", server: "a", date: "b" };
  return { status: 200, headers, body, ...more };
}

const JSON_TYPE = "application/json; charset=utf-8";
const ROWS = [ADDED_FORTUNE, ...FORTUNES].map((message, id) => ({ id, message }));

suite("the rules of heads", () => {
  test("want status, type, length, server and date", () => {
    assert.deepEqual(jsonProblems(answer('{"message":"Hello, World!"}', JSON_TYPE)), []);
    assert.deepEqual(plaintextProblems(answer("Hello, World!", "text/plain")), []);
    const bare = answer("Hello, World!", "text/plain", { status: 201, headers: {} });
    assert.equal(plaintextProblems(bare).length, 5);
    assert.match(plaintextProblems(answer("Hello", "text/plain"))[0] ?? "", /body is Hello/);
    assert.match(jsonProblems(answer("{", JSON_TYPE))[0] ?? "", /body is \{/);
  });
});

suite("the rules of queries", () => {
  test("bound the count", () => {
    const counts = { "": 1, foo: 1, "0": 1, "-3": 1, "1": 1, "20": 20, "500": 500, "501": 500, "1.5": 1 };
    for (const [parameter, count] of Object.entries(counts)) assert.equal(expectedCount(parameter), count);
  });

  test("want as many rows, each within the table", () => {
    assert.deepEqual(worldProblems(answer('{"id":1,"randomNumber":10000}', JSON_TYPE)), []);
    for (const body of ['{"id":0,"randomNumber":1}', '{"id":"1","randomNumber":1}', "null", "[]"])
      assert.equal(worldProblems(answer(body, JSON_TYPE)).length, 1, body);
    const two = '[{"id":1,"randomNumber":2},{"id":3,"randomNumber":4}]';
    assert.deepEqual(worldsProblems(answer(two, JSON_TYPE), "2"), []);
    assert.match(worldsProblems(answer(two, JSON_TYPE), "3")[0] ?? "", /gives 2 rows, and not 3/);
    assert.match(worldsProblems(answer("{}", JSON_TYPE), "1")[0] ?? "", /no array/);
  });

  test("want updates to be in the table", () => {
    const rows = [
      { id: 1, randomNumber: 5 },
      { id: 2, randomNumber: 6 },
    ];
    const stored = new Map([
      [1, 5],
      [2, 7],
    ]);
    assert.deepEqual(updateProblems(rows, stored), ["Row 2 was answered 6 and is 7."]);
  });
});

suite("the rules of fortunes", () => {
  const html = "text/html; charset=utf-8";

  test("take a page that is sorted and escaped", () => {
    assert.deepEqual(fortuneProblems(answer(renderFortunes(ROWS.toReversed()), html)), []);
  });

  test("refuse what is not escaped, not sorted, or not there", () => {
    const page = renderFortunes(ROWS);
    const raw = page.replaceAll("&lt;", "<").replaceAll("&gt;", ">");
    assert.ok(fortuneProblems(answer(raw, html)).includes("A message is not escaped."));
    const rows = page.split("<tr>");
    const swapped = [...rows.slice(0, 2), rows[3], rows[2], ...rows.slice(4)].join("<tr>");
    assert.match(fortuneProblems(answer(swapped, html))[0] ?? "", /^Row \d+ is/);
    const without = page.replace(/<tr><td>0<.*?<\/tr>/, "");
    assert.match(fortuneProblems(answer(without, html))[0] ?? "", /^Row \d+ is/);
    assert.match(fortuneProblems(answer(page, "text/html"))[0] ?? "", /charset/);
  });
});
