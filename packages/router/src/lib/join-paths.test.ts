import assert from "node:assert/strict";
import { test } from "node:test";
import { joinPaths } from "./join-paths.ts";

const CASES: readonly (readonly [prefix: string, path: string, joined: string])[] = [
  ["/users", "/:id", "/users/:id"],
  ["/users", "/", "/users"],
  ["/users", "", "/users"],
  ["/users/", "/", "/users"],
  ["/users/", ":id", "/users/:id"],
  ["users", ":id", "/users/:id"],
  ["/users//", "//:id", "/users/:id"],
  ["//users", "/:id", "/users/:id"],
  ["", "/:id", "/:id"],
  ["/", "/:id", "/:id"],
  ["", "", "/"],
  ["/", "/", "/"],
  ["/users", "/:id/", "/users/:id/"],
  ["/a//b", "/c//d", "/a//b/c//d"],
];

for (const [prefix, path, joined] of CASES) {
  test(`joins ${JSON.stringify(prefix)} and ${JSON.stringify(path)} as ${joined}`, () => {
    assert.equal(joinPaths(prefix, path), joined);
  });
}
