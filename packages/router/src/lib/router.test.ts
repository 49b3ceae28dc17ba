import assert from "node:assert/strict";
import { test } from "node:test";
import type { Match } from "./match.ts";
import type { PathValues } from "./path-params.ts";
import { createRouter, type Router, type RouterOptions } from "./router.ts";

/** What a match says, with each method asked. */
interface Answer {
  readonly kind: Match<string>["kind"];
  readonly value?: string;
  readonly pattern?: string;
  readonly method?: string;
  readonly params?: PathValues;
  readonly allow?: readonly string[];
  readonly path: string;
  readonly search: string;
}

type Driver = (router: Router<string>, method: string, target: string) => Match<string>;

/** What stands around the target must not matter, so it looks like more of it. */
function bytesAt(offset: number, around: string): Driver {
  return (router, method, target) => {
    const text = around.repeat(offset).slice(0, offset) + target + around;
    const bytes = Buffer.from(text, "latin1");
    const match = router.matchBytes(method, bytes, offset, offset + target.length);
    bytes.fill(0);
    return match;
  };
}

const DRIVERS: Readonly<Record<string, Driver>> = {
  string: (router, method, target) => router.matchString(method, target),
  "bytes of their own": (router, method, target) =>
    router.matchBytes(method, Uint8Array.from(Buffer.from(target, "latin1")), 0, target.length),
  "bytes among slashes": bytesAt(1, "/a/"),
  "bytes among queries": bytesAt(4, "?x/"),
  "bytes among escapes": bytesAt(7, "%2e"),
  "bytes among dots": bytesAt(64, "./"),
};

function answer(match: Match<string>, target: string): Answer {
  const parts = { kind: match.kind, path: match.path(target), search: match.search(target) };
  if (match.kind === "method-not-allowed") return { ...parts, allow: match.allow };
  if (match.kind !== "found") return parts;
  const { value, pattern, method } = match;
  return { ...parts, value, pattern, method, params: { ...match.params(target) } };
}

/** Asks every driver; `expected` needs only the members that matter. */
function expect(router: Router<string>, request: string, expected: Partial<Answer>): void {
  const [method = "", target = ""] = request.split(/ (.*)/s);
  for (const [name, driver] of Object.entries(DRIVERS)) {
    const full = answer(driver(router, method, target), target);
    const asked = Object.fromEntries(Object.keys(expected).map((key) => [key, full[key as keyof Answer]]));
    assert.deepEqual(asked, expected, `${request} as ${name}`);
  }
}

/** Routes as "GET /path"; each is its own value. */
function routerOf(routes: readonly string[], options?: RouterOptions): Router<string> {
  const entries = routes.map((value) => {
    const [method = "", path = ""] = value.split(/ (.*)/s);
    return { method, path, value };
  });
  return createRouter(entries, options);
}

test("finds static routes", () => {
  const router = routerOf([
    "GET /",
    "GET /users",
    "GET /users/",
    "GET /users/me",
    "POST /users",
    "GET /a.b/c",
  ]);
  expect(router, "GET /", { kind: "found", value: "GET /", path: "/", search: "", params: {} });
  expect(router, "GET /users", { value: "GET /users" });
  expect(router, "GET /users/", { value: "GET /users/" });
  expect(router, "GET /users/me", { value: "GET /users/me", pattern: "/users/me", method: "GET" });
  expect(router, "POST /users", { value: "POST /users" });
  expect(router, "GET /a.b/c", { value: "GET /a.b/c" });
});

test("the slash at the end, empty segments and case make different paths", () => {
  const router = routerOf(["GET /a/b", "GET //a", "GET /:x/"]);
  for (const target of ["/a/b/", "/a//b", "/A/b", "/a", "//", "///a", "//a/"])
    expect(router, `GET ${target}`, { kind: "not-found", path: target });
  expect(router, "GET //a", { value: "GET //a" });
  expect(router, "GET /a/", { value: "GET /:x/", params: { x: "a" } });
});

