import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { parseHostAndPort, parsePort } from "./host-and-port.ts";

test("hosts that somebody can mean", () => {
  const cases: readonly (readonly [text: string, host: string, port: number | null])[] = [
    ["example.com", "example.com", null],
    ["Example.COM.:8443", "Example.COM.", 8443],
    ["my_service-1", "my_service-1", null],
    ["192.0.2.1:80", "192.0.2.1", 80],
    ["[2001:db8::1]", "[2001:db8::1]", null],
    ["[::ffff:192.0.2.1]:65535", "[::ffff:192.0.2.1]", 65535],
  ];
  for (const [text, host, port] of cases) assert.deepEqual(parseHostAndPort(text), { host, port }, text);
});

test("hosts that are none", () => {
  for (const text of [
    "",
    ":80",
    "a:",
    "a:0",
    "a:65536",
    "a:80:80",
    "a b",
    "a/b",
    "a@b",
    "a?b",
    "a#b",
    "a\\b",
    "a%2fb",
    "..",
    "a..b",
    ".a",
    "<script>",
    "a\r\nset-cookie: x",
    "a\0",
    "::1",
    "[::1",
    "[::1]x",
    "[1.2.3.4]",
    "[fe80::1%25eth0]",
    "b\u00fccher.example",
    "a".repeat(255),
    "a.".repeat(50_000),
  ])
    assert.equal(parseHostAndPort(text), null, text.slice(0, 40));
});

test("what is a host can stand in a URL, and nothing is added to it there", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.domain(),
        fc.ipV6().map((ip) => `[${ip}]`),
      ),
      fc.integer({ min: 1, max: 65535 }),
      (host, port) => {
        const read = parseHostAndPort(`${host}:${port}`);
        assert.deepEqual(read, { host, port });
        assert.equal(new URL(`http://${host}:${port}/a`).pathname, "/a");
      },
    ),
  );
});

test("no text throws", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."a1.-_:[]%@/\\ ".split("")) }), (text) => {
      const read = parseHostAndPort(text);
      if (read !== null)
        assert.equal(
          read.port === null ? read.host : `${read.host}:${text.slice(read.host.length + 1)}`,
          text,
        );
    }),
    { numRuns: 1000 },
  );
});

test("ports", () => {
  for (const text of ["", "0", "65536", "-1", "+1", "1.0", "1e3", " 1", "99999", "1".repeat(1000)])
    assert.equal(parsePort(text), null, text);
  assert.equal(parsePort("00080"), 80);
  assert.equal(parsePort("65535"), 65535);
});
