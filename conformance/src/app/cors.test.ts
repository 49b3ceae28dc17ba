import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { armature, cors, securityHeaders, type CorsOptions } from "armature";
import { createMemoryEngine, type MemoryListener } from "@armature/engine/memory";
import type { Answer } from "./harness/answer.ts";
import { build, WAYS, type Source } from "./harness/ways.ts";

const ORIGIN = "https://app.example.com";
const OTHER = "https://evil.example.com";

function sourceWith(options?: CorsOptions): Source {
  return armature()
    .use(cors(options))
    .get("/a", () => "a")
    .put("/a", () => "put")
    .get("/fails", () => {
      throw new Error("boom");
    })
    .get("/guarded", { guards: [() => false] }, () => "never");
}

function fieldsOf(answer: Answer): Record<string, string> {
  return Object.fromEntries(
    answer.fields.filter(([name]) => name.startsWith("access-control-") || name === "vary"),
  );
}

function preflight(method: string, fields?: string): Record<string, string> {
  const asked = fields === undefined ? {} : { "access-control-request-headers": fields };
  return { origin: ORIGIN, "access-control-request-method": method, ...asked };
}

for (const way of WAYS)
  describe(`CORS by ${way.name}`, () => {
    test("allows every origin by default, without credentials", async () => {
      await using running = await way.start(sourceWith());
      const answer = await running.request("GET", "/a", { headers: { origin: ORIGIN } });
      assert.equal(answer.text, "a");
      assert.deepEqual(fieldsOf(answer), { "access-control-allow-origin": "*" });
      assert.deepEqual(fieldsOf(await running.request("GET", "/a")), {});
    });

    test("allows the origins that it names, and varies by them", async () => {
      await using running = await way.start(
        sourceWith({
          origin: [ORIGIN, "https://b.example.com"],
          credentials: true,
          exposedHeaders: ["x-total", "etag"],
        }),
      );
      assert.deepEqual(fieldsOf(await running.request("GET", "/a", { headers: { origin: ORIGIN } })), {
        "access-control-allow-origin": ORIGIN,
        "access-control-allow-credentials": "true",
        "access-control-expose-headers": "x-total, etag",
        vary: "Origin",
      });
      for (const origin of [OTHER, `${ORIGIN}.evil.com`, ORIGIN.toUpperCase(), "null", ""]) {
        const answer = await running.request("GET", "/a", { headers: { origin } });
        assert.equal(answer.text, "a");
        assert.deepEqual(fieldsOf(answer), { vary: "Origin" }, origin);
      }
      assert.deepEqual(fieldsOf(await running.request("GET", "/a")), { vary: "Origin" });
    });

    test("asks a function", async () => {
      await using running = await way.start(
        sourceWith({ origin: (origin) => origin.endsWith("://app.example.com") }),
      );
      assert.equal(
        fieldsOf(await running.request("GET", "/a", { headers: { origin: ORIGIN } }))[
          "access-control-allow-origin"
        ],
        ORIGIN,
      );
      assert.deepEqual(fieldsOf(await running.request("GET", "/a", { headers: { origin: OTHER } })), {
        vary: "Origin",
      });
    });

    test("answers preflights with the methods of the path and the fields that are asked for", async () => {
      await using running = await way.start(sourceWith({ origin: ORIGIN, credentials: true }));
      const answer = await running.request("OPTIONS", "/a", {
        headers: preflight("PUT", "x-a, content-type"),
      });
      assert.deepEqual([answer.status, answer.text], [204, ""]);
      const { vary = "", ...fields } = fieldsOf(answer);
      assert.deepEqual(fields, {
        "access-control-allow-origin": ORIGIN,
        "access-control-allow-credentials": "true",
        "access-control-allow-methods": "GET, HEAD, OPTIONS, PUT",
        "access-control-allow-headers": "x-a, content-type",
        "access-control-max-age": "600",
      });
      for (const name of ["Access-Control-Request-Method", "Access-Control-Request-Headers"])
        assert.match(answer.header("vary") ?? vary, new RegExp(name));
      assert.match(answer.header("vary") ?? "", /Origin/);
    });

    test("answers preflights with what it names", async () => {
      await using running = await way.start(
        sourceWith({ methods: ["GET"], allowedHeaders: ["x-only"], maxAgeSeconds: 5 }),
      );
      const fields = fieldsOf(await running.request("OPTIONS", "/a", { headers: preflight("PUT", "x-a") }));
      assert.equal(fields["access-control-allow-methods"], "GET");
      assert.equal(fields["access-control-allow-headers"], "x-only");
      assert.equal(fields["access-control-max-age"], "5");
    });

    test("allows nothing to preflights of other origins, and leaves other OPTIONS alone", async () => {
      await using running = await way.start(sourceWith({ origin: ORIGIN }));
      const refused = await running.request("OPTIONS", "/a", {
        headers: { ...preflight("PUT"), origin: OTHER },
      });
      assert.equal(refused.status, 204);
      assert.equal(refused.header("access-control-allow-origin"), undefined);
      assert.equal(refused.header("access-control-allow-methods"), undefined);
      const plain = await running.request("OPTIONS", "/a", { headers: { origin: ORIGIN } });
      assert.equal(plain.header("allow"), "GET, HEAD, OPTIONS, PUT");
      assert.equal(plain.header("access-control-allow-methods"), undefined);
    });

    test("lets scripts read errors too", async () => {
      await using running = await way.start(sourceWith({ origin: ORIGIN }));
      for (const [method, path, status] of [
        ["GET", "/fails", 500],
        ["GET", "/guarded", 403],
        ["GET", "/none", 404],
        ["POST", "/a", 405],
      ] as const) {
        const answer = await running.request(method, path, { headers: { origin: ORIGIN } });
        assert.equal(answer.status, status);
        assert.equal(answer.header("access-control-allow-origin"), ORIGIN, path);
        assert.equal(answer.header("vary"), "Origin");
      }
    });
  });