test("finds parameters and decodes them once", () => {
  const router = routerOf(["GET /users/:id", "GET /users/:id/posts/:post", "GET /:a/:b/:c/:d"]);
  expect(router, "GET /users/7", { value: "GET /users/:id", params: { id: "7" }, path: "/users/7" });
  expect(router, "GET /users/a%20b?c%20d", { params: { id: "a b" }, path: "/users/a%20b", search: "c%20d" });
  expect(router, "GET /users/%2525", { params: { id: "%25" } });
  expect(router, "GET /users/%E2%82%AC", { params: { id: "€" } });
  expect(router, "GET /users/a+b", { params: { id: "a+b" } });
  expect(router, "GET /users/..a", { params: { id: "..a" } });
  expect(router, "GET /users/7/posts/x.y", { params: { id: "7", post: "x.y" } });
  expect(router, "GET /w/x/y/z", { params: { a: "w", b: "x", c: "y", d: "z" } });
  expect(router, "GET /users/", { kind: "not-found" });
  expect(router, "GET /users//posts/1", { kind: "not-found" });
});

test("a wildcard takes one or more characters, an optional one also none", () => {
  const router = routerOf(["GET /files/*path", "GET /maybe/*path?"]);
  expect(router, "GET /files/a", { params: { path: "a" } });
  expect(router, "GET /files/a/b%2Fc/?d", { params: { path: "a/b/c/" }, search: "d" });
  expect(router, "GET /files//", { params: { path: "/" } });
  expect(router, "GET /files/", { kind: "not-found" });
  expect(router, "GET /files", { kind: "not-found" });
  expect(router, "GET /maybe", { params: {} });
  expect(router, "GET /maybe/", { params: { path: "" } });
  expect(router, "GET /maybe/a/b", { params: { path: "a/b" } });
  expect(router, "GET /maybes", { kind: "not-found" });
});

test("an optional wildcard at the root takes everything", () => {
  const router = routerOf(["GET /*path?"]);
  expect(router, "GET /", { params: {} });
  expect(router, "GET /a/b", { params: { path: "a/b" } });
  expect(router, "GET /?q", { params: {}, search: "q" });
});

test("optional segments can be left out wherever they stand", () => {
  const router = routerOf(["GET /:lang(en|de)?/docs/:page?", "GET /v1?/x"]);
  expect(router, "GET /docs", { params: {} });
  expect(router, "GET /en/docs", { params: { lang: "en" } });
  expect(router, "GET /docs/a", { params: { page: "a" } });
  expect(router, "GET /de/docs/a", { params: { lang: "de", page: "a" } });
  expect(router, "GET /fr/docs/a", { kind: "not-found" });
  expect(router, "GET /docs/", { kind: "not-found" });
  expect(router, "GET /x", { value: "GET /v1?/x" });
  expect(router, "GET /v1/x", { value: "GET /v1?/x" });
});

test("int and range give numbers", () => {
  const router = routerOf(["GET /i/:n(int)", "GET /r/:n(range:1..9)/:m(int)?"]);
  expect(router, "GET /i/-12", { params: { n: -12 } });
  expect(router, "GET /i/%31%32", { params: { n: 12 }, path: "/i/12" });
  expect(router, "GET /r/3/9007199254740991", { params: { n: 3, m: 9007199254740991 } });
  expect(router, "GET /i/9007199254740992", { kind: "not-found" });
  expect(router, "GET /i/1.5", { kind: "not-found" });
  expect(router, "GET /r/10", { kind: "not-found" });
});

test("at each segment the more specific way goes first", () => {
  const router = routerOf(
    [
      "GET /*rest",
      "GET /:plain",
      "GET /:length(length:1..40)",
      "GET /:custom(even)",
      "GET /:regex(regex:[a-z0-9-]+)",
      "GET /:uuid(uuid)",
      "GET /:int(int)",
      "GET /:wide(range:1..100)",
      "GET /:narrow(range:1..10)",
      "GET /:three(a|b|c)",
      "GET /:two(b|d)",
      "GET /d",
    ],
    { constraints: { even: (segment) => segment.length % 2 === 0 } },
  );
  const uuid = "01234567-89ab-cdef-0123-456789abcdef";
  const ways = {
    d: "/d",
    b: "/:two(b|d)",
    a: "/:three(a|b|c)",
    5: "/:narrow(range:1..10)",
    50: "/:wide(range:1..100)",
  };
  for (const [segment, pattern] of Object.entries(ways)) expect(router, `GET /${segment}`, { pattern });
  expect(router, "GET /500", { pattern: "/:int(int)" });
  expect(router, `GET /${uuid}`, { pattern: "/:uuid(uuid)" });
  expect(router, "GET /xy", { pattern: "/:regex(regex:[a-z0-9-]+)" });
  expect(router, "GET /XY", { pattern: "/:custom(even)" });
  expect(router, "GET /XYZ", { pattern: "/:length(length:1..40)" });
  expect(router, `GET /${"X".repeat(41)}`, { pattern: "/:plain" });
  expect(router, "GET /a/b", { pattern: "/*rest" });
});

