import assert from "node:assert/strict";
import diagnostics from "node:diagnostics_channel";
import { describe, test } from "node:test";
import {
  armature,
  constant,
  CURRENT_CONTEXT,
  defineModule,
  get,
  HttpError,
  inject,
  inspectApp,
  post,
  provide,
  reply,
  REQUEST_CHANNELS,
  type RouteField,
  token,
} from "armature";
import { z } from "zod";
import { LogLines } from "./harness/log-lines.ts";
import { NATIVE, WAYS, type Source } from "./harness/ways.ts";

const User = z.object({ id: z.int(), name: z.string() });
const SESSION = token<string>("SESSION");

class AboutController {
  static readonly path = "/about";
  readonly version = get("/version", constant({ version: "1.4.2" }));
}

const source: Source = armature()
  .get("/json", constant({ message: "h\u00e4llo" }))
  .get("/text", constant("pl\u00e4in"))
  .get("/bytes", constant(new Uint8Array([1, 2, 250])))
  .get("/html", constant(reply.html("<p>hi</p>").header("x-own", "1")))
  .get("/moved", constant(reply.redirect("/text", 308)))
  .get("/none", constant(undefined))
  .get("/declared", { response: User }, constant({ id: 1, name: "Ada", secret: "x" }))
  .get("/version", constant(reply(200, "0123456789").etag("v1").ranges()))
  .post("/posted", constant("posted"))
  .module(defineModule({ controllers: [AboutController] }));

