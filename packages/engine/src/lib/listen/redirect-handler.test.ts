import assert from "node:assert/strict";
import { test } from "node:test";
import { type Exchange, HeaderList, type ResponseHead } from "@armature/http";
import { redirectTo } from "./redirect-handler.ts";

function locationOf(target: string, host: string | null, port = 443): string {
  let head: ResponseHead | null = null;
  const exchange = {
    target,
    headers: HeaderList.fromPairs(host === null ? [] : [["host", host]]),
    respond: (given: ResponseHead) => (head = given),
  };
  redirectTo(port)(exchange as unknown as Exchange); // the handler reads nothing else
  const { status, fields } = head as unknown as ResponseHead; // respond was called
  return status === 308 ? (fields?.[1] ?? "") : String(status);
}

test("the host and the target stay, the port is that of https", () => {
  assert.equal(locationOf("/a?b=c", "example.com"), "https://example.com/a?b=c");
  assert.equal(locationOf("/", "example.com:8080"), "https://example.com/");
  assert.equal(locationOf("/", "example.com:8080", 8443), "https://example.com:8443/");
  assert.equal(locationOf("/", "[::1]:80", 8443), "https://[::1]:8443/");
  assert.equal(locationOf("//evil.example/", "example.com"), "https://example.com//evil.example/");
});

test("the authority of an absolute target comes before the host field (RFC 9112, 3.2.2)", () => {
  assert.equal(locationOf("http://a.example:80/b", "c.example"), "https://a.example/b");
  assert.equal(locationOf("HTTP://a.example?b", "c.example"), "https://a.example/?b");
  assert.equal(locationOf("http://a.example", "c.example"), "https://a.example/");
});

test("what names no host or no path is refused", () => {
  assert.equal(locationOf("/", null), "400");
  assert.equal(locationOf("/", ""), "400");
  assert.equal(locationOf("*", "example.com"), "400");
  assert.equal(locationOf("example.com:443", "example.com"), "400");
});
