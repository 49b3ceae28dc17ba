import assert from "node:assert/strict";
import { test } from "node:test";
import { isJsonMediaType, parseMediaType } from "./media-type.ts";

const VALID: readonly (readonly [
  text: string,
  essence: string,
  parameters: Readonly<Record<string, string>>,
])[] = [
  ["text/html", "text/html", {}],
  ["Text/HTML;Charset=UTF-8", "text/html", { charset: "UTF-8" }],
  [" text/html \t; charset=utf-8 ", "text/html", { charset: "utf-8" }],
  ['text/html; charset="utf-8"', "text/html", { charset: "utf-8" }],
  ['a/b; c="d;e=\\"f\\""; g=h', "a/b", { c: 'd;e="f"', g: "h" }],
  ['a/b; c=""', "a/b", { c: "" }],
  ["a/b;", "a/b", {}],
  ["a/b; ;;c=d;", "a/b", { c: "d" }],
  ["a/b; c=1; C=2", "a/b", { c: "1" }],
  ["application/vnd.api+json", "application/vnd.api+json", {}],
  [
    "multipart/form-data; boundary=----WebKitFormBoundary7MA",
    "multipart/form-data",
    { boundary: "----WebKitFormBoundary7MA" },
  ],
  ["a/b; __proto__=x", "a/b", JSON.parse('{"__proto__":"x"}') as Record<string, string>],
];

test("media types are read as RFC 9110 writes them", () => {
  for (const [text, essence, parameters] of VALID) {
    const parsed = parseMediaType(text);
    assert.equal(parsed?.essence, essence, text);
    assert.equal(`${parsed?.type}/${parsed?.subtype}`, essence);
    assert.deepEqual(Object.entries(parsed?.parameters ?? {}), Object.entries(parameters), text);
    assert.equal(Object.getPrototypeOf(parsed?.parameters), null);
  }
});

test("what is no media type is null", () => {
  for (const text of [
    "",
    "text",
    "text/",
    "/html",
    "text/html/x",
    "text /html",
    "te xt/html",
    "text/html charset=utf-8",
    "text/html, text/plain",
    "text/html; charset",
    "text/html; charset=",
    "text/html; =utf-8",
    "text/html; charset =utf-8",
    "text/html; charset= utf-8",
    'text/html; charset="utf-8',
    'text/html; charset="utf-8"x',
    "text/html; charset=utf 8",
    "text/html; ch\u00e4r=x",
    "text/html\n",
    "text/html; a=b\r\nx: y",
    "multipart/form-data; boundary=a(b)",
  ]) {
    assert.equal(parseMediaType(text), null, JSON.stringify(text));
  }
});

test("JSON is application/json and every +json", () => {
  for (const text of [
    "application/json",
    "Application/JSON",
    "application/json; charset=utf-8",
    "application/problem+json",
    "image/svg+json;a=b",
  ]) {
    assert.equal(isJsonMediaType(text), true, text);
    const parsed = parseMediaType(text);
    assert.equal(parsed !== null && isJsonMediaType(parsed), true, text);
  }
  for (const text of [
    "",
    "text/plain",
    "application/jsonp",
    "application/json5",
    "application/x-json",
    "application/json+xml",
    "application/json, text/plain",
    "text/plain; a=application/json",
    "json",
    "+json",
  ]) {
    assert.equal(isJsonMediaType(text), false, text);
  }
});

test("a hostile field is read in one pass", () => {
  const long = 200_000;
  assert.equal(parseMediaType(`a/b;c="${"\\".repeat(long)}`), null);
  assert.equal(parseMediaType(`a/b${";".repeat(long)}`)?.essence, "a/b");
  assert.equal(parseMediaType(`a/b${" ".repeat(long)}x`), null);
  assert.equal(parseMediaType("a".repeat(long)), null);
});
