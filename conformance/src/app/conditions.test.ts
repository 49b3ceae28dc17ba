import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { armature, Controller, defineModule, Get, get } from "armature";
import { WAYS, WIRE_WAYS, type Running } from "./harness/ways.ts";

async function textFor(running: Running, host: string, path = "/"): Promise<string> {
  const answer = await running.request("GET", path, { headers: { host } });
  return answer.status === 200 ? answer.text : String(answer.status);
}

for (const way of WAYS) {
  describe(`hosts by ${way.name}`, () => {
    test("decide between routes of one path, exact ones before wildcards", async () => {
      await using running = await way.start(
        armature()
          .get("/", () => "any")
          .get("/", { host: "*.example.com" }, () => "wildcard")
          .get("/", { host: ["api.example.com", "API2.example.com"] }, () => "api")
          .group("/only", { host: "only.example.com" }, (only) => only.get("/", () => "only")),
      );
      assert.equal(await textFor(running, "api.example.com"), "api");
      assert.equal(await textFor(running, "API.EXAMPLE.com:8080"), "api");
      assert.equal(await textFor(running, "api2.example.com"), "api");
      assert.equal(await textFor(running, "other.example.com"), "wildcard");
      assert.equal(await textFor(running, "a.b.example.com"), "wildcard");
      assert.equal(await textFor(running, "example.com"), "any");
      assert.equal(await textFor(running, "notexample.com"), "any");
      assert.equal(await textFor(running, "only.example.com", "/only"), "only");
      assert.equal(await textFor(running, "example.com", "/only"), "404");
    });

    test("of a route stand in place of those of its controller", async () => {
      @Controller("/c", { host: "outer.example.com" })
      class HostController {
        @Get("/outer")
        outer(): string {
          return "outer";
        }

        @Get("/inner", { host: "inner.example.com" })
        inner(): string {
          return "inner";
        }
      }
      await using running = await way.start(defineModule({ controllers: [HostController] }));
      assert.equal(await textFor(running, "outer.example.com", "/c/outer"), "outer");
      assert.equal(await textFor(running, "inner.example.com", "/c/inner"), "inner");
      assert.equal(await textFor(running, "outer.example.com", "/c/inner"), "404");
    });
  });

  describe(`versions by ${way.name}`, () => {
    const versioned = defineModule({
      routes: [
        get("/", { version: "1" }, () => "one"),
        get("/", { version: ["2", "3"] }, () => "two or three"),
        get("/all", () => "all"),
      ],
    });

    test("in the path", async () => {
      await using running = await way.start(versioned, { versioning: { type: "path" }, prefix: "/api" });
      const text = async (path: string): Promise<string> => await textFor(running, "localhost", path);
      assert.equal(await text("/v1/api"), "one");
      assert.equal(await text("/v2/api"), "two or three");
      assert.equal(await text("/v3/api"), "two or three");
      assert.equal(await text("/v4/api"), "404");
      assert.equal(await text("/api/all"), "all");
      assert.equal(await text("/v1/api/all"), "404");
    });

    test("in a header, with a default", async () => {
      await using running = await way.start(versioned, { versioning: { type: "header", default: "2" } });
      const text = async (version?: string): Promise<string> => {
        const headers = version === undefined ? {} : { "x-api-version": version };
        const answer = await running.request("GET", "/", { headers });
        return answer.status === 200 ? answer.text : String(answer.status);
      };
      assert.equal(await text("1"), "one");
      assert.equal(await text("3"), "two or three");
      assert.equal(await text(), "two or three");
      assert.equal(await text("9"), "404");
      assert.equal(await textFor(running, "localhost", "/all"), "all");
    });

    test("in a query parameter", async () => {
      await using running = await way.start(versioned, { versioning: { type: "query", name: "v" } });
      assert.equal(await textFor(running, "localhost", "/?v=1"), "one");
      assert.equal(await textFor(running, "localhost", "/?x=1&v=3"), "two or three");
      assert.equal(await textFor(running, "localhost", "/"), "404");
    });

    test("in a parameter of the media type", async () => {
      await using running = await way.start(versioned, { versioning: { type: "media-type" } });
      const text = async (accept: string): Promise<string> => {
        const answer = await running.request("GET", "/", { headers: { accept } });
        return answer.status === 200 ? answer.text : String(answer.status);
      };
      assert.equal(await text("application/json; v=1"), "one");
      assert.equal(await text('text/html, application/json;v="2"'), "two or three");
      assert.equal(await text("application/json; v=4"), "404");
      assert.equal(await text("application/json"), "404");
    });

    test("together with hosts", async () => {
      const module = defineModule({
        routes: [
          get("/", { version: "1", host: "a.example.com" }, () => "a1"),
          get("/", { version: "1" }, () => "any1"),
          get("/", { host: "a.example.com" }, () => "a"),
        ],
      });
      await using running = await way.start(module, { versioning: { type: "header" } });
      const text = async (host: string, version: string): Promise<string> => {
        const answer = await running.request("GET", "/", { headers: { host, "x-api-version": version } });
        return answer.status === 200 ? answer.text : String(answer.status);
      };
      assert.equal(await text("a.example.com", "1"), "a1");
      assert.equal(await text("b.example.com", "1"), "any1");
      assert.equal(await text("a.example.com", "2"), "a");
      assert.equal(await text("b.example.com", "2"), "404");
    });
  });
}

