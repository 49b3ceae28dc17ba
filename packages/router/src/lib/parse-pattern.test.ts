import assert from "node:assert/strict";
import { test } from "node:test";
import { parsePattern } from "./parse-pattern.ts";
import { RouterError, type RouteFault } from "./router-error.ts";

const hex = (segment: string): boolean => /^[0-9a-f]+$/.test(segment);

function faultsOf(path: string): readonly RouteFault[] {
  try {
    parsePattern(path, { constraints: { hex } });
  } catch (error) {
    if (error instanceof RouterError) return error.faults;
    throw error;
  }
  return [];
}

test("reads static, parameter and wildcard segments", () => {
  assert.deepEqual(parsePattern("/users/:id/*rest?"), {
    path: "/users/:id/*rest?",
    segments: [
      { kind: "static", text: "users", optional: false },
      { kind: "param", name: "id", constraint: null, optional: false },
      { kind: "wildcard", name: "rest", optional: true },
    ],
  });
});

test("keeps empty segments", () => {
  const texts = (path: string): unknown[] =>
    parsePattern(path).segments.map((one) => "text" in one && one.text);
  assert.deepEqual(texts("/"), [""]);
  assert.deepEqual(texts("//a/"), ["", "a", ""]);
});

test("reads optional segments of every kind", () => {
  const optional = parsePattern("/v1?/:a?/:b(int)?/*c?").segments.map((segment) => segment.optional);
  assert.deepEqual(optional, [true, true, true, true]);
});

const CONSTRAINTS = {
  int: { kind: "int" },
  uuid: { kind: "uuid" },
  "range:1..100": { kind: "range", min: 1, max: 100 },
  "range:-5..5": { kind: "range", min: -5, max: 5 },
  "range:1..": { kind: "range", min: 1, max: null },
  "range:..9": { kind: "range", min: null, max: 9 },
  "length:2..8": { kind: "length", min: 2, max: 8 },
  "length:8": { kind: "length", min: 8, max: 8 },
  "length:2..": { kind: "length", min: 2, max: null },
  "a|b|c": { kind: "enum", values: ["a", "b", "c"] },
  "int|uuid": { kind: "enum", values: ["int", "uuid"] },
  "é|a b": { kind: "enum", values: ["é", "a b"] },
  "regex:[a-z]+": { kind: "regex", source: "[a-z]+" },
  "regex:(a|b)?": { kind: "regex", source: "(a|b)?" },
  hex: { kind: "custom", name: "hex", test: hex },
};

for (const [text, constraint] of Object.entries(CONSTRAINTS)) {
  test(`reads the constraint ${text}`, () => {
    const [segment] = parsePattern(`/:a(${text})?`, { constraints: { hex } }).segments;
    assert.deepEqual(segment, { kind: "param", name: "a", constraint, optional: true });
  });
}

const SPELLINGS: Readonly<Record<string, string>> = {
  "caf%c3%a9": "caf%C3%A9",
  café: "caf%C3%A9",
  "%7euser": "~user",
  "%61b": "ab",
  "a%2fb": "a%2Fb",
  "a%3Ab": "a:b",
  "%3aid": ":id",
  "%2A": "*",
  "a b": "a%20b",
  '"': "%22",
  "a|b": "a%7Cb",
  "@me(1)": "@me(1)",
  ".well-known": ".well-known",
  "...": "...",
};

for (const [given, text] of Object.entries(SPELLINGS)) {
  test(`writes the static segment ${given} as ${text}`, () => {
    assert.deepEqual(parsePattern(`/${given}`).segments, [{ kind: "static", text, optional: false }]);
  });
}

