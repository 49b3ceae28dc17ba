import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  armature,
  Controller,
  defineMethod,
  defineModule,
  del,
  get,
  Get,
  Module,
  post,
  Post,
  type Context,
} from "armature";
import { LogLines } from "./harness/log-lines.ts";
import { WAYS, type Source } from "./harness/ways.ts";

const about = ({ request, route }: Context): object => ({
  path: request.path,
  route: route.path,
  params: request.params,
});

@Controller("/users")
class DecoratedController {
  @Get("/:id(int)")
  find({ params }: { params: { id: number } }): object {
    return { id: params.id };
  }

  @Post("/")
  create(): object {
    return { created: true };
  }
}

@Module({ controllers: [DecoratedController] })
class DecoratedModule {
  // Decorators alone say what it is.
  readonly name = "DecoratedModule";
}

class FieldController {
  static readonly path = "/users" as const;
  readonly find = get("/:id(int)", ({ params }) => ({ id: params.id }));
  readonly create = post("/", () => ({ created: true }));
}

const SPELLINGS: Readonly<Record<string, Source>> = {
  decorated: DecoratedModule,
  fields: defineModule({ controllers: [FieldController] }),
  functions: armature()
    .get("/users/:id(int)", ({ params }) => ({ id: params.id }))
    .post("/users", () => ({ created: true })),
  "a group": armature().group("/users", {}, (users) =>
    users.get("/:id(int)", ({ params }) => ({ id: params.id })).post("/", () => ({ created: true })),
  ),
};

