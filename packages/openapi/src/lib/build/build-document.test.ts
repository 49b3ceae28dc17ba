import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Controller, defineMethod, del, Get, get, post, reply, type AppOptions } from "@armature/core";
import { defineError } from "@armature/http";
import { z } from "zod";
import { describe, operation, type Setting } from "./describe.test.kit.ts";
import { OpenApiError } from "./open-api-error.ts";
import { secured } from "./security.ts";

const User = z.object({ id: z.int(), name: z.string(), friends: z.array(z.int()).optional() });
const NewUser = z.object({ name: z.string().min(1), email: z.email() });

async function faultsOf(setting: Setting): Promise<string[]> {
  const error = await describe(setting).then(
    () => assert.fail("a document was written"),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof OpenApiError, String(error));
  return error.faults.map(({ code, message }) => `${code}: ${message}`);
}

suite("paths", () => {
  async function pathsOf(...paths: readonly string[]): Promise<string[]> {
    const routes = paths.map((path) => get(path, () => "ok"));
    return Object.keys((await describe({ module: { routes } })).paths);
  }

  test("are templates", async () => {
    assert.deepEqual(await pathsOf("/", "/users/:id/posts/:post", "/caf\u00e9"), [
      "/",
      "/users/{id}/posts/{post}",
      "/caf%C3%A9",
    ]);
  });

  test("with optional segments stand once for each way to write them", async () => {
    assert.deepEqual(await pathsOf("/a/:b?", "/files/*rest"), ["/a/{b}", "/a", "/files/{rest}"]);
  });

  test("say what a constraint says", async () => {
    const schemas: Readonly<Record<string, object>> = {
      "/:a(int)": { type: "integer", minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
      "/:a(range:1..5)": { type: "integer", minimum: 1, maximum: 5 },
      "/:a(range:1..)": { type: "integer", minimum: 1 },
      "/:a(uuid)": { type: "string", format: "uuid" },
      "/:a(x|y)": { type: "string", enum: ["x", "y"] },
      "/:a(length:2..3)": { type: "string", minLength: 2, maxLength: 3 },
      "/:a(regex:[a-z]+)": { type: "string", pattern: "^(?:[a-z]+)$" },
      "/:a(hex)": { type: "string", minLength: 1, description: "Has to be: hex." },
    };
    for (const [path, schema] of Object.entries(schemas)) {
      const { parameters } = await operation([get(path, () => "ok")], {
        app: { constraints: { hex: () => true } },
      });
      assert.deepEqual(parameters, [{ name: "a", in: "path", required: true, schema }], path);
    }
  });

  test("of hidden routes, and methods that OpenAPI cannot name, are left out", async () => {
    const routes = [
      get("/hidden", { docs: { hidden: true } }, () => "ok"),
      defineMethod("REPORT")("/report", () => "ok"),
    ];
    assert.deepEqual((await describe({ module: { routes } })).paths, {});
  });
});

suite("parameters", () => {
  test("come from the schemas of the route, each where it stands", async () => {
    const { parameters } = await operation([
      get(
        "/:id",
        {
          params: z.object({ id: z.string().length(3) }),
          query: z.object({ page: z.string().optional().describe("Which page"), tag: z.array(z.string()) }),
          headers: z.object({ "X-Tenant": z.string(), authorization: z.string() }),
          cookies: z.object({ session: z.string() }),
        },
        () => "ok",
      ),
    ]);
    assert.deepEqual(
      parameters?.map(({ name, in: place, required, description }) => [name, place, required, description]),
      [
        ["id", "path", true, undefined],
        ["page", "query", undefined, "Which page"],
        ["tag", "query", true, undefined],
        ["X-Tenant", "header", true, undefined],
        ["session", "cookie", true, undefined],
      ],
    );
    assert.deepEqual(parameters?.[0]?.schema, { type: "string", minLength: 3, maxLength: 3 });
  });

  test("of an intersection are those of all its parts", async () => {
    const { parameters } = await operation([
      get(
        "/",
        { query: z.object({ a: z.string() }).and(z.object({ b: z.string().optional() })) },
        () => "ok",
      ),
    ]);
    assert.deepEqual(
      parameters?.map(({ name, required }) => [name, required]),
      [
        ["a", true],
        ["b", undefined],
      ],
    );
  });

  test("that nobody lists are an object over the query", async () => {
    const { parameters } = await operation([
      get("/", { query: z.record(z.string(), z.string()) }, () => "ok"),
    ]);
    assert.deepEqual(
      parameters?.map(({ in: place, style, explode }) => [place, style, explode]),
      [["query", "form", true]],
    );
  });

  test("say the version where requests do", async () => {
    const routes = [get("/", { version: "2" }, () => "ok")];
    for (const [versioning, expected] of [
      [{ type: "header" }, ["x-api-version", "header", true]],
      [{ type: "query", name: "v", default: "2" }, ["v", "query", undefined]],
    ] as const) {
      const { parameters } = await operation(routes, { app: { versioning } });
      assert.deepEqual(
        parameters?.map(({ name, in: place, required }) => [name, place, required]),
        [expected],
      );
    }
  });
});

suite("bodies", () => {
  async function mediaOf(body: z.ZodType): Promise<string[]> {
    const { requestBody } = await operation([post("/", { body }, () => "ok")]);
    return Object.keys(requestBody?.content ?? {});
  }

  test("are JSON, and forms where a form can carry them", async () => {
    assert.deepEqual(await mediaOf(z.object({ n: z.int() })), ["application/json"]);
    assert.deepEqual(await mediaOf(z.string()), ["application/json", "text/plain"]);
    assert.deepEqual(await mediaOf(NewUser), ["application/json", "application/x-www-form-urlencoded"]);
  });

  test("are required unless the schema takes nothing", async () => {
    const required = async (body: z.ZodType): Promise<boolean | undefined> =>
      (await operation([post("/", { body }, () => "ok")])).requestBody?.required;
    assert.equal(await required(NewUser), true);
    assert.equal(await required(NewUser.optional()), false);
  });

  test("and answers show examples", async () => {
    const docs = { examples: { ada: { name: "Ada" } }, answers: { 200: { ada: { id: 1, name: "Ada" } } } };
    const { requestBody, responses } = await operation([
      post("/", { body: z.object({ name: z.string() }), response: User, docs }, () => ({
        id: 1,
        name: "Ada",
      })),
    ]);
    assert.deepEqual(requestBody?.content["application/json"]?.examples, { ada: { value: { name: "Ada" } } });
    assert.deepEqual(responses[200]?.content?.["application/json"]?.examples, {
      ada: { value: { id: 1, name: "Ada" } },
    });
  });
});

suite("answers", () => {
  test("are those that the route declares", async () => {
    const { responses } = await operation([
      del("/:id", { response: { 200: User, 204: null } }, ({ reply: answer }) => answer(204)),
    ]);
    assert.deepEqual(Object.keys(responses[200]?.content ?? {}), ["application/json"]);
    assert.deepEqual(responses[204], { description: "No Content" });
  });

  test("are described as undeclared where the route declares none", async () => {
    assert.match(
      (await operation([get("/", () => "ok")])).responses[200]?.description ?? "",
      /does not declare/,
    );
  });
});

test("bodies and answers that no schema checks are described as the route says", async () => {
  const upload = { type: "object", properties: { file: { type: "string", format: "binary" } } };
  const docs = {
    bodies: { "multipart/form-data": upload },
    contents: { 200: { "text/event-stream": { type: "string" } } },
  };
  const { requestBody, responses } = await operation([post("/", { docs }, () => "ok")]);
  assert.deepEqual(requestBody, { required: true, content: { "multipart/form-data": { schema: upload } } });
  assert.deepEqual(responses[200], {
    description: "OK",
    content: { "text/event-stream": { schema: { type: "string" } } },
  });
});

test("streams of events are described by their events", async () => {
  const Tick = z.object({ at: z.int() });
  const events = { tick: Tick, message: z.string() };
  const { responses } = await operation([get("/", { events }, () => "ok")]);
  const schema = responses[200]?.content?.["text/event-stream"]?.schema;
  assert.partialDeepStrictEqual(schema, {
    oneOf: [
      {
        properties: {
          event: { const: "tick" },
          data: {
            contentMediaType: "application/json",
            contentSchema: { properties: { at: { type: "integer" } } },
          },
        },
        required: ["event", "data"],
      },
      { properties: { data: { contentSchema: { type: "string" } } }, required: ["data"] },
    ],
  });
});

test("streams of events stand beside the other answers of their status", async () => {
  const docs = { contents: { 200: { "text/csv": { type: "string" } } } } as const;
  const route = get("/", { events: { tick: z.int() }, response: User, docs }, () => ({ id: 1, name: "Ada" }));
  const { responses } = await operation([route]);
  assert.deepEqual(Object.keys(responses[200]?.content ?? {}), [
    "text/csv",
    "text/event-stream",
    "application/json",
  ]);
});

suite("errors", () => {
  const Taken = defineError(409, "E_EMAIL_TAKEN", {
    description: "Somebody has this email.",
    details: z.object({ email: z.string() }),
  });
  const Full = defineError(409, "E_FULL", { description: "There is no room." });

  test("are problem documents that their code tells apart", async () => {
    const { paths, components } = await describe({
      module: { routes: [post("/", { body: NewUser, errors: [Taken, Full] }, () => "ok")] },
    });
    const conflict = paths["/"]?.post?.responses[409];
    assert.equal(
      conflict?.description,
      "Conflict\n- `E_EMAIL_TAKEN`: Somebody has this email.\n- `E_FULL`: There is no room.",
    );
    const problem = { $ref: "#/components/schemas/Problem" };
    assert.deepEqual(conflict?.content?.["application/problem+json"]?.schema, {
      oneOf: [
        { allOf: [problem, { type: "object", properties: { code: { const: "E_FULL" } } }] },
        {
          allOf: [
            problem,
            { type: "object", properties: { code: { const: "E_EMAIL_TAKEN" } } },
            {
              type: "object",
              properties: { email: { type: "string" } },
              required: ["email"],
            },
          ],
        },
      ],
    });
    assert.ok(components?.schemas?.["Problem"]);
  });

  test("that every route can answer are there too", async () => {
    const { responses } = await operation([post("/", { body: NewUser }, () => "ok")]);
    assert.deepEqual(
      ["404", "405", "413", "415", "422", "500", "503"].filter((status) => !(status in responses)),
      ["404", "405"],
    );
    assert.ok("404" in (await operation([get("/:id(int)", () => "ok")])).responses);
  });

  test("and declared answers of one status stand together", async () => {
    const { responses } = await operation([
      get("/", { response: { 200: User, 409: User }, errors: [Full] }, () => ({ id: 1, name: "Ada" })),
    ]);
    assert.deepEqual(Object.keys(responses[409]?.content ?? {}), [
      "application/json",
      "application/problem+json",
    ]);
  });
});

suite("operations", () => {
  @Controller("/users", { docs: { tags: ["people"] } })
  class UserController {
    @Get("/:id", { docs: { summary: "Finds a user", deprecated: true } })
    find(): string {
      return "ok";
    }
  }

  test("are named by their handler, and by their path where that names several", async () => {
    class PageController {
      readonly show = get("/pages/:name?", () => "ok");
    }
    const { paths } = await describe({
      module: { controllers: [UserController, PageController], routes: [get("/plain/:x", () => "ok")] },
    });
    const ids = Object.fromEntries(
      Object.entries(paths).map(([path, item]) => [path, item.get?.operationId]),
    );
    assert.deepEqual(ids, {
      "/plain/{x}": "getPlainByX",
      "/users/{id}": "userFind",
      "/pages/{name}": "pageShow",
      "/pages": "getPages",
    });
  });

  test("say what their routes say, and belong to their module otherwise", async () => {
    const document = await describe({
      module: { name: "UserModule", controllers: [UserController], routes: [get("/other", () => "ok")] },
      document: { tags: [{ name: "people", description: "Everyone" }] },
    });
    const { find, other } = {
      find: document.paths["/users/{id}"]?.get,
      other: document.paths["/other"]?.get,
    };
    assert.deepEqual(
      [find?.summary, find?.deprecated, find?.tags, other?.tags],
      ["Finds a user", true, ["people"], ["User"]],
    );
    assert.deepEqual(document.tags, [{ name: "people", description: "Everyone" }, { name: "User" }]);
  });

  test("ask for what their guards ask for, all of it together", async () => {
    const bearer = secured({ name: "bearer", scheme: { type: "http", scheme: "bearer" } }, () => true);
    class KeyGuard {
      static readonly security = {
        name: "key",
        scheme: { type: "apiKey", in: "header", name: "x-key" },
        scopes: ["read"],
      };
      canActivate(): boolean {
        return true;
      }
    }
    const { paths, components } = await describe({
      module: {
        routes: [get("/open", () => "ok"), get("/shut", { guards: [bearer, KeyGuard] }, () => "ok")],
      },
    });
    assert.deepEqual(paths["/shut"]?.get?.security, [{ bearer: [], key: ["read"] }]);
    assert.equal(paths["/open"]?.get?.security, undefined);
    assert.deepEqual(Object.keys(components?.securitySchemes ?? {}), ["bearer", "key"]);
  });
});

suite("versions and hosts", () => {
  const routes = [
    get("/a", { version: "1" }, () => "one"),
    get("/a", { version: "2" }, () => "two"),
    get("/b", () => "all"),
  ];

  test("in the path are paths", async () => {
    const { paths } = await describe({ module: { routes }, app: { versioning: { type: "path" } } });
    assert.deepEqual(Object.keys(paths), ["/v1/a", "/v2/a", "/b"]);
  });

  test("elsewhere take a document each", async () => {
    const app: AppOptions = { versioning: { type: "header" } };
    const { paths } = await describe({ module: { routes }, app, document: { version: "2" } });
    assert.deepEqual(Object.keys(paths), ["/a", "/b"]);
    assert.deepEqual(paths["/a"]?.get?.parameters?.[0]?.schema, { type: "string", enum: ["2"] });
    const [fault] = await faultsOf({ module: { routes }, app });
    assert.match(fault ?? "", /^E_OPENAPI_CONFLICT: GET \/a .* option "version" or "host"/);
  });

  test("are not blamed for routes that only differ in their constraints", async () => {
    const both = [get("/:id(int)", () => "number"), get("/:id", () => "name")];
    const [fault] = await faultsOf({ module: { routes: both } });
    assert.equal(
      fault,
      "E_OPENAPI_CONFLICT: GET /:id is described at /{id} already by GET /:id(int), and OpenAPI does not tell their paths apart; leave one of them out with docs.hidden.",
    );
  });
});

suite("faults", () => {
  test("come all at once, and name their routes", async () => {
    const same = { docs: { operationId: "same" } };
    const clash = (scheme: string) => secured({ name: "auth", scheme: { type: "http", scheme } }, () => true);
    const faults = await faultsOf({
      module: {
        routes: [
          get("/a", { ...same, response: z.object({ at: z.bigint() }) }, () => assert.fail("not called")),
          get("/b", { ...same, guards: [clash("bearer")] }, () => "ok"),
          get("/c", { guards: [clash("basic")] }, () => "ok"),
        ],
      },
    });
    assert.deepEqual(
      faults.map((fault) => fault.split(":")[0]),
      ["E_OPENAPI_OPERATION_ID", "E_OPENAPI_SECURITY", "E_JSON_SCHEMA"],
    );
    assert.match(faults[0] ?? "", /GET \/a and GET \/b have the operationId "same"/);
    assert.match(faults[2] ?? "", /answer 200 of GET \/a has a bigint at "\/properties\/at"/);
  });
});

test("an answer that is made elsewhere is described as it is", async () => {
  const { responses } = await operation([
    post("/", { response: { 201: User } }, () => reply(201, { id: 1, name: "Ada" })),
  ]);
  assert.deepEqual(
    Object.keys(responses).filter((status) => status.startsWith("2")),
    ["201"],
  );
});
