import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createRouter } from "@armature/router";
import { RequestContext } from "../context/request-context.ts";
import { Reply } from "../context/reply.ts";
import { testContext } from "../context/test-context.test.kit.ts";
import { cors, type CorsOptions } from "./cors.ts";

const APP = "https://app.example.com";

interface Passed {
  /** Whether what stands behind was called. */
  readonly wentOn: boolean;
  readonly result: unknown;
  /** The fields that the context has got. */
  readonly fields: Readonly<Record<string, string>>;
}

/** Sends a request for a path that has GET and PUT through CORS. */
function pass(
  options: CorsOptions | undefined,
  method: string,
  headers: Readonly<Record<string, string>>,
): Passed {
  const { exchange, context: own } = testContext(new Request("http://localhost/a", { method, headers }));
  const routes = ["GET", "PUT"].map((one) => ({ method: one, path: "/a", value: own.compiled }));
  const context = new RequestContext(exchange, own.compiled, createRouter(routes).matchString(method, "/a"));
  let wentOn = false;
  const result = cors(options)(context, (given) => {
    assert.equal(given, context);
    wentOn = true;
    return "behind";
  });
  return { wentOn, result, fields: toRecord(context.fields ?? []) };
}

/** Only `vary` may have several lines. */
function toRecord(fields: readonly string[]): Record<string, string> {
  const record: Record<string, string> = {};
  for (let at = 0; at < fields.length; at += 2) {
    const [name = "", value = ""] = fields.slice(at, at + 2);
    assert.ok(name === "vary" || !(name in record), name);
    record[name] = name in record ? `${record[name]}, ${value}` : value;
  }
  return record;
}

/** The fields of a preflight's answer, or `null` where it was not answered as one. */
function preflight(
  options: CorsOptions,
  headers: Readonly<Record<string, string>> = {},
): Record<string, string> | null {
  const asked = { origin: APP, "access-control-request-method": "PUT", ...headers };
  const { wentOn, result } = pass(options, "OPTIONS", asked);
  if (wentOn) return null;
  assert.ok(result instanceof Reply && result.status === 204 && result.body === undefined);
  return toRecord(result.fields ?? []);
}

describe("cors", () => {
  test("lets requests without an origin pass, and says that answers differ by it where they do", () => {
    assert.deepEqual(pass(undefined, "GET", {}), { wentOn: true, result: "behind", fields: {} });
    assert.deepEqual(pass({ origin: APP }, "GET", {}).fields, { vary: "Origin" });
  });

  test("allows every origin where nothing is said", () => {
    const { wentOn, result, fields } = pass(undefined, "GET", { origin: APP });
    assert.deepEqual([wentOn, result], [true, "behind"]);
    assert.deepEqual(fields, { "access-control-allow-origin": "*" });
  });

  test("allows the origins that are named, to the letter, and lets the others pass without a word", () => {
    const allowed = { vary: "Origin", "access-control-allow-origin": APP };
    const trusted: readonly NonNullable<CorsOptions["origin"]>[] = [
      APP,
      [APP, "https://b.com"],
      (from) => from === APP,
    ];
    const strangers = [
      "https://evil.com",
      `${APP}.evil.com`,
      `${APP}/`,
      APP.toUpperCase(),
      "http://app.example.com",
      "null",
      "*",
    ];
    for (const origin of trusted) {
      assert.deepEqual(pass({ origin }, "GET", { origin: APP }).fields, allowed);
      for (const stranger of strangers) {
        const { wentOn, fields } = pass({ origin }, "GET", { origin: stranger });
        assert.deepEqual([wentOn, fields], [true, { vary: "Origin" }], stranger);
      }
    }
  });

  test("allows credentials and shows fields where it is told to", () => {
    const options = { origin: APP, credentials: true, exposedHeaders: ["x-total", "etag"] };
    assert.deepEqual(pass(options, "POST", { origin: APP }).fields, {
      vary: "Origin",
      "access-control-allow-origin": APP,
      "access-control-allow-credentials": "true",
      "access-control-expose-headers": "x-total, etag",
    });
    assert.deepEqual(pass(options, "POST", { origin: "https://evil.com" }).fields, { vary: "Origin" });
    const one = pass({ exposedHeaders: ["etag"] }, "GET", { origin: APP }).fields;
    assert.equal(one["access-control-expose-headers"], "etag");
  });

  test("refuses credentials for every origin when it is made", () => {
    for (const options of [{ credentials: true }, { credentials: true, origin: "*" }])
      assert.throws(() => cors(options), { code: "E_CORS_OPTIONS" });
    cors({ credentials: true, origin: () => true });
  });
});

describe("a preflight", () => {
  test("is answered in place of what stands behind: methods of the path, fields as asked, ten minutes", () => {
    assert.deepEqual(preflight({ origin: APP }), {
      "access-control-allow-methods": "GET, HEAD, OPTIONS, PUT",
      "access-control-max-age": "600",
    });
    assert.deepEqual(preflight({ origin: APP }, { "access-control-request-headers": "x-a, x-b" }), {
      "access-control-allow-methods": "GET, HEAD, OPTIONS, PUT",
      "access-control-max-age": "600",
      "access-control-allow-headers": "x-a, x-b",
    });
  });

  test("is answered as the options say", () => {
    const options = { methods: ["GET", "PUT"], allowedHeaders: ["x-own", "x-b"], maxAgeSeconds: 0 };
    assert.deepEqual(preflight(options, { "access-control-request-headers": "x-a" }), {
      "access-control-allow-methods": "GET, PUT",
      "access-control-max-age": "0",
      "access-control-allow-headers": "x-own, x-b",
    });
  });

  test("varies by what it was asked", () => {
    const asked = { origin: APP, "access-control-request-method": "PUT" };
    assert.equal(
      pass(undefined, "OPTIONS", asked).fields["vary"],
      "Access-Control-Request-Method, Access-Control-Request-Headers",
    );
  });

  test("of a stranger goes on, and nothing is allowed", () => {
    const asked = { origin: "https://evil.com", "access-control-request-method": "PUT" };
    const { wentOn, fields } = pass({ origin: APP }, "OPTIONS", asked);
    assert.deepEqual([wentOn, fields], [true, { vary: "Origin" }]);
  });

  test("is OPTIONS with a method to ask for: anything else goes on", () => {
    assert.ok(pass({ origin: APP }, "OPTIONS", { origin: APP }).wentOn);
    assert.ok(pass({ origin: APP }, "GET", { origin: APP, "access-control-request-method": "PUT" }).wentOn);
    assert.ok(pass({ origin: APP }, "OPTIONS", { "access-control-request-method": "PUT" }).wentOn);
  });
});