test("of two constraints that are as specific, the route given first wins", () => {
  const patterns = ["/:a(regex:x.*)", "/:b(regex:.*y)"];
  expect(routerOf(patterns.map((path) => `GET ${path}`)), "GET /xy", { pattern: "/:a(regex:x.*)" });
  expect(routerOf(patterns.toReversed().map((path) => `GET ${path}`)), "GET /xy", {
    pattern: "/:b(regex:.*y)",
  });
});

test("a way that fails further on gives way to the next", () => {
  const router = routerOf([
    "GET /users/me/posts",
    "GET /users/:id(int)/a",
    "GET /users/:id/b",
    "GET /users/:id/:x/c",
    "GET /*rest",
  ]);
  expect(router, "GET /users/me/posts", { pattern: "/users/me/posts" });
  expect(router, "GET /users/me/b", { pattern: "/users/:id/b", params: { id: "me" } });
  expect(router, "GET /users/7/a", { pattern: "/users/:id(int)/a", params: { id: 7 } });
  expect(router, "GET /users/7/b", { pattern: "/users/:id/b", params: { id: "7" } });
  expect(router, "GET /users/me/posts/c", { pattern: "/users/:id/:x/c", params: { id: "me", x: "posts" } });
  expect(router, "GET /users/men/posts", { pattern: "/*rest", params: { rest: "users/men/posts" } });
  expect(router, "GET /users/7/d", { params: { rest: "users/7/d" } });
});

test("each method has its own routes", () => {
  const router = routerOf(["GET /users/me", "POST /users/:name", "PURGE /users/:id(int)"]);
  expect(router, "POST /users/me", { value: "POST /users/:name", params: { name: "me" } });
  expect(router, "PURGE /users/7", { params: { id: 7 } });
  expect(router, "GET /users/7", {
    kind: "method-not-allowed",
    allow: ["OPTIONS", "POST", "PURGE"],
    path: "/users/7",
  });
  expect(router, "DELETE /users/me?x", {
    allow: ["GET", "HEAD", "OPTIONS", "POST"],
    path: "/users/me",
    search: "x",
  });
  expect(router, "get /users/me", { allow: ["GET", "HEAD", "OPTIONS", "POST"] });
  expect(router, "OPTIONS /users/me", { allow: ["GET", "HEAD", "OPTIONS", "POST"] });
  expect(router, "GET /nothing", { kind: "not-found", path: "/nothing" });
  assert.deepEqual(router.allowed(), ["GET", "HEAD", "OPTIONS", "POST", "PURGE"]);
});

test("HEAD takes the routes of GET, and its own before one of the same shape", () => {
  const router = routerOf([
    "HEAD /:id/own",
    "GET /:name/own",
    "GET /users/me",
    "HEAD /users/:id",
    "HEAD /only",
  ]);
  expect(router, "HEAD /users/me", { value: "GET /users/me", method: "GET" });
  expect(router, "HEAD /users/you", { value: "HEAD /users/:id", method: "HEAD" });
  expect(router, "HEAD /x/own", { value: "HEAD /:id/own", params: { id: "x" } });
  expect(router, "GET /x/own", { value: "GET /:name/own", params: { name: "x" } });
  expect(router, "GET /only", { kind: "method-not-allowed", allow: ["HEAD", "OPTIONS"] });
  expect(routerOf(["GET /:name/own", "HEAD /:id/own"]), "HEAD /x/own", { value: "HEAD /:id/own" });
});

test("a route for OPTIONS goes before the automatic answer", () => {
  const router = routerOf(["OPTIONS /a", "GET /a", "GET /b"]);
  expect(router, "OPTIONS /a", { kind: "found", value: "OPTIONS /a" });
  expect(router, "OPTIONS /b", { kind: "method-not-allowed", allow: ["GET", "HEAD", "OPTIONS"] });
  expect(router, "POST /a", { allow: ["GET", "HEAD", "OPTIONS"] });
});

