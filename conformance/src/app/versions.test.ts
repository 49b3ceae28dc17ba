import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { armature, type AppOptions } from "armature";
import { z } from "zod";
import { LogLines } from "./harness/log-lines.ts";
import { WAYS } from "./harness/ways.ts";

const DATE = "Thu, 29 Feb 2024 12:30:15 GMT";
const EARLIER = "Thu, 29 Feb 2024 12:30:14 GMT";
const Item = z.object({ id: z.int() });
let made = 0;
let changes = 0;

const source = armature()
  .get("/plain", () => ({ id: 1 }))
  .get("/json", { etag: true }, () => ({ id: 1 }))
  .get("/strong", { etag: "strong" }, () => "text")
  .get("/bytes", { etag: true }, () => new Uint8Array([1, 2, 3]))
  .get("/declared", { etag: true, response: Item }, () => ({ id: 1, secret: true }))
  .get("/own", { etag: true }, ({ reply }) => reply(200, "own").header("ETag", '"mine"'))
  .get("/stage", { etag: true }, (context) => {
    context.setHeader("last-modified", DATE);
    return "stage";
  })
  .get("/off", { etag: false }, () => "off")
  .get("/created", { etag: true }, ({ reply }) => reply(201, "created"))
  .get("/empty", { etag: true }, () => undefined)
  .post("/post", { etag: true }, () => {
    changes++;
    return "posted";
  })
  .get("/tagged", ({ reply }) =>
    reply(200, { id: 1 }).etag("v7").vary("accept").header("cache-control", "no-cache"),
  )
  .get("/weak", ({ reply }) => reply(200, "weak").etag({ value: "v7", weak: true }))
  .get("/dated", ({ reply }) => reply(200, "dated").lastModified(new Date(DATE)))
  .get("/stream", ({ reply }) =>
    reply
      .stream(
        (async function* stream() {
          made++;
          yield "stream";
        })(),
        { type: "text/plain" },
      )
      .etag("s1"),
  )
  .get("/stream-field", { etag: true }, ({ reply }) => reply.stream(["stream"]).header("etag", '"s1"'))
  .get("/checked", (context) => {
    if (context.preconditions({ etag: "v7", lastModified: new Date(DATE) })) return context.reply(304);
    made++;
    return "checked";
  })
  .get("/careless", (context) => {
    context.preconditions({ etag: "v7" });
    return "careless";
  })
  .put("/item", (context) => {
    context.preconditions({ etag: "v7", lastModified: new Date(DATE) });
    changes++;
    return context.reply(200, "changed").header("etag", '"v8"');
  })
  .put("/new", (context) => {
    context.preconditions({ etag: null });
    changes++;
    return context.reply(201, "made");
  })
  .get("/bad", ({ reply }) => reply(200, "bad").etag('a"b'));

type Headers = Readonly<Record<string, string>>;