test("CORS refuses to allow credentials to everyone", () => {
  assert.throws(() => cors({ credentials: true }), { code: "E_CORS_OPTIONS" });
  assert.throws(() => cors({ origin: "*", credentials: true }), { code: "E_CORS_OPTIONS" });
});

const EXPECTED: Readonly<Record<string, RegExp>> = {
  "content-security-policy": /default-src 'self'/,
  "cross-origin-opener-policy": /^same-origin$/,
  "cross-origin-resource-policy": /^same-origin$/,
  "referrer-policy": /^no-referrer$/,
  "x-content-type-options": /^nosniff$/,
  "x-frame-options": /^SAMEORIGIN$/,
  "x-xss-protection": /^0$/,
};

for (const way of WAYS)
  describe(`security headers by ${way.name}`, () => {
    const sourceFor = (options?: Record<string, string | false>): Source =>
      armature()
        .use(securityHeaders(options))
        .get("/", () => "a")
        .get("/own", ({ reply }) => reply(200, "a").header("X-Frame-Options", "DENY"));

    test("stand on every answer, errors included", async () => {
      await using running = await way.start(sourceFor());
      for (const path of ["/", "/none"]) {
        const answer = await running.request("GET", path);
        for (const [name, value] of Object.entries(EXPECTED))
          assert.match(answer.header(name) ?? "", value, name);
        assert.equal(answer.header("strict-transport-security") !== undefined, way.isSecure === true);
      }
    });

    test("can be replaced, left out, and set by a route", async () => {
      await using running = await way.start(
        sourceFor({ "Referrer-Policy": "same-origin", "content-security-policy": false, "x-own": "1" }),
      );
      const answer = await running.request("GET", "/");
      assert.deepEqual(answer.all("referrer-policy"), ["same-origin"]);
      assert.equal(answer.header("content-security-policy"), undefined);
      assert.equal(answer.header("x-own"), "1");
      assert.deepEqual((await running.request("GET", "/own")).all("x-frame-options"), ["DENY"]);
    });
  });

test("security headers ask for encryption only where there is some already", async () => {
  const memory = createMemoryEngine();
  const listening = Promise.withResolvers<MemoryListener>();
  const engine = {
    name: memory.name,
    listen: async (...args: Parameters<typeof memory.listen>) => {
      const listener = await memory.listen(...args);
      listening.resolve(listener);
      return listener;
    },
  };
  const source = armature()
    .use(securityHeaders())
    .get("/", ({ request }) => request.protocol);
  await using app = await build(source, { engine });
  await app.listen({ port: 0 });
  const listener = await listening.promise;
  for (const secure of [true, false]) {
    const client = listener.connect({ secure });
    client.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    const answer = Buffer.from(client.readNow()).toString("latin1");
    assert.equal(/strict-transport-security: max-age=31536000/.test(answer), secure);
    assert.match(answer, secure ? /https$/ : /http$/);
    client.destroy();
  }
  const https = await app.fetch(new Request("https://localhost/"));
  assert.match(https.headers.get("strict-transport-security") ?? "", /max-age/);
});

test("security headers refuse what cannot be sent", () => {
  assert.throws(() => securityHeaders({ "x-a": "a\nb" }), { code: "E_HEADER_VALUE_INVALID" });
});