const MISTAKES: readonly (readonly [path: string, code: string, position: number, part: RegExp])[] = [
  ["", "E_ROUTE_PATTERN", 0, /does not start with "\/"/],
  ["users", "E_ROUTE_PATTERN", 0, /put a "\/" in front/],
  ["/a/:", "E_ROUTE_PATTERN", 4, /no name after ":".*%3A/],
  ["/a/:1st", "E_ROUTE_PATTERN", 4, /no name after ":"/],
  ["/:a-:b", "E_ROUTE_PATTERN", 3, /a parameter is a whole segment/],
  ["/:file.json", "E_ROUTE_PATTERN", 6, /text after the name/],
  ["/v:version", "E_ROUTE_PATTERN", 2, /":" inside a segment.*%3A/],
  ["/a*", "E_ROUTE_PATTERN", 2, /"\*" inside a segment.*%2A/],
  ["/*", "E_ROUTE_PATTERN", 2, /no name after "\*"/],
  ["/*a/b", "E_ROUTE_PATTERN", 1, /before its end/],
  ["/*a/", "E_ROUTE_PATTERN", 1, /before its end/],
  ["/*a(int)", "E_ROUTE_PATTERN", 3, /constraint after a wildcard/],
  ["/*a+", "E_ROUTE_PATTERN", 3, /text after the name/],
  ["/a?b", "E_ROUTE_PATTERN", 2, /"\?" inside a segment/],
  ["/search?q=:q", "E_ROUTE_PATTERN", 7, /a pattern has no query/],
  ["/?", "E_ROUTE_PATTERN", 1, /"\?" after nothing/],
  ["/a#b", "E_ROUTE_PATTERN", 2, /"#"/],
  ["/users/{id}", "E_ROUTE_PATTERN", 7, /a parameter as ":name"/],
  ["/users/id}", "E_ROUTE_PATTERN", 9, /%7D/],
  ["/a/../b", "E_ROUTE_PATTERN", 3, /dot segment "\.\."/],
  ["/a/%2e", "E_ROUTE_PATTERN", 3, /dot segment "%2e"/],
  ["/a%2", "E_ROUTE_PATTERN", 1, /without two hexadecimal digits/],
  ["/a%zz", "E_ROUTE_PATTERN", 1, /without two hexadecimal digits/],
  ["/a%00", "E_ROUTE_PATTERN", 1, /NUL/],
  ["/a%FF", "E_ROUTE_PATTERN", 1, /not UTF-8/],
  ["/a\ud800", "E_ROUTE_PATTERN", 1, /half of a surrogate pair/],
  ["/:a(int", "E_ROUTE_PATTERN", 3, /"\(" without "\)"/],
  ["/:a(int/b", "E_ROUTE_PATTERN", 3, /"\(" without "\)"/],
  ["/:a(int)x", "E_ROUTE_PATTERN", 3, /text after "\)"/],
  ["/:a(regex:[^/]+)", "E_ROUTE_PATTERN", 12, /"\/" between.*\\x2f/],
  ["/:a(regex:[^/]+)/b", "E_ROUTE_PATTERN", 12, /"\/" between/],
  ["/:a()", "E_ROUTE_CONSTRAINT", 4, /nothing between/],
  ["/:a(number)", "E_ROUTE_CONSTRAINT", 4, /unknown constraint "number".*int, uuid.*hex/],
  ["/:a(toString)", "E_ROUTE_CONSTRAINT", 4, /unknown constraint "toString"/],
  ["/:a(range:1)", "E_ROUTE_CONSTRAINT", 4, /no range/],
  ["/:a(range:..)", "E_ROUTE_CONSTRAINT", 4, /no range/],
  ["/:a(range:9..1)", "E_ROUTE_CONSTRAINT", 4, /smaller one first/],
  ["/:a(range:1..9007199254740992)", "E_ROUTE_CONSTRAINT", 4, /safe integers/],
  ["/:a(length:x)", "E_ROUTE_CONSTRAINT", 4, /no length/],
  ["/:a(length:-1..2)", "E_ROUTE_CONSTRAINT", 4, /no length/],
  ["/:a(a||b)", "E_ROUTE_CONSTRAINT", 4, /empty value/],
  ["/:a(a|b|a)", "E_ROUTE_CONSTRAINT", 4, /"a" twice/],
  ["/:a(a%20|b)", "E_ROUTE_CONSTRAINT", 4, /values decoded/],
  ["/:a(a|\udc00)", "E_ROUTE_CONSTRAINT", 4, /half of a surrogate pair/],
  ["/:a(regex:)", "E_ROUTE_CONSTRAINT", 4, /empty regex/],
  ["/:a(regex:[)", "E_ROUTE_CONSTRAINT", 4, /regex that is none/],
  ["/:a(regex:a)|(b)", "E_ROUTE_CONSTRAINT", 4, /regex that is none/],
  ["/:a/:b/:a", "E_ROUTE_PARAM_DUPLICATE", 8, /two parameters named "a"/],
  ["/:a/*a", "E_ROUTE_PARAM_DUPLICATE", 5, /two parameters named "a"/],
];

for (const [path, code, position, part] of MISTAKES) {
  test(`refuses ${JSON.stringify(path)}`, () => {
    const [fault, ...others] = faultsOf(path);
    assert.deepEqual(others, []);
    assert.equal(fault?.code, code);
    assert.equal(fault.position, position);
    assert.deepEqual(fault.patterns, [path]);
    assert.match(fault.message, part);
    assert.ok(fault.message.includes(JSON.stringify(path)), fault.message);
  });
}

test("reports the mistakes of all segments of a pattern", () => {
  const faults = faultsOf("/a:b/:c(nope)/:d/:d/{e}");
  assert.deepEqual(
    faults.map(({ code, position }) => [code, position]),
    [
      ["E_ROUTE_PATTERN", 2],
      ["E_ROUTE_CONSTRAINT", 8],
      ["E_ROUTE_PARAM_DUPLICATE", 18],
      ["E_ROUTE_PATTERN", 20],
    ],
  );
});

test("an error of one fault has its message and code, one of several lists them", () => {
  assert.throws(() => parsePattern("a"), {
    name: "RouterError",
    code: "E_ROUTES_INVALID",
    message: 'The pattern "a" does not start with "/" (at 0); put a "/" in front. (E_ROUTE_PATTERN)',
  });
  assert.throws(() => parsePattern("/:/:"), {
    message: /^The routes have 2 mistakes:\n- The pattern.*\n- The pattern/,
  });
});
