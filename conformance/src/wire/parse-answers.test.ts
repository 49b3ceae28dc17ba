import assert from "node:assert/strict";
import { test } from "node:test";
import { headerOf, parseAnswers } from "./parse-answers.ts";

const NONE: ReadonlySet<number> = new Set();

function statuses(bytes: string, empty: ReadonlySet<number> = NONE, closed = false): [number[], string] {
  const { complete, rest } = parseAnswers(bytes, empty, closed);
  return [complete.map(({ status }) => status), rest];
}

test("answers with a length follow each other", () => {
  const bytes = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nabHTTP/1.1 404 \r\ncontent-length: 0\r\n\r\n";
  const { complete, rest } = parseAnswers(bytes, NONE, false);
  assert.deepEqual(
    complete.map(({ status, reason, body }) => [status, reason, body]),
    [
      [200, "OK", "ab"],
      [404, "", ""],
    ],
  );
  assert.equal(rest, "");
});

test("chunks are joined", () => {
  const bytes =
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\nA\r\n0123456789\r\n0\r\n\r\n";
  assert.equal(parseAnswers(bytes, NONE, false).complete[0]?.body, "ab0123456789");
});

test("at every cut the rest is what is not complete", () => {
  const first = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n";
  const second = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nab";
  const bytes = first + second;
  for (let cut = 0; cut < bytes.length; cut++) {
    const [found, rest] = statuses(bytes.slice(0, cut));
    assert.equal(found.length, cut < first.length ? 0 : 1, String(cut));
    assert.equal(rest, bytes.slice(cut < first.length ? 0 : first.length, cut));
  }
});

test("interim answers, 204 and 304 have no body", () => {
  const bytes =
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n";
  assert.deepEqual(statuses(bytes), [[100, 204, 304], ""]);
});

test("the answer of a HEAD has no body, interim ones are not counted", () => {
  const bytes =
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\na";
  assert.deepEqual(statuses(bytes, new Set([0])), [[100, 200, 200], ""]);
});

test("a body without a length ends with the connection", () => {
  const bytes = "HTTP/1.1 200 OK\r\n\r\nabc";
  assert.deepEqual(statuses(bytes), [[], bytes]);
  assert.equal(parseAnswers(bytes, NONE, true).complete[0]?.body, "abc");
});

test("several headers of one name are joined", () => {
  const [answer] = parseAnswers("HTTP/1.1 204 No\r\nX-A: 1\r\nx-a:2 \r\n\r\n", NONE, false).complete;
  assert.ok(answer);
  assert.equal(headerOf(answer, "x-a"), "1, 2");
  assert.equal(headerOf(answer, "x-b"), undefined);
});

test("a judge takes no answer that is not HTTP", () => {
  for (const bytes of [
    "HTTP/2.0 200 OK\r\n\r\n",
    "HTTP/1.1 20 OK\r\n\r\n",
    "HTTP/1.1 200\r\n\r\n",
    "hello\r\n\r\n",
    "HTTP/1.1 200 OK\r\nx a: b\r\n\r\n",
    "HTTP/1.1 200 OK\r\nx-a : b\r\n\r\n",
    "HTTP/1.1 200 OK\r\ncontent-length: +1\r\n\r\na",
    "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\na",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\na",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nx\r\n",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nabc",
  ])
    assert.throws(() => parseAnswers(bytes, NONE, true), SyntaxError, bytes);
});
