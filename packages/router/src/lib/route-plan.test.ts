import assert from "node:assert/strict";
import { test } from "node:test";
import { createRouter, type RouterOptions } from "./router.ts";
import { RouterError, type RouteFault } from "./router-error.ts";

function faultsOf(routes: readonly string[], options?: RouterOptions): readonly RouteFault[] {
  const entries = routes.map((route) => {
    const [method = "", path = ""] = route.split(/ (.*)/s);
    return { method, path, value: route };
  });
  try {
    createRouter(entries, options);
  } catch (error) {
    if (error instanceof RouterError) return error.faults;
    throw error;
  }
  return [];
}

/** The codes and patterns alone. */
function collisions(...routes: readonly string[]): unknown[] {
  return faultsOf(routes).map(({ code, patterns }) => [code, ...patterns]);
}

test("routes that take the same paths collide, whatever their parameters are called", () => {
  const [fault] = faultsOf(["GET /users/:id", "GET /users/:name"]);
  assert.deepEqual(fault, {
    code: "E_ROUTE_DUPLICATE",
    message:
      'GET "/users/:name" takes the same paths as GET "/users/:id" ("/users/:name"); remove one, or tell them apart by a constraint.',
    patterns: ["/users/:name", "/users/:id"],
  });
});

test("a route that is given again collides each time", () => {
  const [fault] = faultsOf(["GET /a", "GET /a"]);
  assert.equal(fault?.message, 'GET "/a" is given twice; remove one.');
  assert.equal(faultsOf(["GET /a", "GET /a", "GET /a"]).length, 2);
});

test("shapes are compared, not spellings", () => {
  const duplicate = (a: string, b: string): void =>
    assert.deepEqual(collisions(`GET ${a}`, `GET ${b}`), [["E_ROUTE_DUPLICATE", b, a]], `${a} ${b}`);
  duplicate("/café", "/caf%c3%a9");
  duplicate("/%61", "/a");
  duplicate("/:a(x|y)", "/:b(y|x)");
  duplicate("/:a(length:2)", "/:b(length:2..2)");
  duplicate("/*a", "/*b");
  duplicate("/f/*a", "/f/*b?");
  duplicate("/f", "/f/*a?");
  duplicate("/f/", "/f/*a?");
  duplicate("/", "/*a?");
  duplicate("/posts", "/posts/:page?");
  duplicate("/:lang?/a", "/a");
  duplicate("/:lang(en|de)?/a/:b?", "/:x(de|en)/a");
});

test("what differs in any way does not collide", () => {
  const routes = [
    "/:a",
    "/:a(int)",
    "/:a(range:1..2)",
    "/:a(x|y)",
    "/:a(x|z)",
    "/*a",
    "/a",
    "/a/",
    "//a",
    "/A",
    "/%3Aa",
  ];
  assert.deepEqual(collisions(...routes.map((path) => `GET ${path}`)), []);
});

test("each method has its own paths, with its own names", () => {
  assert.deepEqual(
    collisions("GET /users/:id", "POST /users/:name", "HEAD /users/:x", "PURGE /users/:y"),
    [],
  );
  assert.deepEqual(collisions("HEAD /:a", "GET /:b", "HEAD /:c"), [["E_ROUTE_DUPLICATE", "/:c", "/:a"]]);
});

test("two routes that collide in several ways are reported once", () => {
  assert.deepEqual(collisions("GET /:a?/x/:b?", "GET /:c?/x/:d?"), [
    ["E_ROUTE_DUPLICATE", "/:c?/x/:d?", "/:a?/x/:b?"],
  ]);
});

test("optional segments that can be left out in two ways collide with themselves", () => {
  const [fault] = faultsOf(["GET /:a?/:b?"]);
  assert.equal(fault?.code, "E_ROUTE_OPTIONAL");
  assert.match(fault.message, /"\/:b" or "\/:a"/);
  assert.deepEqual(collisions("GET /x?/x?"), [["E_ROUTE_OPTIONAL", "/x?/x?"]]);
  assert.deepEqual(collisions("GET /:a(int)?/:b(uuid)?", "GET /x/:c?/*d?"), []);
});

test("there is a limit to optional segments", () => {
  const path = (count: number): string => Array.from({ length: count }, (_, i) => `/s${i}?`).join("");
  assert.deepEqual(faultsOf([`GET ${path(6)}`]), []);
  const [fault] = faultsOf([`GET ${path(7)}`]);
  assert.equal(fault?.code, "E_ROUTE_OPTIONAL");
  assert.match(fault.message, /7 optional segments; have at most 6/);
});

test("methods are tokens, and the usual ones are written in upper case", () => {
  assert.deepEqual(faultsOf(["M-SEARCH /a", "purge /a", "GET /a"]), []);
  assert.match(faultsOf(["get /a"])[0]?.message ?? "", /write "GET"/);
  for (const route of [" /a", "GET( /a", "GÉT /a"])
    assert.equal(faultsOf([route])[0]?.code, "E_ROUTE_METHOD", route);
});

test("names of custom constraints are checked", () => {
  const accept = (): boolean => true;
  for (const name of ["int", "uuid", "a|b", "regex:x", "", "a b"])
    assert.equal(faultsOf([], { constraints: { [name]: accept } })[0]?.code, "E_ROUTE_CONSTRAINT", name);
  assert.deepEqual(faultsOf(["GET /:a(my-hex_2)"], { constraints: { "my-hex_2": accept } }), []);
});

test("all faults of all routes come at once, each pattern's only once", () => {
  const faults = collisions(
    "GET /{id}",
    "POST /{id}",
    "GET /:a",
    "GET /:b",
    "get /c",
    "GET /:x/:x",
    "GET /:p?/:q?",
  );
  assert.deepEqual(faults, [
    ["E_ROUTE_PATTERN", "/{id}"],
    ["E_ROUTE_DUPLICATE", "/:b", "/:a"],
    ["E_ROUTE_METHOD", "/c"],
    ["E_ROUTE_PARAM_DUPLICATE", "/:x/:x"],
    ["E_ROUTE_OPTIONAL", "/:p?/:q?"],
  ]);
});