test("all spellings of a path find the same route", () => {
  const router = routerOf(["GET /café/~me/:id", "GET /a%3Ab/%2Ac", "GET /%2f/x", "GET /.well-known/x"]);
  for (const target of [
    "/caf%C3%A9/~me/x",
    "/caf%c3%a9/%7Eme/%78",
    "/caf\xc3\xa9/~me/x",
    "/y/../caf%C3%A9/./~me/x",
  ])
    expect(router, `GET ${target}`, {
      value: "GET /café/~me/:id",
      params: { id: "x" },
      path: "/caf%C3%A9/~me/x",
    });
  expect(router, "GET /a:b/*c", { value: "GET /a%3Ab/%2Ac", path: "/a:b/*c" });
  expect(router, "GET /a%3ab/%2Ac", { value: "GET /a%3Ab/%2Ac", path: "/a%3Ab/%2Ac" });
  expect(router, "GET /%2F/x", { value: "GET /%2f/x" });
  expect(router, "GET ///x", { kind: "not-found" });
  expect(router, "GET /.well-known/x", { value: "GET /.well-known/x" });
});

test("parameters of a path that had to be made canonical", () => {
  const router = routerOf(["GET /a%3Ab/:x/:n(int)/*rest", "GET /:tab(x&y|z)"]);
  const params = { x: "é:/", n: 7, rest: "p/q r" };
  expect(router, "GET /a:b/%C3%A9:%2F/7/p/q%20r", { params });
  expect(router, "GET /./a%3ab/%c3%a9%3A%2f/%37/p/q%20r?s", {
    params,
    path: "/a%3Ab/%C3%A9%3A%2F/7/p/q%20r",
    search: "s",
  });
  expect(router, "GET /x%26y", { params: { tab: "x&y" } });
});

test("an escaped slash separates nothing, and no dot segment gets past a static prefix", () => {
  const router = routerOf(["GET /files/*path", "GET /:a", "GET /secret"]);
  expect(router, "GET /files/..%2Fsecret", { value: "GET /files/*path", params: { path: "../secret" } });
  expect(router, "GET /files/../secret", { value: "GET /secret", path: "/secret" });
  expect(router, "GET /files/%2e%2e/secret", { value: "GET /secret" });
  expect(router, "GET /files/..", { kind: "not-found", path: "/" });
  expect(router, "GET /a%2Fb", { value: "GET /:a", params: { a: "a/b" } });
});

test("bad targets are told apart from paths that no route has", () => {
  const router = routerOf(["GET /*rest?"]);
  for (const target of [
    "",
    "x",
    "*",
    "?",
    "/%",
    "/%zz",
    "/%00",
    "/%C3",
    "/%ED%A0%80",
    "/a b",
    "/a#b",
    "/\x80",
    "ftp://h/",
  ])
    expect(router, `GET ${target}`, { kind: "bad-target", path: "", search: "" });
  const match = router.matchString("GET", "/a%zz?q");
  assert.ok(match.kind === "bad-target");
  assert.equal(match.reason, 'The request target has a "%" without two hexadecimal digits.');
});

test("a string with characters that are no bytes is a bad target", () => {
  assert.equal(routerOf(["GET /*rest"]).matchString("GET", "/\u0161").kind, "bad-target");
});

test("the asterisk is an outcome of OPTIONS alone", () => {
  const router = routerOf(["GET /", "POST /a"]);
  expect(router, "OPTIONS *", { kind: "asterisk", path: "*", search: "" });
  expect(router, "OPTIONS http://example.com", { kind: "asterisk" });
  expect(router, "GET *", { kind: "bad-target" });
  assert.deepEqual(router.allowed(), ["GET", "HEAD", "OPTIONS", "POST"]);
});

test("an absolute target is reduced to its path", () => {
  const router = routerOf(["GET /", "GET /users/:id", "GET /static"]);
  expect(router, "GET http://example.com/users/7?q=1", {
    params: { id: "7" },
    path: "/users/7",
    search: "q=1",
  });
  expect(router, "GET https://example.com:8443/static", { value: "GET /static", path: "/static" });
  expect(router, "GET HTTP://example.com?q", { value: "GET /", path: "/", search: "q" });
  expect(router, "POST http://example.com/static", { kind: "method-not-allowed", path: "/static" });
  expect(router, "GET http://example.com/none", { kind: "not-found", path: "/none" });
});

test("the query is found however odd it is", () => {
  const router = routerOf(["GET /a", "GET /:x/b"]);
  for (const search of ["", "x", "x?y", "/../%zz", "%00", "a=b#c"]) {
    expect(router, `GET /a?${search}`, { value: "GET /a", path: "/a", search });
    expect(router, `GET /y/b?${search}`, { params: { x: "y" }, path: "/y/b", search });
    expect(router, `GET /none?${search}`, { kind: "not-found", path: "/none", search });
  }
});

