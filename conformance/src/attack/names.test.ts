import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { armature } from "armature";
import { WAYS } from "../app/harness/ways.ts";

/** Names that objects have already, and that must be nothing but names here. */
const NAMES = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "__defineGetter__",
  "valueOf",
  "then",
];

const FORM = { "content-type": "application/x-www-form-urlencoded" };

function assertUntouched(): void {
  const fresh = {} as Record<string, unknown>;
  assert.equal(fresh["polluted"], undefined);
  assert.equal(Object.getPrototypeOf(fresh), Object.prototype);
  assert.equal(typeof fresh.toString, "function");
}

for (const way of WAYS)
  describe(`names that objects have already, by ${way.name}`, () => {
    for (const name of NAMES) {
      test(`"${name}" as a cookie`, async () => {
        const source = armature().get("/", ({ request: { cookies } }) => [
          cookies[name],
          cookies["toString"],
        ]);
        await using running = await way.start(source);
        const headers = { cookie: `a=1; ${name}=polluted` };
        const answer = await running.request("GET", "/", { headers });
        assert.deepEqual(answer.json, ["polluted", name === "toString" ? "polluted" : null]);
        assert.deepEqual((await running.request("GET", "/")).json, [null, null]);
        assertUntouched();
      });

      test(`"${name}" in a query, also with brackets and dots, which mean nothing`, async () => {
        const source = armature().get("/", ({ request: { query } }) => Object.entries(query));
        await using running = await way.start(source);
        const search = `${name}=1&${name}[polluted]=2&${name}.polluted=3&${name}=4`;
        assert.deepEqual((await running.request("GET", `/?${search}`)).json, [
          [name, ["1", "4"]],
          [`${name}[polluted]`, "2"],
          [`${name}.polluted`, "3"],
        ]);
        assertUntouched();
      });

      test(`"${name}" in a form`, async () => {
        const source = armature().post("/", async ({ body }) =>
          Object.entries((await body.value()) as Record<string, unknown>),
        );
        await using running = await way.start(source);
        const body = `${name}=1&${name}[polluted]=2`;
        const answer = await running.request("POST", "/", { headers: FORM, body });
        if (answer.status === 200)
          assert.deepEqual(answer.json, [
            [name, "1"],
            [`${name}[polluted]`, "2"],
          ]);
        else assert.equal(answer.status, 400);
        assertUntouched();
      });

      test(`"${name}" as a header`, async () => {
        const source = armature().get("/", ({ request: { headers } }) => headers.get(name) ?? "none");
        await using running = await way.start(source);
        assert.equal((await running.request("GET", "/", { headers: [[name, "x"]] })).text, "x");
        assert.equal((await running.request("GET", "/")).text, "none");
        assertUntouched();
      });

      test(`"${name}" as a header of an answer`, async () => {
        const source = armature().get("/", (context) => {
          context.addHeader(name, "a");
          context.addHeader(name, "b");
          return "fine";
        });
        await using running = await way.start(source);
        const answer = await running.request("GET", "/");
        assert.equal(answer.all(name.toLowerCase()).join(", "), "a, b");
        assertUntouched();
      });

      test(`"${name}" as a path parameter and an unknown path`, async () => {
        const source = armature().get("/items/:id", ({ params }) => ({
          id: params.id,
          keys: Object.keys(params),
        }));
        await using running = await way.start(source);
        assert.deepEqual((await running.request("GET", `/items/${name}`)).json, { id: name, keys: ["id"] });
        assert.equal((await running.request("GET", `/${name}`)).status, 404);
        assertUntouched();
      });

      test(`"${name}" as a method`, async () => {
        await using running = await way.start(armature().get("/", () => "fine"));
        const answer = await running.request(name, "/");
        assert.ok([400, 405, 501].includes(answer.status), String(answer.status));
      });
    }
  });