for (const way of [...WAYS, NATIVE])
  describe(`constant routes by ${way.name}`, { skip: way.missing ?? false }, () => {
    test("answer what was made at boot, without an id of the request", async () => {
      await using running = await way.start(source);
      for (const [method, path, status, type, text] of [
        ["GET", "/json", 200, "application/json", '{"message":"h\u00e4llo"}'],
        ["GET", "/text", 200, "text/plain; charset=utf-8", "pl\u00e4in"],
        ["GET", "/html", 200, "text/html; charset=utf-8", "<p>hi</p>"],
        ["GET", "/moved", 308, undefined, ""],
        ["GET", "/none", 204, undefined, ""],
        ["GET", "/declared", 200, "application/json", '{"id":1,"name":"Ada"}'],
        ["GET", "/about/version", 200, "application/json", '{"version":"1.4.2"}'],
        ["POST", "/posted", 200, "text/plain; charset=utf-8", "posted"],
      ] as const)
        for (let time = 0; time < 2; time++) {
          const answer = await running.request(method, path);
          assert.deepEqual(
            [answer.status, answer.header("content-type"), answer.text],
            [status, type, text],
            path,
          );
          assert.equal(answer.header("x-request-id"), undefined);
        }
      assert.deepEqual([...(await running.request("GET", "/bytes")).bytes], [1, 2, 250]);
      assert.equal((await running.request("GET", "/html")).header("x-own"), "1");
      assert.equal((await running.request("GET", "/moved")).header("location"), "/text");
      const head = await running.request("HEAD", "/json");
      assert.deepEqual([head.status, head.header("content-length"), head.text], [200, "20", ""]);
      assert.equal((await running.request("DELETE", "/json")).status, 405);
      assert.equal((await running.request("GET", "/json?a=b")).text, '{"message":"h\u00e4llo"}');
    });

    test("answer conditions and ranges by their version", async () => {
      await using running = await way.start(source);
      const ask = async (headers: Readonly<Record<string, string>>): Promise<unknown[]> => {
        const answer = await running.request("GET", "/version", { headers });
        assert.equal(answer.header("etag"), answer.status === 412 ? undefined : '"v1"');
        return [answer.status, answer.status === 412 ? "" : answer.text];
      };
      assert.deepEqual(await ask({}), [200, "0123456789"]);
      assert.deepEqual(await ask({ "if-none-match": '"v1"' }), [304, ""]);
      assert.deepEqual(await ask({ "if-none-match": '"v0"' }), [200, "0123456789"]);
      assert.deepEqual(await ask({ "if-match": '"v0"' }), [412, ""]);
      assert.deepEqual(await ask({ range: "bytes=2-3" }), [206, "23"]);
      assert.deepEqual(await ask({}), [200, "0123456789"]);
    });

    test("have a tag of their bytes where answers have one", async () => {
      await using running = await way.start(source, { etag: true });
      const first = await running.request("GET", "/json");
      const etag = first.header("etag") ?? "";
      assert.match(etag, /^W\/"/);
      assert.equal(
        (await running.request("GET", "/json", { headers: { "if-none-match": etag } })).status,
        304,
      );
      assert.equal((await running.request("HEAD", "/json")).header("etag"), etag);
      assert.equal((await running.request("POST", "/posted")).header("etag"), undefined);
    });

    test("behind stages and schemas are answers like others", async () => {
      const staged = armature()
        .use(async (context, next) => {
          context.setHeader("x-stage", "1");
          return await next(context);
        })
        .intercept((context, next) => {
          const result = next(context) as ReturnType<typeof reply>;
          return result.header("x-count", "1");
        })
        .get("/a", { query: z.object({ n: z.int() }) }, constant(reply(200, { a: 1 })));
      await using running = await way.start(staged);
      for (let time = 0; time < 3; time++) {
        const answer = await running.request("GET", "/a?n=1");
        assert.deepEqual(
          [answer.text, answer.header("x-stage"), answer.header("x-count")],
          ['{"a":1}', "1", "1"],
        );
        assert.notEqual(answer.header("x-request-id"), undefined);
      }
      assert.equal((await running.request("GET", "/a?n=x")).status, 400);
    });

    test("lend nothing to stages: what one adds to an answer is not in the next", async () => {
      const staged = armature()
        .intercept((context, next) => {
          const result = next(context) as { body?: { seen: string[] }; seen?: string[] };
          const seen = result.seen ?? result.body?.seen ?? assert.fail("no list");
          seen.push(context.request.search);
          return result;
        })
        .get("/value", constant({ seen: [] as string[] }))
        .get("/reply", constant(reply(200, { seen: [] as string[] })));
      await using running = await way.start(staged);
      for (const path of ["/value", "/reply"])
        for (const search of ["a", "b"])
          assert.equal(
            (await running.request("GET", `${path}?${search}`)).text,
            JSON.stringify({ seen: [search] }),
          );
    });

    test("of a controller that is made for each request are answered where that can be made", async () => {
      class SessionController {
        static readonly scope = "request" as const;
        readonly #session = inject(SESSION);
        readonly who = get("/who", () => this.#session);
        readonly version = get("/version", constant("1.4.2"));
      }
      const withSession = defineModule({
        providers: [
          provide(SESSION, {
            scope: "request",
            inject: [CURRENT_CONTEXT],
            useFactory: ({ request }) => {
              const session = request.headers.get("x-session");
              if (session === undefined) throw new HttpError(401, "E_NO_SESSION", "Log in first.");
              return session;
            },
          }),
        ],
        controllers: [SessionController],
      });
      await using running = await way.start(withSession);
      const version = running.app.routes.find(({ path }) => path === "/version");
      assert.deepEqual(version?.constant?.obstacles, ["its controller is made for each request"]);
      for (const path of ["/who", "/version", "/version"]) {
        assert.equal((await running.request("GET", path)).status, 401, path);
        assert.equal(
          (await running.request("GET", path, { headers: { "x-session": "a" } })).status,
          200,
          path,
        );
      }
    });

    test("say that they vary by the version that is asked for", async () => {
      const versioned = armature()
        .get("/", { version: "1" }, constant(reply(200, "one").etag("1")))
        .get("/", { version: "2" }, constant("two"))
        .get("/other", constant("other"));
      await using running = await way.start(versioned, { versioning: { type: "header", default: "1" } });
      const one = await running.request("GET", "/");
      assert.deepEqual([one.text, one.header("vary"), one.header("etag")], ["one", "x-api-version", '"1"']);
      const same = await running.request("GET", "/", { headers: { "if-none-match": '"1"' } });
      assert.deepEqual([same.status, same.header("vary")], [304, "x-api-version"]);
      const two = await running.request("GET", "/", { headers: { "x-api-version": "2" } });
      assert.deepEqual([two.text, two.header("vary")], ["two", "x-api-version"]);
      assert.equal((await running.request("GET", "/other")).header("vary"), undefined);
    });

    test("are in the request log", async () => {
      const lines = new LogLines();
      await using running = await way.start(source, { logger: lines.logger, requestLog: true });
      await running.request("GET", "/json");
      assert.equal(lines.requests().length, 1);
    });

    test("are told of as soon as somebody listens", async () => {
      await using running = await way.start(source);
      const told: string[] = [];
      const listen = (message: unknown): void => void told.push((message as { target: string }).target);
      await running.request("GET", "/json");
      diagnostics.subscribe(REQUEST_CHANNELS.sent, listen);
      // By another connection: its arrival has the listener look.
      await running.request("GET", "/text");
      await new Promise(setImmediate);
      diagnostics.unsubscribe(REQUEST_CHANNELS.sent, listen);
      await running.request("GET", "/json");
      assert.deepEqual(told, ["/text"]);
    });
  });

describe("a constant route", () => {
  const check = (
    route: RouteField,
    options: Parameters<typeof inspectApp>[1] = {},
  ): ReturnType<typeof inspectApp> => inspectApp(defineModule({ routes: [route] }), options);
  const faultsOf = (route: RouteField): unknown[] =>
    check(route).faults.map(({ code, path }) => [code, path.join()]);

  test("is refused at boot where its answer is not known then", async () => {
    async function* pieces(): AsyncGenerator<string> {
      yield "a";
    }
    const Later = z.string().refine(async () => true);
    for (const route of [
      get("/a", constant(pieces())),
      get("/a", constant(reply.file("/etc/hostname"))),
      get("/a", constant(reply.stream(pieces()))),
      get("/a", constant(new Blob(["a"]))),
      get("/a", constant(new Response("a"))),
      get("/a", { response: Later }, constant("a")),
    ])
      assert.deepEqual(faultsOf(route), [["E_CONSTANT_ANSWER", "GET /a"]]);
  });

  test("is refused at boot where its answer is not what it declares, or cannot be sent", () => {
    assert.equal(faultsOf(get("/a", { response: User }, constant({ id: 1.5, name: "Ada" }))).length, 1);
    assert.equal(faultsOf(get("/a", constant(reply(200, "a").header("a b", "c")))).length, 1);
    assert.equal(faultsOf(get("/a", constant(reply(200, "a").header("content-length", "7")))).length, 1);
    assert.deepEqual(faultsOf(get("/a", constant("a"))), []);
  });

  test("says why engines do not answer it by themselves", () => {
    const obstaclesOf = (
      route: RouteField,
      options: Parameters<typeof inspectApp>[1] = {},
    ): readonly string[] | undefined => check(route, options).registry.routes[0]?.constant?.obstacles;
    const isClerk = (): boolean => true;
    assert.deepEqual(obstaclesOf(get("/a/b.txt", constant("a"))), []);
    assert.deepEqual(obstaclesOf(get("/:a", constant("a"))), ["its path is a pattern, or has to be decoded"]);
    assert.deepEqual(obstaclesOf(post("/a", constant("a"))), ["its method is POST"]);
    assert.deepEqual(obstaclesOf(get("/a", { guards: [isClerk] }, constant("a"))), [
      "the guard isClerk sees its requests",
    ]);
    assert.deepEqual(obstaclesOf(get("/a", { query: User }, constant("a"))), ["schemas check query"]);
    assert.deepEqual(obstaclesOf(get("/a", { host: "a.example" }, constant("a"))), [
      "it is served for some hosts alone",
    ]);
    assert.deepEqual(obstaclesOf(get("/a", constant("a")), { requestLog: true }), [
      "the request log tells of every request",
    ]);
    assert.equal(obstaclesOf(get("/a", () => "a")), undefined);
    class OwnController {
      static readonly scope = "request" as const;
      readonly a = get("/a", constant("a"));
    }
    const inspected = inspectApp(defineModule({ controllers: [OwnController] }));
    assert.deepEqual(inspected.registry.routes[0]?.constant?.obstacles, [
      "its controller is made for each request",
    ]);
  });
});
