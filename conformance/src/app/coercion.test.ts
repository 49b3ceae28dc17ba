import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { armature } from "armature";
import { type } from "arktype";
import { z } from "zod";
import type { Answer } from "./harness/answer.ts";
import { ENGINE_WAYS, WAYS } from "./harness/ways.ts";

function placesOf(answer: Answer): string[] {
  assert.equal(answer.status, 400, answer.text);
  assert.equal(answer.problem["code"], "E_VALIDATION_FAILED");
  const problems = answer.problem["problems"] as readonly { readonly in: string; readonly path: string }[]; // of this code
  return problems.map((problem) => `${problem.in}:${problem.path}`);
}

const Search = z.object({
  page: z.number().int().min(1).default(1),
  exact: z.boolean().optional(),
  tag: z.array(z.string()).optional(),
  near: z.object({ lat: z.number(), lon: z.number() }).optional(),
  name: z.string().optional(),
});

const source = armature()
  .get("/search", { query: Search }, ({ query }) => ({ ...query, next: query.page + 1 }))
  .get("/users/:id", { params: z.object({ id: z.int() }) }, ({ params }) => ({ id: params.id }))
  .get("/many/:ids", { params: z.object({ ids: z.array(z.int()) }) }, ({ params }) => params.ids)
  .get(
    "/head",
    {
      headers: z.object({ "x-limit": z.int(), "x-tags": z.array(z.string()).optional() }),
      cookies: z.object({ beta: z.boolean() }),
    },
    ({ headers, cookies }) => ({ limit: headers["x-limit"], tags: headers["x-tags"], beta: cookies.beta }),
  )
  .get("/ark", { query: type({ page: "number.integer" }) }, ({ query }) => ({ next: query.page + 1 }))
  .post("/body", { body: z.object({ page: z.int() }) }, ({ body }) => body);

for (const way of WAYS)
  describe(`texts become what schemas take, by ${way.name}`, () => {
    test("in the query", async () => {
      await using running = await way.start(source);
      const answer = await running.request(
        "GET",
        "/search?page=2&exact=false&tag=1&near[lat]=1.5&near%5Blon%5D=-2&name=3",
      );
      assert.deepEqual(answer.json, {
        page: 2,
        exact: false,
        tag: ["1"],
        near: { lat: 1.5, lon: -2 },
        name: "3",
        next: 3,
      });
      assert.deepEqual((await running.request("GET", "/search?tag=a&tag=b")).json, {
        page: 1,
        tag: ["a", "b"],
        next: 2,
      });
      assert.deepEqual((await running.request("GET", "/ark?page=4")).json, { next: 5 });
    });

    test("in the path", async () => {
      await using running = await way.start(source);
      assert.deepEqual((await running.request("GET", "/users/42")).json, { id: 42 });
      assert.deepEqual((await running.request("GET", "/many/1,2,3")).json, [1, 2, 3]);
    });

    test("in header fields and cookies", async () => {
      await using running = await way.start(source);
      const headers = { "X-Limit": "5", "X-Tags": "a, b", cookie: "beta=true" };
      assert.deepEqual((await running.request("GET", "/head", { headers })).json, {
        limit: 5,
        tags: ["a", "b"],
        beta: true,
      });
    });

    test("and what is none is refused, with its part and place", async () => {
      await using running = await way.start(source);
      const get = async (target: string): Promise<string[]> => placesOf(await running.request("GET", target));
      assert.deepEqual(await get("/search?page=12abc"), ["query:/page"]);
      assert.deepEqual(await get("/search?page="), ["query:/page"]);
      assert.deepEqual(await get("/search?page=0"), ["query:/page"]);
      assert.deepEqual(await get("/search?page=1.5"), ["query:/page"]);
      assert.deepEqual(await get("/search?page=1&page=2"), ["query:/page"]);
      assert.deepEqual(await get("/search?exact=yes"), ["query:/exact"]);
      assert.deepEqual(await get("/search?near[lat]=1&near[lon]=x"), ["query:/near/lon"]);
      assert.deepEqual(await get("/users/9007199254740993"), ["params:/id"]);
      assert.deepEqual(await get("/users/0x1"), ["params:/id"]);
      assert.deepEqual(await get("/many/1,,x"), ["params:/ids/1"]);
      assert.deepEqual(await get("/head"), ["headers:/x-limit", "cookies:/beta"]);
    });
  });

for (const way of ENGINE_WAYS)
  test(`bodies are taken as they are, by ${way.name}`, async () => {
    await using running = await way.start(source);
    const answer = await running.request("POST", "/body", {
      headers: { "content-type": "application/json" },
      body: '{"page":"2"}',
    });
    assert.equal(answer.status, 422);
  });
