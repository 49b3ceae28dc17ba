import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { armature, defineModule, get, post, Reply, type StandardSchemaV1 } from "armature";
import { z } from "zod";
import type { Answer } from "./harness/answer.ts";
import { LogLines } from "./harness/log-lines.ts";
import { turn } from "./harness/note.ts";
import { LIBRARIES } from "./harness/schemas.ts";
import { ENGINE_WAYS, WAYS } from "./harness/ways.ts";

interface ProblemLine {
  readonly in: string;
  readonly path: string;
  readonly message: string;
}

function problemsOf(answer: Answer): ProblemLine[] {
  assert.equal(answer.problem["code"], "E_VALIDATION_FAILED");
  return answer.problem["problems"] as ProblemLine[]; // checked by what the tests look at
}

function placesOf(answer: Answer): string[] {
  return problemsOf(answer).map((problem) => `${problem.in}:${problem.path}`);
}

/** A reply that the compiler would refuse. */
function uncheckedReply(status: number, body: unknown): never {
  return new Reply(status, body) as never;
}

const JSON_TYPE = { "content-type": "application/json" };

for (const way of WAYS)
  for (const [library, schemas] of Object.entries(LIBRARIES))
    describe(`${library} by ${way.name}`, () => {
      const { response: _response, ...parts } = schemas;
      const source = defineModule({
        routes: [
          post("/all/:id", parts, ({ params, query, headers, cookies, body }) => ({
            params,
            query,
            headers,
            cookies,
            body,
          })),
        ],
      });
      const good = {
        headers: { ...JSON_TYPE, "X-Tenant": "acme", cookie: "theme=dark; other=1" },
        body: JSON.stringify({ name: "Ada", address: { city: "London" } }),
      };

      test("gives the handler the output of every schema", async () => {
        await using running = await way.start(source);
        const answer = await running.request("POST", "/all/7?page=2&tag=a&tag=b", good);
        assert.equal(answer.status, 200, answer.text);
        const { headers, cookies, ...rest } = answer.json as Record<string, Record<string, unknown>>;
        assert.deepEqual(rest, {
          params: { id: 7 },
          query: { page: 2, tag: ["a", "b"] },
          body: { name: "Ada", address: { city: "London" } },
        });
        assert.equal(headers?.["x-tenant"], "acme");
        assert.equal(cookies?.["theme"], "dark");
      });

      test("tells all that is wrong with the head at once, before the body is looked at", async () => {
        await using running = await way.start(source);
        const answer = await running.request("POST", "/all/x?page=0", {
          headers: { ...JSON_TYPE, "x-tenant": "a", cookie: "theme=pink" },
          body: "{ not json",
        });
        assert.equal(answer.status, 400);
        assert.deepEqual(placesOf(answer), [
          "params:/id",
          "query:/page",
          "headers:/x-tenant",
          "cookies:/theme",
        ]);
        for (const { message } of problemsOf(answer)) assert.ok(message.length > 0);
        assert.match(String(answer.problem["detail"]), /params, query, headers, cookies/);
      });

      test("tells all that is wrong with the body", async () => {
        await using running = await way.start(source);
        const answer = await running.request("POST", "/all/7?page=2", {
          ...good,
          body: JSON.stringify({ name: "A", address: { city: 3 } }),
        });
        assert.equal(answer.status, 422);
        assert.deepEqual(placesOf(answer).toSorted(), ["body:/address/city", "body:/name"]);
      });

      test("finds missing parts", async () => {
        await using running = await way.start(source);
        const answer = await running.request("POST", "/all/7", { headers: JSON_TYPE, body: "{}" });
        assert.equal(answer.status, 400);
        assert.deepEqual(placesOf(answer), ["query:/page", "headers:/x-tenant", "cookies:/theme"]);
      });
    });

