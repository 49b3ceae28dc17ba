import assert from "node:assert/strict";
import { test } from "node:test";
import { parseBytes, parseLines } from "./parse-bytes.ts";

test("escapes stand for bytes", () => {
  assert.equal(parseBytes("a\\r\\n\\t\\s\\0\\\\\\{\\x00\\xfF}"), "a\r\n\t \0\\{\0\xff}");
});

test("a repeat may hold escapes", () => {
  assert.equal(parseBytes("x{a\\r\\n*3}y{\\x41*2}"), "xa\r\na\r\na\r\nyAA");
});

test("what is no escape, no repeat or no byte is refused", () => {
  for (const text of ["\\q", "\\x0", "\\xgg", "{a", "{*3}", "{a*}", "a{b}", "\u0100"])
    assert.throws(() => parseBytes(text), SyntaxError, text);
});

test("lines end with CRLF unless a backslash ends them", () => {
  assert.equal(
    parseLines(["GET /", "Host: a", "", "body\\"]).toString("latin1"),
    "GET /\r\nHost: a\r\n\r\nbody",
  );
});

test("an escaped backslash joins no lines", () => {
  assert.equal(parseLines(["a\\\\", "b"]).toString("latin1"), "a\\\r\nb\r\n");
});

test("a line may end with an escape and a backslash", () => {
  assert.equal(parseLines(["a\\n\\", "b\\"]).toString("latin1"), "a\nb");
});
