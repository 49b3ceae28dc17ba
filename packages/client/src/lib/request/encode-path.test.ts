import assert from "node:assert/strict";
import { test } from "node:test";
import { createRouter } from "@armature/router";
import * as fc from "fast-check";
import { encodePath } from "./encode-path.ts";

test("patterns and their values make paths", () => {
  const cases: readonly (readonly [string, Record<string, unknown>, string])[] = [
    ["/", {}, "/"],
    ["/users/", {}, "/users/"],
    ["/users/:id", { id: "a/b c?#%ü" }, "/users/a%2Fb%20c%3F%23%25%C3%BC"],
    ["/users/:id(int)", { id: 7 }, "/users/7"],
    ["/:code(regex:[a-z(]+)?", { code: "x" }, "/x"],
    ["/:from/:to?", { from: new Date(0), to: undefined }, "/1970-01-01T00%3A00%3A00.000Z"],
    ["/:a/:b", { a: true, b: 10n }, "/true/10"],
    ["/posts?/:id", { id: 1 }, "/posts/1"],
    ["/files/*path", { path: "a b/c" }, "/files/a%20b/c"],
    ["/files/*path?", {}, "/files"],
  ];
  for (const [pattern, values, path] of cases) assert.equal(encodePath("GET", pattern, values), path);
});

test("what has no place in a path is refused, and inherited members are no values", () => {
  for (const [pattern, values] of [
    ["/:id", {}],
    ["/:constructor", {}],
    ["/:id", { id: null }],
    ["/:id", { id: "" }],
    ["/:id", { id: "." }],
    ["/*path", { path: "a/../b" }],
    ["/:id", { id: {} }],
    ["/:id", { id: new Date(Number.NaN) }],
    ["/:id", { id: "a\udc00" }],
  ] as const) {
    assert.throws(() => encodePath("GET", pattern, values), { code: "E_CLIENT_PARAM" });
  }
});

test("the server's router reads back whatever was encoded", () => {
  const router = createRouter([
    { method: "GET", path: "/users/:id/:tab", value: "param" },
    { method: "GET", path: "/files/*path", value: "rest" },
  ]);
  const read = (pattern: string, values: Record<string, string>): object => {
    const target = new URL(`http://a${encodePath("GET", pattern, values)}`).pathname;
    const match = router.matchString("GET", target);
    assert.ok(match.kind === "found", `${target} is ${match.kind}`);
    return { ...match.params(target) };
  };
  // A NUL is refused by the server, and dot segments by the client.
  const text = fc
    .string({ unit: "binary", minLength: 1 })
    .filter((one) => one.isWellFormed() && !/\0|^\.\.?$/.test(one));
  fc.assert(
    fc.property(text, text, (id, tab) => assert.deepEqual(read("/users/:id/:tab", { id, tab }), { id, tab })),
  );
  const parts = fc.array(
    text.filter((part) => !part.includes("/")),
    { minLength: 1 },
  );
  fc.assert(
    fc.property(parts, (list) => {
      const path = list.join("/");
      assert.deepEqual(read("/files/*path", { path }), { path });
    }),
  );
});