for (const way of WAYS)
  describe(`versions of answers by ${way.name}`, () => {
    test("are tags of the bytes where a route asks for them", async () => {
      await using running = await way.start(source);
      for (const path of ["/json", "/bytes", "/declared"]) {
        const answer = await running.request("GET", path);
        const etag = answer.header("etag") ?? "";
        assert.match(etag, /^W\/"[\w-]{22}"$/, path);
        assert.equal((await running.request("GET", path)).header("etag"), etag);
        const head = await running.request("HEAD", path);
        assert.equal(head.header("etag"), etag);
        assert.equal(head.header("content-length"), String(answer.bytes.length));
        const again = await running.request("GET", path, { headers: { "if-none-match": `"x", ${etag}` } });
        assert.deepEqual([again.status, again.text], [304, ""]);
        assert.equal(again.header("etag"), etag);
        assert.equal(again.header("content-type"), undefined);
        assert.ok(again.header("x-request-id"));
        const other = await running.request("GET", path, { headers: { "if-none-match": 'W/"x"' } });
        assert.deepEqual([other.status, other.bytes], [200, answer.bytes]);
      }
      assert.notEqual(
        (await running.request("GET", "/json")).header("etag"),
        (await running.request("GET", "/bytes")).header("etag"),
      );
      assert.match((await running.request("GET", "/strong")).header("etag") ?? "", /^"[\w-]{22}"$/);
    });

    test("are asked for by an application, a controller or a route, the innermost decides", async () => {
      const tagged = async (options: AppOptions, path: string): Promise<boolean> => {
        await using running = await way.start(source, options);
        return (await running.request("GET", path)).header("etag") !== undefined;
      };
      assert.equal(await tagged({}, "/plain"), false);
      assert.equal(await tagged({ etag: true }, "/plain"), true);
      assert.equal(await tagged({ etag: "strong" }, "/plain"), true);
      assert.equal(await tagged({ etag: true }, "/off"), false);
      const group = armature().group("/g", { etag: true }, (inner) =>
        inner.get("/a", () => "a").get("/b", { etag: false }, () => "b"),
      );
      await using running = await way.start(group);
      assert.ok((await running.request("GET", "/g/a")).header("etag"));
      assert.equal((await running.request("GET", "/g/b")).header("etag"), undefined);
    });

    test("are not made for what is no plain answer", async () => {
      await using running = await way.start(source, { etag: true });
      for (const [method, path, status] of [
        ["GET", "/created", 201],
        ["GET", "/empty", 204],
        ["GET", "/none", 404],
        ["POST", "/post", 200],
      ] as const) {
        const headers = { "if-match": '"x"', "if-none-match": "*" };
        const answer = await running.request(method, path, { headers });
        assert.deepEqual([answer.status, answer.header("etag")], [status, undefined], path);
      }
    });

    test("of a handler's or a stage's own stay", async () => {
      await using running = await way.start(source);
      const statusOf = async (path: string, headers: Headers): Promise<number> =>
        (await running.request("GET", path, { headers })).status;
      assert.deepEqual((await running.request("GET", "/own")).all("etag"), ['"mine"']);
      assert.equal(await statusOf("/own", { "if-none-match": '"mine"' }), 304);
      assert.equal(await statusOf("/own", { "if-match": '"other"' }), 412);
      assert.equal(await statusOf("/stage", { "if-modified-since": DATE }), 304);
      assert.equal(await statusOf("/stage", { "if-modified-since": EARLIER }), 200);
    });

    test("are declared by replies", async () => {
      await using running = await way.start(source);
      const whole = await running.request("GET", "/tagged");
      assert.deepEqual([whole.status, whole.header("etag"), whole.text], [200, '"v7"', '{"id":1}']);
      const known = await running.request("GET", "/tagged", { headers: { "if-none-match": 'W/"v7"' } });
      assert.deepEqual([known.status, known.text], [304, ""]);
      // The fields that a cache needs (RFC 9110, 15.4.5).
      assert.deepEqual(
        ["etag", "vary", "cache-control"].map((name) => known.header(name)),
        ['"v7"', "accept", "no-cache"],
      );
      assert.equal(known.header("content-length") ?? "0", "0");
      const refused = await running.request("GET", "/tagged", { headers: { "if-match": '"v6"' } });
      assert.deepEqual([refused.status, refused.problem["code"]], [412, "E_PRECONDITION_FAILED"]);
      assert.equal(refused.header("etag"), undefined);
      const weak = await running.request("GET", "/weak", { headers: { "if-match": 'W/"v7"' } });
      assert.equal(weak.status, 412, "weak tags do not match strongly");
      for (const [since, status] of [
        [DATE, 304],
        [EARLIER, 200],
      ] as const) {
        const headers = { "if-modified-since": since };
        assert.equal((await running.request("GET", "/dated", { headers })).status, status);
      }
    });

    test("of streams are looked at before anything is read", async () => {
      await using running = await way.start(source);
      made = 0;
      const known = await running.request("GET", "/stream", { headers: { "if-none-match": '"s1"' } });
      assert.deepEqual([known.status, known.text, known.header("content-type")], [304, "", undefined]);
      assert.equal(
        (await running.request("GET", "/stream", { headers: { "if-match": '"s2"' } })).status,
        412,
      );
      assert.equal(made, 0);
      const whole = await running.request("GET", "/stream");
      assert.deepEqual([whole.status, whole.text, whole.header("etag")], [200, "stream", '"s1"']);
      assert.equal(made, 1);
      const byField = await running.request("GET", "/stream-field", { headers: { "if-none-match": '"s1"' } });
      assert.deepEqual([byField.status, byField.text], [304, ""]);
    });

    test("are checked by handlers that read", async () => {
      await using running = await way.start(source);
      made = 0;
      const get = async (path: string, headers: Headers): Promise<number> =>
        (await running.request("GET", path, { headers })).status;
      assert.equal(await get("/checked", { "if-none-match": '"v7"' }), 304);
      assert.equal(await get("/checked", { "if-modified-since": DATE }), 304);
      assert.equal(await get("/checked", { "if-match": '"v6"' }), 412);
      assert.equal(made, 0);
      const whole = await running.request("GET", "/checked", {
        headers: { "if-none-match": '"v6"', "if-modified-since": DATE },
      });
      assert.deepEqual(
        [whole.status, whole.header("etag"), whole.header("last-modified")],
        [200, '"v7"', DATE],
      );
      assert.equal(await get("/careless", { "if-none-match": '"v7"' }), 304);
      assert.equal(await get("/careless", {}), 200);
    });

    test("are checked by handlers that change something, before they do", async () => {
      await using running = await way.start(source);
      changes = 0;
      const put = async (path: string, headers: Headers): Promise<number> =>
        (await running.request("PUT", path, { headers })).status;
      assert.equal(await put("/item", { "if-match": '"v6"' }), 412);
      assert.equal(await put("/item", { "if-match": 'W/"v7"' }), 412);
      assert.equal(await put("/item", { "if-unmodified-since": EARLIER }), 412);
      assert.equal(await put("/item", { "if-none-match": "*" }), 412);
      assert.equal(await put("/item", { "if-none-match": '"v7"' }), 412);
      assert.equal(await put("/new", { "if-match": "*" }), 412);
      assert.equal(changes, 0);
      assert.equal(await put("/item", { "if-match": '"v6", "v7"' }), 200);
      assert.equal(await put("/item", { "if-match": '"v7"', "if-unmodified-since": EARLIER }), 200);
      assert.equal(await put("/item", { "if-modified-since": DATE }), 200);
      assert.equal(await put("/item", {}), 200);
      assert.equal(await put("/new", { "if-none-match": "*" }), 201);
      assert.equal(changes, 5);
      const answer = await running.request("PUT", "/item");
      assert.deepEqual(answer.all("etag"), ['"v8"']);
    });

    test("that cannot be written are the server's fault", async () => {
      const lines = new LogLines();
      await using running = await way.start(source, { logger: lines.logger });
      assert.equal((await running.request("GET", "/bad")).status, 500);
      assert.deepEqual(lines.errorCodes(), ["E_ETAG_INVALID"]);
    });
  });

test("wrong ways to tag are mistakes at boot", async () => {
  const wrong = "maybe" as unknown as boolean;
  await assert.rejects(armature({ etag: wrong }).ready(), /E_OPTION_INVALID|option "etag" must be/);
  await assert.rejects(
    armature()
      .get("/", { etag: wrong }, () => "a")
      .ready(),
    /etag must be true, false, "weak" or "strong"/,
  );
});