for (const way of WAYS)
  describe(`routing by ${way.name}`, () => {
    for (const [spelling, source] of Object.entries(SPELLINGS))
      test(`gives the same routes for ${spelling}`, async () => {
        await using running = await way.start(source);
        const found = await running.request("GET", "/users/7");
        assert.equal(found.status, 200);
        assert.deepEqual(found.json, { id: 7 });
        assert.equal(found.header("content-type"), "application/json");
        assert.deepEqual((await running.request("POST", "/users")).json, { created: true });
        assert.equal((await running.request("GET", "/users/x")).status, 404);
        assert.equal((await running.request("GET", "/users")).header("allow"), "OPTIONS, POST");
        assert.deepEqual(running.app.routes.map(({ method, path }) => `${method} ${path}`).toSorted(), [
          "GET /users/:id(int)",
          "POST /users",
        ]);
      });

    test("answers HEAD as GET without its body", async () => {
      await using running = await way.start(
        armature()
          .get("/json", () => ({ a: "\u00e4" }))
          .get("/text", () => "text")
          .get("/own", () => "GET")
          .head("/own", ({ reply }) => reply(200).header("x-own", "yes")),
      );
      for (const path of ["/json", "/text"]) {
        const whole = await running.request("GET", path);
        const head = await running.request("HEAD", path);
        assert.equal(head.status, 200);
        assert.equal(head.text, "");
        for (const name of ["content-type", "content-length"])
          assert.equal(head.header(name), whole.header(name), name);
      }
      const own = await running.request("HEAD", "/own");
      assert.equal(own.header("x-own"), "yes");
      assert.equal((await running.request("HEAD", "/none")).status, 404);
    });

    test("answers OPTIONS and 405 with the methods of the path", async () => {
      await using running = await way.start(
        defineModule({
          routes: [get("/a", about), post("/a", about), del("/a", about), get("/b/:x", about)],
        }),
      );
      const options = await running.request("OPTIONS", "/a");
      assert.equal(options.status, 204);
      assert.equal(options.header("allow"), "DELETE, GET, HEAD, OPTIONS, POST");
      const refused = await running.request("PATCH", "/a");
      assert.equal(refused.status, 405);
      assert.equal(refused.header("allow"), "DELETE, GET, HEAD, OPTIONS, POST");
      assert.equal(refused.problem["code"], "E_METHOD_NOT_ALLOWED");
      assert.equal((await running.request("POST", "/b/1")).header("allow"), "GET, HEAD, OPTIONS");
      assert.equal((await running.request("OPTIONS", "/c")).status, 404);
    });

    test("does not know a method that neither a route nor the registry has", async (t) => {
      // node:http refuses such a method before a handler could see it.
      if (way.name === "node:http") return t.skip("node:http answers 400 itself");
      const brew = defineMethod("BREW");
      const lines = new LogLines();
      await using running = await way.start(
        defineModule({ routes: [get("/a", about), brew("/b", () => "tea")] }),
        { logger: lines.logger },
      );
      const unknown = await running.request("MKCOLA", "/a");
      assert.equal(unknown.status, 501);
      assert.equal(unknown.problem["code"], "E_METHOD_UNKNOWN");
      // A client's invention is no error of the server's.
      assert.deepEqual(lines.errorCodes(), []);
      assert.equal((await running.request("BREW", "/b")).text, "tea");
      assert.equal((await running.request("BREW", "/a")).status, 405);
    });

    test("serves methods of the application's own", async () => {
      const report = defineMethod("REPORT")("/a", ({ request }) => request.method);
      await using running = await way.start(defineModule({ routes: [report] }));
      assert.equal((await running.request("REPORT", "/a")).text, "REPORT");
      assert.equal((await running.request("GET", "/a")).header("allow"), "OPTIONS, REPORT");
    });

    test("lets a route answer OPTIONS itself", async () => {
      await using running = await way.start(armature().options("/a", () => "mine"));
      assert.equal((await running.request("OPTIONS", "/a")).text, "mine");
    });

    test("answers 404 as problem details that name the path alone", async () => {
      await using running = await way.start(armature().get("/", () => "root"));
      const missing = await running.request("GET", "/none/%3Cb%3E?secret=1");
      assert.equal(missing.status, 404);
      const { requestId, ...problem } = missing.problem;
      assert.deepEqual(problem, {
        type: "about:blank",
        title: "Not Found",
        status: 404,
        detail: "There is nothing at /none/%3Cb%3E.",
        code: "E_ROUTE_NOT_FOUND",
      });
      assert.equal(missing.header("x-request-id"), requestId);
      assert.equal(missing.header("cache-control"), "no-store");
    });

    test("reads parameters of every kind", async () => {
      await using running = await way.start(
        armature()
          .get("/int/:n(int)", ({ params }) => ({ n: params.n }))
          .get("/range/:n(range:1..9)", ({ params }) => ({ n: params.n }))
          .get("/enum/:kind(cat|dog)", ({ params }) => ({ kind: params.kind }))
          .get("/uuid/:id(uuid)", ({ params }) => ({ id: params.id }))
          .get("/regex/:name(regex:[a-z]+)", ({ params }) => ({ name: params.name }))
          .get("/length/:name(length:2..3)", ({ params }) => ({ name: params.name }))
          .get("/even/:n(even)", ({ params }) => ({ n: params.n }))
          .get("/two/:a/:b", ({ params }) => ({ ...params }))
          .get("/wild/*rest", ({ params }) => ({ rest: params.rest }))
          .get("/maybe/:tab?", ({ params }) => ({ tab: params.tab ?? null })),
        { constraints: { even: (segment) => /^\d*[02468]$/.test(segment) } },
      );
      const found: Readonly<Record<string, unknown>> = {
        "/int/-7": { n: -7 },
        "/range/9": { n: 9 },
        "/enum/dog": { kind: "dog" },
        "/uuid/7c1d4e3a-9b0f-4c55-8f2e-0123456789ab": { id: "7c1d4e3a-9b0f-4c55-8f2e-0123456789ab" },
        "/regex/abc": { name: "abc" },
        "/length/%C3%A4%C3%B6%C3%BC": { name: "\u00e4\u00f6\u00fc" },
        "/even/12": { n: "12" },
        "/two/a%2Fb/c%20d": { a: "a/b", b: "c d" },
        "/wild/a/b%20c/": { rest: "a/b c/" },
        "/maybe": { tab: null },
        "/maybe/x": { tab: "x" },
      };
      for (const [path, json] of Object.entries(found)) {
        const answer = await running.request("GET", path);
        assert.equal(answer.status, 200, path);
        assert.deepEqual(answer.json, json, path);
      }
      const missing = ["/int/1.5", "/int/9007199254740993", "/range/10", "/enum/cow", "/uuid/7", "/regex/a1"];
      for (const path of [...missing, "/length/a", "/even/3", "/two/a", "/wild", "/maybe/x/y"])
        assert.equal((await running.request("GET", path)).status, 404, path);
    });

    test("prefers what says more, and goes back where it leads nowhere", async () => {
      await using running = await way.start(
        armature()
          .get("/a/*rest", () => "wildcard")
          .get("/a/:x", () => "parameter")
          .get("/a/:x(int)", () => "constraint")
          .get("/a/static", () => "static")
          .get("/a/static/deep", () => "deep"),
      );
      const answers: Readonly<Record<string, string>> = {
        "/a/static": "static",
        "/a/7": "constraint",
        "/a/x": "parameter",
        "/a/static/other": "wildcard",
        "/a/static/deep": "deep",
      };
      for (const [path, text] of Object.entries(answers))
        assert.equal((await running.request("GET", path)).text, text, path);
    });

    test("puts prefixes of application, module, controller and group in front", async () => {
      class DeepController {
        static readonly path = "deep" as const;
        readonly one = get("one", about);
      }
      const deep = defineModule({ name: "Deep", prefix: "/module/", controllers: [DeepController] });
      const builder = armature({ prefix: "/api" })
        .module(deep)
        .group("/outer", {}, (outer) => outer.group("/inner/:id", {}, (inner) => inner.get("/leaf", about)));
      await using running = await way.start(builder);
      assert.deepEqual((await running.request("GET", "/api/module/deep/one")).json, {
        path: "/api/module/deep/one",
        route: "/api/module/deep/one",
        params: {},
      });
      assert.deepEqual((await running.request("GET", "/api/outer/inner/3/leaf")).json, {
        path: "/api/outer/inner/3/leaf",
        route: "/api/outer/inner/:id/leaf",
        params: { id: "3" },
      });
      assert.equal((await running.request("GET", "/outer/inner/3/leaf")).status, 404);
    });

    test("serves a method with several routes, and a subclass with those of its base", async () => {
      class BaseController {
        @Get("/one")
        @Get("/two")
        both({ request }: Context): string {
          return request.path;
        }
      }
      @Controller("/sub")
      class SubController extends BaseController {
        readonly own = get("/own", () => "own");
      }
      await using running = await way.start(defineModule({ controllers: [SubController] }));
      for (const path of ["/sub/one", "/sub/two"])
        assert.equal((await running.request("GET", path)).text, path);
      assert.equal((await running.request("GET", "/sub/own")).text, "own");
    });
  });
