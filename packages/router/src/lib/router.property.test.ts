import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Match } from "./match.ts";
import { type RouteEntry, planRoutes } from "./route-plan.ts";
import { createRouter } from "./router.ts";
import { RouterError } from "./router-error.ts";

// A second router, as plain as it can be: every route is tried, segment by segment, and the matches are sorted by the rules.

const CUSTOM = { vowel: (segment: string) => /^[aeiou]/.test(segment) };

interface NaiveSegment {
  readonly sign: "" | ":" | "*";
  /** Name of a parameter, or text. */
  readonly name: string;
  readonly constraint: string;
  readonly optional: boolean;
  /** The wildcard that has nothing after its slash. */
  readonly empty?: string;
}

interface NaiveRoute {
  readonly entry: RouteEntry<string>;
  readonly index: number;
  readonly segments: readonly NaiveSegment[];
}

function readPattern(path: string): NaiveSegment[] {
  return path
    .slice(1)
    .split("/")
    .map((text) => {
      const [, sign = "", name = "", constraint = "", optional = ""] =
        /^([:*]?)(.*?)(?:\((.*)\))?(\??)$/.exec(text) ?? [];
      return {
        sign: sign as NaiveSegment["sign"],
        name: sign === "" ? plainText(name) : name,
        constraint,
        optional: optional !== "",
      };
    });
}

