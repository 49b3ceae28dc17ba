import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { armature, defineModule, forbidden, get, type Context, type Guard, type Middleware } from "armature";
import { WIRE_WAYS } from "../app/harness/ways.ts";

/** Targets that some server somewhere took for "/admin/secret". */
const DISGUISES = [
  "/admin/secret",
  "/admin/secret/",
  "/admin//secret",
  "//admin/secret",
  "/%61dmin/secret",
  "/admin%2fsecret",
  "/admin%2Fsecret",
  "/admin%5csecret",
  "/admin\\secret",
  "/\\admin/secret",
  "/./admin/secret",
  "/admin/./secret",
  "/public/../admin/secret",
  "/public/%2e%2e/admin/secret",
  "/public/..%2fadmin/secret",
  "/public/..;/admin/secret",
  "/admin;x=1/secret",
  "/admin/secret;x=1",
  "/admin/secret%00",
  "/admin/secret%00.html",
  "/admin/secret%20",
  "/admin/secret%09",
  "/admin/secret.",
  "/admin/secret?/public",
  "/admin/secret%3f",
  "/admin/secret%23x",
  "/ADMIN/secret",
  "/%2561dmin/secret",
  "/%c0%afadmin/secret",
  "/%u0061dmin/secret",
  "/admin/%73ecret",
  "http://localhost/admin/secret",
  "http://localhost//admin/secret",
  "http://localhost/public/../admin/secret",
];

/** What a stage and a handler took the path for. */
interface Sight {
  readonly stage: string;
  readonly path: string;
}

class Sights {
  readonly all: Sight[] = [];

  note(stage: string, { request }: Context): void {
    this.all.push({ stage, path: request.path });
  }
}

/** Keeps everyone out of "/admin", by the path that middleware is shown. */
function watchman(sights: Sights): Middleware {
  return (context, next) => {
    sights.note("middleware", context);
    const { path } = context.request;
    if (path === "/admin" || path.startsWith("/admin/")) throw forbidden("not for you");
    return next(context);
  };
}

for (const way of WIRE_WAYS)
  describe(`a path in disguise by ${way.name}`, () => {
    for (const target of DISGUISES)
      test(`is no way around middleware: ${target}`, async () => {
        const sights = new Sights();
        const source = armature()
          .use(watchman(sights))
          .get("/admin/secret", (context) => {
            sights.note("handler", context);
            return "secret";
          })
          .get("/public/*rest", (context) => {
            sights.note("public", context);
            return context.request.path;
          });
        await using running = await way.start(source);
        const answer = await running.request("GET", target);
        assert.deepEqual(
          sights.all.filter(({ stage }) => stage === "handler"),
          [],
          "the handler was reached",
        );
        // What only looks like a way up is a segment like any other.
        if (answer.status === 200) assert.match(answer.text, /^\/public\/\.\.(?:;\/|%2F)admin\/secret$/);
        else assert.ok([301, 308, 400, 403, 404].includes(answer.status), String(answer.status));
      });

    for (const target of DISGUISES)
      test(`is the same to every stage that is reached: ${target}`, async () => {
        const sights = new Sights();
        const noting: Middleware = (context, next) => {
          sights.note("middleware", context);
          return next(context);
        };
        const guard: Guard = (context) => {
          sights.note("guard", context);
          return true;
        };
        const answerPath = (context: Context): string => {
          sights.note("handler", context);
          return context.request.path;
        };
        const module = defineModule({
          middleware: [noting],
          guards: [guard],
          routes: [get("/admin/secret", answerPath), get("/*rest", answerPath)],
        });
        await using running = await way.start(module);
        const answer = await running.request("GET", target);
        const paths = new Set(sights.all.map(({ path }) => path));
        assert.ok(paths.size <= 1, [...paths].join(" and "));
        if (answer.status === 200) assert.deepEqual([answer.text], [...paths]);
        else assert.ok([301, 308, 400, 404].includes(answer.status), String(answer.status));
      });
  });

for (const way of WIRE_WAYS)
  describe(`a HEAD that a GET answers by ${way.name}`, () => {
    const refuse: Guard = () => false;
    const inner = defineModule({
      guards: [refuse],
      routes: [get("/module", () => "secret")],
    });
    const byMethod: Middleware = (context, next) => {
      if (context.request.path === "/method" && context.request.method === "GET")
        throw forbidden("not for you");
      return next(context);
    };

    test("passes the guards of route and module as GET does", async () => {
      let handled = 0;
      const source = armature().get("/route", { guards: [refuse] }, () => String(++handled));
      for (const [path, root] of [
        ["/route", source],
        ["/module", inner],
      ] as const) {
        await using running = await way.start(root);
        for (const method of ["GET", "HEAD"])
          assert.equal((await running.request(method, path)).status, 403, `${method} ${path}`);
      }
      assert.equal(handled, 0);
    });

    test("shows its own method to stages, which see that it is no GET", async () => {
      const source = armature()
        .use(byMethod)
        .get("/method", ({ request }) => request.method);
      await using running = await way.start(source);
      assert.equal((await running.request("GET", "/method")).status, 403);
      const answer = await running.request("HEAD", "/method");
      assert.deepEqual([answer.status, answer.header("content-length"), answer.text], [200, "4", ""]);
    });
  });