for (const way of WIRE_WAYS)
  describe(`targets by ${way.name}`, () => {
    const echo = armature().get("/*path?", ({ request, params }) => ({
      path: request.path,
      search: request.search,
      wild: params.path ?? null,
      host: request.host,
    }));

    test("are canonical for everyone", async () => {
      await using running = await way.start(echo);
      const paths: Readonly<Record<string, string>> = {
        "/": "/",
        "/a/b/": "/a/b/",
        "/a/./b/../c": "/a/c",
        "/%7Euser": "/~user",
        "/a%2fb": "/a%2Fb",
        "/%e4%b8%ad": "/%E4%B8%AD",
        "/a//b": "/a//b",
        "/../../etc/passwd": "/etc/passwd",
        "/%2e%2e/%2E%2E/etc/passwd": "/etc/passwd",
      };
      for (const [target, path] of Object.entries(paths)) {
        const { json } = await running.request("GET", `${target}?q=%20`);
        assert.deepEqual((json as Record<string, unknown>)["path"], path, target);
        assert.deepEqual((json as Record<string, unknown>)["search"], "q=%20", target);
      }
    });

    test("may be absolute, and name the host then", async () => {
      await using running = await way.start(echo);
      const { json } = await running.request("GET", "http://api.example.com/a?b", {
        headers: { host: "api.example.com" },
      });
      assert.deepEqual(json, { path: "/a", search: "b", wild: "a", host: "api.example.com" });
    });

    for (const target of ["/%", "/%zz", "/%ff", "/%00", "/a%c3%28"])
      test(`${target} is refused`, async () => {
        await using running = await way.start(echo);
        const answer = await running.request("GET", target);
        assert.equal(answer.status, 400);
        assert.match(String(answer.problem["code"]), /^E_TARGET_/);
      });

    test("OPTIONS * answers for the whole server", async () => {
      await using running = await way.start(
        armature()
          .get("/a", () => "a")
          .put("/b", () => "b"),
      );
      const answer = await running.request("OPTIONS", "*");
      assert.equal(answer.status, 204);
      assert.equal(answer.header("allow"), "GET, HEAD, OPTIONS, PUT");
      assert.equal((await running.request("GET", "*")).status, 400);
    });

    test("a host of an absolute target decides as the host field does", async () => {
      await using running = await way.start(armature().get("/", { host: "a.example.com" }, () => "a"));
      const answer = await running.request("GET", "http://a.example.com/", {
        headers: { host: "b.example.com" },
      });
      // RFC 9112, 3.2.2: the target wins, or the contradiction is refused.
      assert.ok(answer.status === 400 || answer.text === "a", `${answer.status} ${answer.text}`);
    });
  });