function plainText(text: string): string {
  const encoded = text.replaceAll(/[^\w\-.~!$&'()*+,;=:@/%]/gu, encodeURIComponent);
  return respell(encoded).replaceAll("%3A", ":").replaceAll("%2A", "*");
}

/** RFC 3986, 6.2.2.1 and 6.2.2.2. */
function respell(path: string): string {
  return path.replaceAll(/%[0-9a-f]{2}/gi, (escape) => {
    const char = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return /[\w\-.~]/.test(char) ? char : escape.toUpperCase();
  });
}

function expand(segments: readonly NaiveSegment[]): NaiveSegment[][] {
  const [first, ...others] = segments;
  if (first === undefined) return [[]];
  const rest = expand(others);
  const taken = rest.map((tail) => [first, ...tail]);
  if (first.sign === "*" && first.optional) taken.push([{ ...EMPTY, empty: first.name }]);
  return first.optional ? [...taken, ...rest] : taken;
}

const EMPTY: NaiveSegment = { sign: "", name: "", constraint: "", optional: false };

function toRoutes(entries: readonly RouteEntry<string>[]): NaiveRoute[] {
  return entries.flatMap((entry, index) =>
    expand(readPattern(entry.path))
      .filter(([first, second]) => first?.empty === undefined || second !== undefined)
      .map((segments) => ({ entry, index, segments: segments.length === 0 ? [EMPTY] : segments })),
  );
}

/** What a segment is, without its name. */
function shapeOf({ sign, name, constraint }: NaiveSegment): string {
  if (sign === "") return name;
  const length = /^length:(\d+)$/.exec(constraint);
  if (length !== null) return `:length:${length[1]}..${length[1]}`;
  return sign === "*"
    ? "*"
    : `:${constraint.startsWith("regex:") ? constraint : constraint.split("|").toSorted().join("|")}`;
}

function shapesOf(segments: readonly NaiveSegment[]): string {
  return segments.map(shapeOf).join("/");
}

const KINDS = [/^(?!regex:).*\|/, /^range:/, /^int$/, /^uuid$/, /^regex:/, /^vowel$/, /^length:/];

function kindOf({ constraint }: NaiveSegment): number {
  return KINDS.findIndex((kind) => kind.test(constraint));
}

function widthOf(segment: NaiveSegment): number {
  const { constraint } = segment;
  if (kindOf(segment) === 0) return constraint.split("|").length;
  const bounds = /^(?:range|length):(-?\d*)(?:\.\.(-?\d*))?$/.exec(constraint);
  if (bounds === null) return 0;
  const [low = "", high = low] = bounds.slice(1);
  return bound(high, Infinity) - bound(low, constraint.startsWith("range:") ? -Infinity : 0);
}

function bound(text: string, otherwise: number): number {
  return text === "" ? otherwise : Number(text);
}

function accepts(segment: NaiveSegment, text: string): boolean {
  const { constraint } = segment;
  const value = decodeURIComponent(text);
  if (text === "") return false;
  if (constraint === "") return true;
  if (constraint === "vowel") return CUSTOM.vowel(value);
  if (constraint === "uuid") return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value);
  if (constraint.startsWith("regex:")) return new RegExp(`^(?:${constraint.slice(6)})$`, "u").test(value);
  const isInt = Number.isSafeInteger(Number(value)) && String(Number(value)) === value;
  if (constraint === "int") return isInt;
  const [low = "", high = low] = constraint.replace(/^\w+:/, "").split("..");
  const within = (n: number): boolean => n >= bound(low, -Infinity) && n <= bound(high, Infinity);
  if (constraint.startsWith("range:")) return isInt && within(Number(value));
  if (constraint.startsWith("length:")) return within(Array.from(value).length);
  return constraint.split("|").includes(value);
}

type Values = Record<string, string | number>;

/** The parameters of a route in a path, or null. */
function matchRoute({ segments }: NaiveRoute, path: readonly string[]): Values | null {
  const values: [string, string | number][] = [];
  for (const [at, segment] of segments.entries()) {
    if (segment.sign === "*") {
      const rest = path.slice(at).join("/");
      if (rest === "") return null;
      return Object.fromEntries([...values, [segment.name, decodeURIComponent(rest)]]);
    }
    const text = path[at];
    if (text === undefined) return null;
    if (segment.sign === "" ? text !== segment.name : !accepts(segment, text)) return null;
    if (segment.empty !== undefined) values.push([segment.empty, ""]);
    const numeric = segment.constraint === "int" || segment.constraint.startsWith("range:");
    if (segment.sign === ":") values.push([segment.name, numeric ? Number(text) : decodeURIComponent(text)]);
  }
  return segments.length === path.length ? Object.fromEntries(values) : null;
}

/** Sorts two routes by their first segments that differ. */
function compareRoutes(routes: readonly NaiveRoute[], method: string) {
  const firstWith = (prefix: string): number =>
    Math.min(...routes.filter((route) => startsWithShape(route, prefix)).map((route) => route.index));
  return (a: NaiveRoute, b: NaiveRoute): number => {
    for (let at = 0; at < Math.min(a.segments.length, b.segments.length); at++) {
      const [x = EMPTY, y = EMPTY] = [a.segments[at], b.segments[at]];
      if (shapeOf(x) === shapeOf(y) && x.sign === y.sign) continue;
      const difference = rankOf(x) - rankOf(y) || kindOf(x) - kindOf(y) || widths(widthOf(x), widthOf(y));
      if (difference !== 0) return difference;
      return firstWith(prefixOf(a, at)) - firstWith(prefixOf(b, at));
    }
    return Number(b.entry.method === method) - Number(a.entry.method === method);
  };
}

function widths(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

function rankOf({ sign, constraint }: NaiveSegment): number {
  if (sign === "") return 0;
  if (sign === "*") return 3;
  return constraint === "" ? 2 : 1;
}

function prefixOf({ segments }: NaiveRoute, at: number): string {
  return JSON.stringify(segments.slice(0, at + 1).map((segment) => [segment.sign, shapeOf(segment)]));
}

function startsWithShape(route: NaiveRoute, prefix: string): boolean {
  return route.segments.some((_, at) => prefixOf(route, at) === prefix);
}

interface NaiveAnswer {
  readonly kind: Match<string>["kind"];
  readonly value?: string;
  readonly params?: Values;
  readonly allow?: readonly string[];
  readonly path: string;
  readonly search: string;
}

function naiveMatch(routes: readonly NaiveRoute[], method: string, target: string): NaiveAnswer {
  const path = naivePath(method, target);
  if (path === null) return { kind: "bad-target", path: "", search: "" };
  const search = /\?(.*)$/s.exec(target)?.[1] ?? "";
  if (path === "*") return { kind: "asterisk", path, search };
  const segments = path.slice(1).replaceAll("%3A", ":").replaceAll("%2A", "*").split("/");
  const own = candidates(routes, method);
  const [best] = own
    .filter((route) => matchRoute(route, segments) !== null)
    .toSorted(compareRoutes(own, method));
  if (best !== undefined)
    return { kind: "found", value: best.entry.value, params: matchRoute(best, segments) ?? {}, path, search };
  const methods = new Set(
    routes.flatMap((route) => (matchRoute(route, segments) === null ? [] : [route.entry.method])),
  );
  if (methods.size === 0) return { kind: "not-found", path, search };
  if (methods.has("GET")) methods.add("HEAD");
  return { kind: "method-not-allowed", allow: [...methods.add("OPTIONS")].toSorted(), path, search };
}

function candidates(routes: readonly NaiveRoute[], method: string): NaiveRoute[] {
  return routes.filter(
    ({ entry }) => entry.method === method || (method === "HEAD" && entry.method === "GET"),
  );
}

function naivePath(method: string, target: string): string | null {
  if (method === "OPTIONS" && (target === "*" || /^https?:\/\/[^/?]+$/.test(target))) return "*";
  const [, absolute, raw = ""] = /^(https?:\/\/[\w.:]+(?=[/?]|$))?([^?]*)/.exec(target) ?? [];
  if (absolute === undefined && !raw.startsWith("/")) return null;
  if (/[\0-\x20\x7f#\u0100-\uffff]|%00|%(?![0-9a-f]{2})/i.test(raw)) return null;
  const escaped = raw.replaceAll(
    /[^\w\-.~!$&'()*+,;=:@/%]/g,
    (char) => `%${char.charCodeAt(0).toString(16)}`,
  );
  try {
    decodeURIComponent(escaped);
  } catch {
    return null;
  }
  return removeDots(respell(escaped)) || "/";
}

/** RFC 3986, 5.2.4, as it is written there. */
function removeDots(path: string): string {
  let input = path;
  let output = "";
  while (input !== "") {
    if (/^\/\.(\/|$)/.test(input)) input = `/${input.slice(3)}`;
    else if (/^\/\.\.(\/|$)/.test(input)) {
      input = `/${input.slice(4)}`;
      output = output.replace(/\/?[^/]*$/, "");
    } else {
      const first = /^\/?[^/]*/.exec(input)?.[0] ?? "";
      output += first;
      input = input.slice(first.length);
    }
  }
  return output;
}

// Routes and targets made of pieces that fit each other often enough to matter.

function words(text: string): string[] {
  return text.split(" ");
}

const TEXTS = words("a b ab abc  a.b .a 1 12 é caf%c3%a9 x%3Ay a%2fb %2A %7ea a|b @me");
const CONSTRAINTS = words(
  "   int uuid range:1..20 range:1..5 range:5.. range:..15 a|b b|abc é|a&b x:y|ab|1 length:1..2 length:2 length:3.. regex:[ab]+ regex:.b? regex:\\d+|é vowel",
);
const PIECES = words(
  [
    "a b ab abc  a.b .a 1 12 15 -3 007 7 @me a&b a%26b x:y x%3ay * %2a %C3%A9 %c3%a9 \xc3\xa9 caf%C3%A9 caf\xc3\xa9 a%2fb a%2Fb",
    "%61 %31%32 ~a %7Ea a|b a%7cb .. . %2e .%2E ... 01234567-89ab-cdef-0123-456789abcdef %F0%9F%98%80 %2561",
  ].join(" "),
);
const BAD_PIECES = ["%", "%zz", "%00", "%C3", "%a9", "\xe9", " ", "#", "\x7f", "%ED%A0%80", "\u0101"];

const segment = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...TEXTS) },
  { weight: 4, arbitrary: fc.constantFrom(...CONSTRAINTS).map((text) => (text === "" ? ":" : `:(${text})`)) },
);

const pattern = fc
  .tuple(
    fc.array(fc.tuple(segment, fc.nat(5)), { minLength: 1, maxLength: 4 }),
    fc.constantFrom("", "", "", "*", "*?"),
  )
  .map(([segments, wildcard]) => {
    const texts = segments.map(([text, optional], at) => {
      const named = text.startsWith(":") ? `:p${at}${text.slice(1)}` : text;
      return optional === 0 && text !== "" ? `${named}?` : named;
    });
    if (wildcard !== "") texts.push(`*rest${wildcard.slice(1)}`);
    return `/${texts.join("/")}`;
  });

const method = fc.constantFrom("GET", "GET", "GET", "HEAD", "POST", "PURGE", "OPTIONS");

const entries = fc
  .array(fc.tuple(method, pattern), { maxLength: 24 })
  .map((routes) =>
    routes.map(([name, path], at) => ({ method: name, path, value: `${at} ${name} ${path}` })),
  );

const path = fc
  .array(
    fc.oneof(
      { weight: 40, arbitrary: fc.constantFrom(...PIECES) },
      { weight: 1, arbitrary: fc.constantFrom(...BAD_PIECES) },
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map((pieces) => `/${pieces.join("/")}`);

const target = fc.oneof(
  {
    weight: 30,
    arbitrary: fc
      .tuple(
        fc.constantFrom("", "", "", "", "http://a.b:80"),
        path,
        fc.constantFrom("", "", "?", "?q=%zz", "?/../a?b"),
      )
      .map((parts) => parts.join("")),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom("", "*", "a/b", "http://a.b", "https://a.b?x", "http:///a", "?a", "\0"),
  },
);

/** A target that the pattern takes, or nearly: parameters are filled in from the pieces. */
function fill(route: string, pieces: readonly string[]): string {
  let at = 0;
  const next = (): string => pieces[at++ % pieces.length] ?? "";
  return route
    .replaceAll(/:p\d(?:\(([^)]*)\))?\??/g, (_, text?: string) =>
      text?.includes("|") && at % 2 === 0 ? (text.split("|")[0] ?? "") : next(),
    )
    .replaceAll(/[?*](?:rest)?/g, () => (at % 2 === 0 ? "" : next()))
    .replaceAll("é", "%C3%A9");
}

const requests = fc.array(
  fc.tuple(method, target, fc.nat(), fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 4 })),
  { minLength: 20, maxLength: 20 },
);

function withoutConflicts(all: readonly RouteEntry<string>[]): RouteEntry<string>[] {
  const taken = new Set<string>();
  return all.filter((entry) => {
    const keys = keysOf(entry);
    if (new Set(keys).size < keys.length || keys.some((key) => taken.has(key))) return false;
    for (const key of keys) taken.add(key);
    return true;
  });
}

function keysOf(entry: RouteEntry<string>): string[] {
  return toRoutes([entry]).map(({ segments }) =>
    JSON.stringify([entry.method, ...segments.map((one) => [one.sign, shapesOf([one])])]),
  );
}

function answerOf(match: Match<string>, asked: string): NaiveAnswer {
  const parts = { path: match.path(asked), search: match.search(asked) };
  if (match.kind === "method-not-allowed") return { kind: match.kind, allow: match.allow, ...parts };
  if (match.kind !== "found") return { kind: match.kind, ...parts };
  return { kind: match.kind, value: match.value, params: { ...(match.params(asked) as Values) }, ...parts };
}

test("agrees with a naive router on random routes and targets, over strings and bytes at any place", () => {
  fc.assert(
    fc.property(entries, requests, fc.nat(20), (all, asked, offset) => {
      const list = withoutConflicts(all);
      const router = createRouter(list, { constraints: CUSTOM });
      const routes = toRoutes(list);
      for (const [name, free, pick, pieces] of asked) {
        const route = list[pick % (list.length + 1)];
        const text = route === undefined ? free : fill(route.path, pieces);
        const expected = naiveMatch(routes, name, text);
        assert.deepEqual(answerOf(router.matchString(name, text), text), expected, `${name} ${text}`);
        if (/[^\0-\xff]/.test(text)) continue; // no bytes say this
        const bytes = Buffer.from(`${"/?%2e".repeat(5).slice(0, offset)}${text}/a?%2F`, "latin1");
        const match = router.matchBytes(name, bytes, offset, offset + text.length);
        assert.deepEqual(answerOf(match, text), expected, `bytes of ${name} ${text}`);
        const own = match.kind === "found" ? match.paramsIn(bytes, offset, offset + text.length) : null;
        if (own !== null) assert.deepEqual({ ...own }, expected.params, `parameters in bytes of ${text}`);
      }
    }),
    { numRuns: 600 },
  );
});

test("refuses exactly the routes that the naive router finds to collide", () => {
  fc.assert(
    fc.property(entries, (all) => {
      const conflicts = withoutConflicts(all).length < all.length;
      const build = (): unknown => planRoutes(all, { constraints: CUSTOM });
      if (conflicts) assert.throws(build, RouterError);
      else assert.doesNotThrow(build);
    }),
    { numRuns: 600 },
  );
});

test("the generated requests reach every outcome, and most routes", () => {
  const seen = new Map<string, number>();
  const reached = new Set<string>();
  for (const [all, asked] of fc.sample(fc.tuple(entries, requests), { numRuns: 300, seed: 7 })) {
    const list = withoutConflicts(all);
    const router = createRouter(list, { constraints: CUSTOM });
    for (const [name, free, pick, pieces] of asked) {
      const route = list[pick % (list.length + 1)];
      const match = router.matchString(name, route === undefined ? free : fill(route.path, pieces));
      seen.set(match.kind, (seen.get(match.kind) ?? 0) + 1);
      if (match.kind === "found")
        for (const sign of match.pattern.match(/[:*?]|\(\w+/g) ?? []) reached.add(sign);
    }
  }
  for (const kind of ["found", "not-found", "method-not-allowed", "bad-target"])
    assert.ok((seen.get(kind) ?? 0) > 50, kind);
  for (const sign of [":", "*", "?", "(int", "(range", "(length", "(regex", "(vowel", "(a"])
    assert.ok(reached.has(sign), sign);
});