for (const way of WAYS)
  describe(`validation by ${way.name}`, () => {
    test("waits for asynchronous schemas, in any place among the others", async () => {
      const later = (name: string): StandardSchemaV1<unknown, string> => ({
        "~standard": {
          version: 1,
          vendor: "test",
          validate: async (value) => {
            await turn();
            return (value as Record<string, unknown>)["bad"] === undefined
              ? { value: `${name} is fine` }
              : { issues: [{ message: "is bad", path: ["bad"] }] };
          },
        },
      });
      const now = z.object({ n: z.coerce.number() });
      const source = armature().post(
        "/:n",
        {
          params: now,
          query: later("query"),
          headers: z.object({ "x-n": z.coerce.number() }),
          body: later("body"),
        },
        ({ params, query, headers, body }) => ({ params, query, headers, body }),
      );
      await using running = await way.start(source);
      const headers = { ...JSON_TYPE, "x-n": "3" };
      assert.deepEqual((await running.request("POST", "/1", { headers, body: "{}" })).json, {
        params: { n: 1 },
        query: "query is fine",
        headers: { "x-n": 3 },
        body: "body is fine",
      });
      const wrongHead = await running.request("POST", "/x?bad=1", {
        headers: { ...JSON_TYPE, "x-n": "x" },
        body: "{}",
      });
      assert.deepEqual(placesOf(wrongHead), ["params:/n", "query:/bad", "headers:/x-n"]);
      const wrongBody = await running.request("POST", "/1", { headers, body: '{"bad":1}' });
      assert.equal(wrongBody.status, 422);
      assert.deepEqual(placesOf(wrongBody), ["body:/bad"]);
    });

    test("shows stages and handlers what came beside what was checked", async () => {
      const source = armature().get(
        "/:id",
        { params: z.object({ id: z.coerce.number() }), query: z.object({ a: z.string() }) },
        ({ params, query, request }) => ({ params, query, raw: [request.params, request.query] }),
      );
      await using running = await way.start(source);
      assert.deepEqual((await running.request("GET", "/7?a=1&b=2")).json, {
        params: { id: 7 },
        query: { a: "1" },
        raw: [{ id: "7" }, { a: "1", b: "2" }],
      });
    });

    test("reads parameters without schemas as text", async () => {
      const source = armature().get("/", ({ query, cookies, headers }) => ({
        query,
        cookies,
        agent: headers.get("User-Agent"),
      }));
      await using running = await way.start(source);
      const answer = await running.request("GET", "/?a=1&b=x%20y&b=z+w&__proto__=p&constructor=c&e", {
        headers: { cookie: 'sid=a%20b; q="quoted"; __proto__=x', "user-agent": "test/1" },
      });
      const { query, cookies, agent } = answer.json as Record<string, object>;
      assert.equal(
        JSON.stringify(query),
        '{"a":"1","b":["x y","z w"],"__proto__":"p","constructor":"c","e":""}',
      );
      assert.equal(JSON.stringify(cookies), '{"sid":"a b","q":"quoted","__proto__":"x"}');
      assert.equal(agent, "test/1");
    });

    test("of an optional body takes a request without one", async () => {
      const source = armature().post("/", { body: z.object({ a: z.number() }).optional() }, ({ body }) => ({
        body: body ?? null,
      }));
      await using running = await way.start(source);
      assert.deepEqual((await running.request("POST", "/")).json, { body: null });
      assert.deepEqual((await running.request("POST", "/", { headers: JSON_TYPE, body: '{"a":1}' })).json, {
        body: { a: 1 },
      });
    });

    test("of a body that has to be there refuses a request without one", async () => {
      const source = armature().post("/", { body: z.object({ a: z.number() }) }, ({ body }) => body);
      await using running = await way.start(source);
      const answer = await running.request("POST", "/");
      assert.equal(answer.status, 422);
      assert.deepEqual(placesOf(answer), ["body:"]);
    });

    test("reports a schema that throws as an error of the server, without its message", async () => {
      const lines = new LogLines();
      const broken: StandardSchemaV1 = {
        "~standard": {
          version: 1,
          vendor: "test",
          validate: () => {
            throw new Error("secret of the schema");
          },
        },
      };
      await using running = await way.start(
        armature().get("/", { query: broken }, () => "never"),
        {
          logger: lines.logger,
        },
      );
      const answer = await running.request("GET", "/");
      assert.equal(answer.status, 500);
      assert.doesNotMatch(answer.text, /secret/);
      assert.deepEqual(lines.errorCodes(), ["E_SCHEMA_THREW"]);
    });

    test("bounds what it tells about a hostile body", async () => {
      const source = armature().post("/", { body: z.array(z.string()) }, () => "never");
      await using running = await way.start(source);
      const body = `[${"0,".repeat(4_999)}0]`;
      const answer = await running.request("POST", "/", { headers: JSON_TYPE, body });
      assert.equal(answer.status, 422);
      assert.equal(problemsOf(answer).length, 100);
    });
  });

