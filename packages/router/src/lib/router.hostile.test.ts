import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { createRouter, type Router } from "./router.ts";

/** A router that counts how often its constraint is asked. */
function countingRouter(paths: readonly string[]): { router: Router<string>; calls: () => number } {
  let calls = 0;
  const spy = (segment: string): boolean => {
    calls++;
    return segment === "x";
  };
  const routes = paths.map((path) => ({ method: "GET", path, value: path }));
  return { router: createRouter(routes, { constraints: { spy } }), calls: () => calls };
}

/** How many edges of the tree have the constraint: one for each prefix that ends in it. */
function countEdges(paths: readonly string[]): number {
  const prefixes = new Set<string>();
  for (const path of paths) {
    const segments = path.split("/").map((segment) => segment.replace(/:p\d+/, ":"));
    for (const [at, segment] of segments.entries())
      if (segment === ":(spy)") prefixes.add(segments.slice(0, at + 1).join("/"));
  }
  return prefixes.size;
}

// The path's own method, then GET and HEAD to see which methods there are; once more where the path is made canonical.
const MAX_WALKS = 4;

function toPath(segments: readonly string[]): string {
  return `/${segments.map((segment, at) => segment.replace(":", `:p${at}`)).join("/")}`;
}

function keyOf(path: string): string {
  return path.replaceAll(/:p\d+/g, ":");
}

test("no path makes a router ask an edge more than once", () => {
  const segments = fc.array(fc.constantFrom(":(spy)", ":", "x"), { minLength: 1, maxLength: 9 });
  const routes = fc.uniqueArray(segments.map(toPath), { minLength: 1, maxLength: 60, selector: keyOf });
  const ends = fc.constantFrom("", "/x", "/y", "/%78", "/x?x/x");
  fc.assert(
    fc.property(routes, fc.nat(10), ends, (paths, length, end) => {
      const { router, calls } = countingRouter(paths);
      router.matchString("GET", `${"/x".repeat(length)}${end}`);
      assert.ok(calls() <= MAX_WALKS * countEdges(paths), `${calls()} calls`);
    }),
  );
});

test("a tree in which every segment branches is walked once", () => {
  const depth = 10;
  const paths = Array.from({ length: 2 ** depth }, (_, bits) =>
    toPath([...Array.from({ length: depth }, (__, at) => ((bits >> at) & 1 ? ":(spy)" : ":")), "end"]),
  );
  const { router, calls } = countingRouter(paths);
  assert.equal(router.matchString("GET", `${"/x".repeat(depth)}/no`).kind, "not-found");
  assert.ok(calls() <= MAX_WALKS * countEdges(paths), `${calls()} calls`);
  assert.equal(router.matchString("GET", `${"/x".repeat(depth)}/end`).kind, "found");
});

const LONG: readonly (readonly [name: string, target: string, kind: string])[] = [
  ["many segments", "/x".repeat(4000), "found"],
  ["many segments and a bad end", `${"/x".repeat(4000)}/%zz`, "bad-target"],
  ["many empty segments", "/".repeat(8000), "found"],
  ["many dot segments", `${"/x/..".repeat(1600)}/a`, "found"],
  ["climbing above the root", `${"/..".repeat(2600)}/a`, "found"],
  ["many needless escapes", `/${"%61".repeat(2600)}`, "found"],
  ["many escapes", `/${"%C3%A9".repeat(1300)}`, "found"],
  ["a long segment", `/${"a".repeat(8000)}`, "found"],
  ["a long segment of digits", `/${"1".repeat(8000)}`, "found"],
  ["a long query", `/a?${"%zz/../".repeat(1100)}`, "found"],
  ["a long host", `http://${"a".repeat(8000)}/a`, "found"],
  ["a long way to nothing", `/y/${"x/".repeat(4000)}`, "found"],
];

for (const [name, target, kind] of LONG) {
  test(`takes a target of ${name}`, () => {
    const paths = [
      "/*rest",
      "/:a",
      "/:a(int)",
      "/:a(regex:[a-z]+)/b",
      "/:a/*rest",
      "/x/x/x/*rest",
      "/:a/:b/:c(int)",
    ];
    const router = createRouter(paths.map((path) => ({ method: "GET", path, value: path })));
    const bytes = Buffer.from(target, "latin1");
    const match = router.matchBytes("GET", bytes, 0, bytes.length);
    assert.equal(match.kind, kind);
    assert.equal(router.matchString("GET", target).kind, kind);
    assert.equal(match.path(target), router.matchString("GET", target).path(target));
  });
}

test("a pattern of a thousand segments is built and found", () => {
  const path = Array.from({ length: 1000 }, (_, at) => `/:p${at}`).join("");
  const router = createRouter([{ method: "GET", path, value: 1 }]);
  const target = "/x".repeat(1000);
  const match = router.matchString("GET", target);
  assert.ok(match.kind === "found");
  assert.equal(Object.keys(match.params(target)).length, 1000);
});
