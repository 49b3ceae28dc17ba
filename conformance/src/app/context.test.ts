import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { armature, contextKey, defineModule, get, type Context } from "armature";
import { LogLines } from "./harness/log-lines.ts";
import { turn } from "./harness/note.ts";
import { WAYS, WIRE_WAYS } from "./harness/ways.ts";

interface User {
  readonly name: string;
}

const CurrentUser = contextKey<User>("current user");

for (const way of WAYS)
  describe(`the context by ${way.name}`, () => {
    test("carries values from stages to those behind them", async () => {
      const lines = new LogLines();
      const source = armature()
        .use((context, next) => {
          const { user } = context.request.query;
          if (typeof user === "string") context.set(CurrentUser, { name: user });
          return next(context);
        })
        .get("/get", (context) => context.get(CurrentUser).name)
        .get("/find", (context) => context.find(CurrentUser)?.name ?? "nobody")
        .get("/other", (context) => context.find(contextKey("current user")) ?? "another key");
      await using running = await way.start(source, { logger: lines.logger });
      const textOf = async (path: string): Promise<string> => (await running.request("GET", path)).text;
      assert.equal(await textOf("/get?user=ada"), "ada");
      assert.equal(await textOf("/find?user=ada"), "ada");
      assert.equal(await textOf("/find"), "nobody");
      assert.equal(await textOf("/other?user=ada"), "another key");
      assert.equal((await running.request("GET", "/get")).status, 500);
      assert.deepEqual(lines.errorCodes(), ["E_CONTEXT_KEY_UNSET"]);
      assert.match(lines.errorMessages().join(), /GET \/get.*"current user"/);
    });

    test("knows its route, with the facts that the route declares", async () => {
      const guard = ({ route }: Context): boolean => route.meta["public"] === true;
      class PageController {
        static readonly path = "/pages";
        readonly open = get("/:id", { meta: { public: true } }, ({ route }) => ({
          ...route,
          schemas: null,
          stages: route.stages.length,
          errors: route.errors.map(({ code }) => code),
        }));
        readonly closed = get("/:id/edit", () => "never");
      }
      await using running = await way.start(defineModule({ controllers: [PageController], guards: [guard] }));
      assert.deepEqual((await running.request("GET", "/pages/1")).json, {
        method: "GET",
        path: "/pages/:id",
        name: "PageController.open",
        module: "Module",
        controller: "PageController",
        docs: {},
        meta: { public: true },
        maxBodyBytes: null,
        hosts: null,
        versions: null,
        schemas: null,
        stages: 1,
        errors: [
          "E_FORBIDDEN",
          "E_ROUTE_NOT_FOUND",
          "E_METHOD_NOT_ALLOWED",
          "E_INTERNAL",
          "E_HANDLER_TIMEOUT",
          "E_OVERLOADED",
        ],
        constant: null,
      });
      assert.equal((await running.request("GET", "/pages/1/edit")).status, 403);
    });

    test("shows the request as it came", async () => {
      const source = armature().get("/a/:x", ({ request }) => ({
        method: request.method,
        target: request.target,
        path: request.path,
        search: request.search,
        host: request.host,
        protocol: request.protocol,
        params: request.params,
        cookies: request.cookies["a"],
        custom: request.headers.getAll("X-Custom"),
      }));
      await using running = await way.start(source);
      const answer = await running.request("GET", "/a/b%20c?d=e", {
        headers: { host: "example.com:8080", cookie: "a=1", "x-custom": "yes" },
      });
      assert.deepEqual(answer.json, {
        method: "GET",
        target: "/a/b%20c?d=e",
        path: "/a/b%20c",
        search: "d=e",
        host: "example.com:8080",
        protocol: way.isSecure === true ? "https" : "http",
        params: { x: "b c" },
        cookies: "1",
        custom: ["yes"],
      });
    });

    test("replaces and adds header fields whatever the case of their names", async () => {
      const source = armature().get("/", (context) => {
        context.setHeader("X-One", "a");
        context.addHeader("x-one", "b");
        context.setHeader("x-ONE", "c");
        context.addHeader("X-Two", "a");
        context.addHeader("x-two", "b");
        return "x";
      });
      await using running = await way.start(source);
      const answer = await running.request("GET", "/");
      assert.deepEqual([answer.header("x-one"), answer.header("x-two")], ["c", "a, b"]);
    });
  });

for (const way of WIRE_WAYS)
  test(`a context by ${way.name} that is kept never shows another request`, async () => {
    const kept: Context[] = [];
    const source = armature()
      .get("/now/:n", (context) => {
        void context.request.headers;
        kept.push(context);
        return context.params.n;
      })
      .post("/later/:n", async (context) => {
        kept.push(context);
        await turn();
        return await context.body.text();
      });
    await using running = await way.start(source);
    const client = running.connect();
    const get1 = (n: number): string => `GET /now/${n} HTTP/1.1\r\nhost: a${n}\r\nx-n: ${n}\r\n\r\n`;
    const post1 = (n: number): string =>
      `POST /later/${n} HTTP/1.1\r\nhost: a${n}\r\nx-n: ${n}\r\ncontent-length: 1\r\n\r\n${n}`;
    for (let n = 0; n < 6; n++) {
      await client.send(n % 2 === 0 ? get1(n) : post1(n));
      const answers = await client.answers(n + 1);
      assert.equal(answers[n]?.body, String(n));
    }
    for (const [n, { request }] of kept.entries()) assert.equal(request.headers.get("x-n"), String(n));
    client[Symbol.dispose]();
  });
