import assert from "node:assert/strict";
import { test } from "node:test";
import { connectionLine, streamFraming, wholeEnd, wholeFraming } from "./framing-lines.ts";

const GET = { method: "GET", version: "1.1" };
const HEAD = { method: "HEAD", version: "1.1" };
const OLD = { method: "GET", version: "1.0" };

test("whole answers have a length, but where the status forbids it", () => {
  assert.equal(wholeFraming(GET, 200, 5), "content-length: 5\r\n");
  assert.equal(wholeFraming(GET, 200, null), "content-length: 0\r\n");
  assert.equal(wholeFraming(OLD, 200, 5), "content-length: 5\r\n");
  assert.equal(wholeFraming(HEAD, 200, 5), "content-length: 5\r\n");
  assert.equal(wholeFraming(HEAD, 200, null), "");
  assert.equal(wholeFraming(GET, 204, 5), "");
  assert.equal(wholeFraming(GET, 304, 5), "");
  assert.equal(wholeFraming(GET, 205, 5), "content-length: 0\r\n");
});

test("streamed answers have their length, chunks, or the end of the connection", () => {
  assert.equal(streamFraming(GET, 200, 5), "content-length: 5\r\n");
  assert.equal(streamFraming(GET, 200, 0), "content-length: 0\r\n");
  assert.equal(streamFraming(GET, 200, null), "transfer-encoding: chunked\r\n");
  assert.equal(streamFraming(HEAD, 200, null), "transfer-encoding: chunked\r\n");
  assert.equal(streamFraming(OLD, 200, null), "");
  assert.equal(streamFraming(OLD, 200, 5), "content-length: 5\r\n");
  for (const length of [null, 5]) assert.equal(streamFraming(GET, 304, length), "");
});

test("a length that is none is never written", () => {
  for (const length of [-1, 1.5, Number.NaN, Infinity, 2 ** 53]) {
    assert.throws(() => streamFraming(GET, 200, length), { code: "E_ANSWER_LENGTH" });
  }
});

test("the connection line says what the version does not", () => {
  assert.equal(connectionLine(GET, false, false), "");
  assert.equal(connectionLine(GET, true, false), "connection: close\r\n");
  assert.equal(connectionLine(GET, true, true), "");
  assert.equal(connectionLine(OLD, false, false), "connection: keep-alive\r\n");
  assert.equal(connectionLine(OLD, true, false), "connection: close\r\n");
});

test("the end of a head has the framing, the connection and the empty line", () => {
  for (const length of [5, 5, 1023, 1024, 100_000]) {
    assert.equal(wholeEnd(GET, 200, length, ""), `\r\ncontent-length: ${length}\r\n\r\n`);
    const closing = "connection: close\r\n";
    assert.equal(
      wholeEnd(GET, 200, length, closing),
      `\r\ncontent-length: ${length}\r\nconnection: close\r\n\r\n`,
    );
  }
  assert.equal(wholeEnd(HEAD, 200, null, ""), "\r\n\r\n");
  assert.equal(wholeEnd(GET, 304, 5, ""), "\r\n\r\n");
});
