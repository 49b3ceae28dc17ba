import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { testContext } from "../context/test-context.test.kit.ts";
import { securityHeaders, type SecurityHeadersOptions } from "./security-headers.ts";

function fieldsOf(options?: SecurityHeadersOptions, url = "https://localhost/"): Record<string, string> {
  const { context } = testContext(new Request(url));
  const result = securityHeaders(options)(context, (given) => {
    assert.equal(given, context);
    return "behind";
  });
  assert.equal(result, "behind");
  const fields = context.fields ?? [];
  return Object.fromEntries(
    Array.from({ length: fields.length / 2 }, (_, at) => [fields[at * 2], fields[at * 2 + 1]]),
  ) as Record<string, string>; // a flat list of names and values
}

describe("securityHeaders", () => {
  test("adds what tells browsers to be careful", () => {
    const { "content-security-policy": policy = "", ...others } = fieldsOf();
    for (const directive of [
      "default-src 'self'",
      "object-src 'none'",
      "frame-ancestors 'self'",
      "base-uri 'self'",
    ])
      assert.ok(policy.split("; ").includes(directive), directive);
    assert.doesNotMatch(policy, /unsafe|\*/);
    assert.deepEqual(others, {
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "origin-agent-cluster": "?1",
      "referrer-policy": "no-referrer",
      "strict-transport-security": "max-age=31536000; includeSubDomains",
      "x-content-type-options": "nosniff",
      "x-dns-prefetch-control": "off",
      "x-download-options": "noopen",
      "x-frame-options": "SAMEORIGIN",
      "x-permitted-cross-domain-policies": "none",
      "x-xss-protection": "0",
    });
  });

  test("speaks of transport security over encrypted connections alone, and of all else everywhere", () => {
    const name = "strict-transport-security";
    const { [name]: _transport, ...others } = fieldsOf();
    assert.deepEqual(fieldsOf({}, "http://localhost/"), others);
    for (const options of [{}, { [name]: "max-age=1" }])
      assert.equal(fieldsOf(options, "http://localhost/")[name], undefined);
    assert.equal(fieldsOf({ [name]: "max-age=1" })[name], "max-age=1");
  });

  test("replaces and leaves out by name, in any spelling, and adds what it does not know", () => {
    const fields = fieldsOf({
      "X-Frame-Options": "DENY",
      "Content-Security-Policy": false,
      "permissions-policy": "camera=()",
    });
    assert.equal(fields["x-frame-options"], "DENY");
    assert.equal("content-security-policy" in fields, false);
    assert.equal(fields["permissions-policy"], "camera=()");
    assert.equal(fields["x-content-type-options"], "nosniff");
  });

  test("can be replaced by stages and handlers behind it", () => {
    const { context } = testContext(new Request("https://localhost/"));
    securityHeaders()(context, () => context.setHeader("x-frame-options", "DENY"));
    const fields = context.fields ?? [];
    assert.equal(fields.filter((text) => text === "x-frame-options").length, 1);
    assert.equal(fields[fields.indexOf("x-frame-options") + 1], "DENY");
  });

  test("refuses when it is made what can never be sent", () => {
    assert.throws(() => securityHeaders({ "x-a": "a\r\nb" }), { code: "E_HEADER_VALUE_INVALID" });
    assert.throws(() => securityHeaders({ "a b": "c" }), { code: "E_HEADER_NAME_INVALID" });
    assert.throws(() => securityHeaders({ "content-length": "0" }), { code: "E_HEADER_FRAMING" });
  });
});