for (const way of WAYS)
  for (const [library, { response }] of Object.entries(LIBRARIES))
    describe(`the declared answer by ${way.name} with ${library}`, () => {
      const answers = new Map<string, unknown>([
        ["good", { id: 1, name: "Ada" }],
        ["bad", { id: "1", name: 2, secret: "of the handler" }],
        ["nothing", undefined],
      ]);
      const source = defineModule({
        routes: [
          get("/:kind", { response }, ({ params }) => answers.get(params.kind) as object),
          get("/reply/:status(int)", { response: { 201: response, 204: null } }, ({ params }) =>
            uncheckedReply(params.status, params.status === 201 ? answers.get("good") : undefined),
          ),
          get("/wrong/body-on-204", { response: { 204: null } }, () => uncheckedReply(204, "a body")),
          get("/void", { response: { 204: null } }, () => undefined),
        ],
      });

      test("is sent as its schema says", async () => {
        await using running = await way.start(source);
        const answer = await running.request("GET", "/good");
        assert.deepEqual([answer.status, answer.text], [200, '{"id":1,"name":"Ada"}']);
        assert.equal(answer.header("content-type"), "application/json");
        const created = await running.request("GET", "/reply/201");
        assert.deepEqual([created.status, created.json], [201, { id: 1, name: "Ada" }]);
        assert.equal((await running.request("GET", "/reply/204")).status, 204);
        assert.equal((await running.request("GET", "/void")).status, 204);
      });

      test("that breaks its schema is an error of the server, which names the route and nothing of the answer", async () => {
        const lines = new LogLines();
        await using running = await way.start(source, { logger: lines.logger });
        for (const [path, code] of [
          ["/bad", "E_RESPONSE_INVALID"],
          ["/nothing", "E_RESPONSE_INVALID"],
          ["/reply/202", "E_RESPONSE_UNDECLARED"],
          ["/wrong/body-on-204", "E_RESPONSE_INVALID"],
        ] as const) {
          const answer = await running.request("GET", path);
          assert.equal(answer.status, 500, path);
          assert.equal(answer.problem["code"], code);
          assert.doesNotMatch(answer.text, /secret|schema|Ada/);
          assert.deepEqual(lines.errorCodes(), [code]);
          assert.match(lines.errorMessages().join(), /^GET \//);
          lines.all.length = 0;
        }
      });
    });

for (const way of WAYS)
  test(`the declared answer by ${way.name} leaves out what zod's object does not know`, async () => {
    const user = z.object({ id: z.number() });
    const source = armature().get("/", { response: z.array(user) }, () => [{ id: 1, passwordHash: "x" }]);
    await using running = await way.start(source);
    assert.equal((await running.request("GET", "/")).text, '[{"id":1}]');
  });

for (const way of ENGINE_WAYS)
  test(`a request with a wrong head by ${way.name} is refused while its body is on the way`, async () => {
    const { params, body } = LIBRARIES.zod;
    const source = armature().post("/:id", { params, body }, () => assert.fail("refused"));
    await using running = await way.start(source);
    const client = running.connect();
    await client.send(
      "POST /x HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{",
    );
    const [answer] = await client.answers(1);
    assert.equal(answer?.status, 400);
    client[Symbol.dispose]();
  });
