import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { PathFault } from "./canonical-path.ts";
import { toTargetPath } from "./request-target.ts";

function pathOf(target: string, method = "GET"): string | null {
  const path = toTargetPath(method, target);
  return path instanceof PathFault ? null : path;
}

const CANONICAL: Readonly<Record<string, string>> = {
  "/": "/",
  "/a/b?c/../d%zz": "/a/b",
  "/a/./b/../c": "/a/c",
  "/a/b/.": "/a/b/",
  "/a/b/..": "/a/",
  "/..": "/",
  "/../../a": "/a",
  "/a/%2e%2E/b": "/b",
  "/a/.%2e/b": "/b",
  "/a/...": "/a/...",
  "/.a/..b/c.": "/.a/..b/c.",
  "/a//b": "/a//b",
  "//a": "//a",
  "//a/..": "//",
  "/a//../b": "/a/b",
  "/%61%7A%5f": "/az_",
  "/a%2fb": "/a%2Fb",
  "/..%2fa": "/..%2Fa",
  "/%3a%3A": "/%3A%3A",
  "/a:b@c;d=e,f!g$h&i'(j)*+": "/a:b@c;d=e,f!g$h&i'(j)*+",
  "/caf%c3%a9": "/caf%C3%A9",
  "/caf\xc3\xa9": "/caf%C3%A9",
  '/"<>[]\\^`{|}': "/%22%3C%3E%5B%5D%5C%5E%60%7B%7C%7D",
  "/%0a%7f%23%3F": "/%0A%7F%23%3F",
  "/%2525": "/%2525",
  "http://example.com": "/",
  "http://example.com?x": "/",
  "http://example.com/a/../b?c": "/b",
  "HTTPS://user-agent.example:8443/A": "/A",
  "http://[::1]:80/a": "/a",
};

for (const [target, path] of Object.entries(CANONICAL)) {
  test(`reads ${target} as ${path}`, () => {
    assert.equal(pathOf(target), path);
  });
}

const BAD = [
  "",
  "a",
  "a/b",
  "?x",
  "*",
  "*/",
  "example.com:443",
  "ftp://example.com/a",
  "http:/a",
  "http:///a",
  "http://",
  "http://user@example.com/",
  "http://a\\@b/c",
  "http://a b/",
  "/%",
  "/%4",
  "/%4?1",
  "/%zz",
  "/%0g",
  "/%u0041",
  "/%00",
  "/a%00b",
  "/%ff",
  "/%c3",
  "/%c3/%a9",
  "/%c3a",
  "/%c0%af",
  "/%ed%a0%80",
  "/%f4%90%80%80",
  "/\xe9",
  "/a b",
  "/a\tb",
  "/a\0b",
  "/a\x7f",
  "/a#b",
  "/\u0100",
];

for (const target of BAD) {
  test(`refuses ${JSON.stringify(target)}`, () => {
    assert.equal(pathOf(target), null);
  });
}

test("the asterisk belongs to OPTIONS, which may also name a host without a path", () => {
  assert.equal(pathOf("*", "OPTIONS"), "*");
  assert.equal(pathOf("http://example.com", "OPTIONS"), "*");
  assert.equal(pathOf("http://example.com/", "OPTIONS"), "/");
  assert.equal(pathOf("http://example.com?x", "OPTIONS"), "/");
});

test("a fault says what is wrong without repeating the target", () => {
  const fault = toTargetPath("GET", "/<script>%zz");
  assert.ok(fault instanceof PathFault);
  assert.equal(fault.reason, 'has a "%" without two hexadecimal digits');
  assert.equal(fault.position, 9);
});

const pieces = fc.constantFrom(
  "a",
  "%61",
  "%2f",
  "%2e",
  ".",
  "..",
  "/",
  "/",
  "%c3%A9",
  "\xc3\xa9",
  "{",
  "%7b",
  ":",
  "%25",
);
const targets = fc.array(pieces).map((parts) => `/${parts.join("")}`);

test("a canonical path is its own canonical path", () => {
  fc.assert(
    fc.property(targets, (target) => {
      const path = pathOf(target);
      assert.ok(path !== null);
      assert.equal(pathOf(path), path);
      assert.match(path, /^\/(?:[\w\-.~!$&'()*+,;=:@/]|%[0-9A-F]{2})*$/);
      assert.doesNotMatch(path, /\/\.\.?(?:\/|$)/);
    }),
  );
});

test("dot segments are removed as the URL standard removes them", () => {
  const segments = fc.array(fc.constantFrom("a", "b", "", ".", "..", "...", ".a", "%2e", ".%2E"));
  fc.assert(
    fc.property(segments, (parts) => {
      const target = `/${parts.join("/")}`;
      assert.equal(pathOf(target), new URL(`http://example.com${target}`).pathname);
    }),
  );
});