test("the position in the buffer does not matter", () => {
  const router = routerOf(["GET /a/:x/c", "GET /a/b", "GET /f/*p"]);
  for (let offset = 0; offset < 40; offset++) {
    const driver = bytesAt(offset, "/a/b?%2e../");
    for (const target of ["/a/b", "/a/x/c?d", "/f/%20/x", "/a/%62", "/none"])
      assert.deepEqual(
        answer(driver(router, "GET", target), target),
        answer(router.matchString("GET", target), target),
      );
  }
});

test("matches of a route are one object, and the path of a static one is its own", () => {
  const router = routerOf(["GET /a", "GET /:x/b"]);
  assert.equal(router.matchString("GET", "/a"), router.matchString("GET", "/a?x"));
  assert.equal(router.matchString("GET", "/a"), router.matchString("GET", "http://h/%61"));
  assert.equal(router.matchString("GET", "/1/b"), router.matchString("GET", "/2/b"));
  assert.equal(router.matchString("GET", "/1"), router.matchString("GET", "/2"));
});

test("parameters may have the names of object members", () => {
  const router = routerOf(["GET /:__proto__/:constructor/:toString(int)"]);
  const match = router.matchString("GET", "/a/b/7");
  assert.ok(match.kind === "found");
  const params = match.params("/a/b/7");
  assert.deepEqual(Object.entries(params), [
    ["__proto__", "a"],
    ["constructor", "b"],
    ["toString", 7],
  ]);
  assert.equal(params["hasOwnProperty"], undefined);
  assert.notEqual(params, match.params("/a/b/7"));
});

test("short parameters are read where they stand in bytes", () => {
  const router = routerOf(["GET /u/:id", "GET /n/:id(int)/x", "GET /f/*rest"]);
  const read = (target: string): object | null => {
    const bytes = Buffer.from(`/a${target}/b`);
    const match = router.matchBytes("GET", bytes, 2, 2 + target.length);
    assert.ok(match.kind === "found");
    const values = match.paramsIn(bytes, 2, 2 + target.length);
    return values === null ? null : { ...values };
  };
  for (let length = 1; length <= 16; length++) {
    const id = "abcdefghijklmnop".slice(0, length);
    assert.deepEqual(read(`/u/${id}`), { id });
    assert.deepEqual(read(`/u/${id}?q=/%41`), { id });
  }
  assert.deepEqual(read("/n/17/x?y"), { id: 17 });
  assert.deepEqual(read("/f/a/b.c?d"), { rest: "a/b.c" });
  for (const target of ["/u/abcdefghijklmnopq", "/u/a%20b", "/u/%61", "http://h/u/a"])
    assert.equal(read(target), null, target);
});

test("a custom constraint may ask the router itself, and may throw", () => {
  const long = `/${"x".repeat(3000)}`;
  const router: Router<string> = routerOf(["GET /r/:x(nested)/:y", "GET /in/:z", `GET ${long}`], {
    constraints: {
      nested: (segment) => {
        if (segment === "boom") throw new Error("boom");
        return (
          router.matchString("GET", `/in/${segment}%20`).kind === "found" &&
          router.matchString("GET", long).kind === "found"
        );
      },
    },
  });
  expect(router, "GET /r/a/b", { params: { x: "a", y: "b" } });
  assert.throws(() => router.matchString("GET", "/r/boom/b"), /boom/);
  expect(router, "GET /r/%61/c", { params: { x: "a", y: "c" } });
  expect(router, `GET ${long}`, { kind: "found" });
});

test("many static routes of one length, and a prefix of them", () => {
  const paths = Array.from({ length: 2000 }, (_, i) => `/api/item-${String(i).padStart(4, "0")}`);
  const router = routerOf(paths.map((path) => `GET ${path}`));
  for (const path of paths) assert.equal(answer(router.matchString("GET", path), path).pattern, path);
  for (const path of ["/api/item-2000", "/api/item-000x", "/api/item-000", "/api/item-00000"])
    expect(router, `GET ${path}`, { kind: "not-found" });
});

test("a router without routes misses everything", () => {
  const router = routerOf([]);
  expect(router, "GET /", { kind: "not-found", path: "/" });
  expect(router, "OPTIONS *", { kind: "asterisk" });
  assert.deepEqual(router.allowed(), ["OPTIONS"]);
});
