import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { RouterError } from "@armature/router";
import type { StandardSchemaV1 } from "@armature/schema";
import * as fc from "fast-check";
import { FetchExchange } from "../adapters/fetch-exchange.ts";
import { PlainModule, testRuntime } from "../context/test-context.test.kit.ts";
import { defineModule } from "../module/module-definition.ts";
import { collectRoutes } from "../route/collect-routes.ts";
import { versionReader, type Versioning } from "../route/conditions.ts";
import { get, type RouteField } from "../route/route-field.ts";
import { buildRouter, type BuiltRoutes } from "./build-router.ts";
import { toFaults } from "./boot-error.ts";
import { Dispatcher } from "./dispatcher.ts";
import { fallbackRoutes } from "./fallback-routes.ts";

interface Settings {
  readonly versioning?: Versioning;
  readonly constraints?: Readonly<Record<string, (segment: string) => boolean>>;
}

const runtime = testRuntime();

function build(routes: readonly RouteField[], { versioning, constraints = {} }: Settings = {}): BuiltRoutes {
  const module = new PlainModule(defineModule({ routes }));
  const collect = () => collectRoutes([module], { module, prefix: "", stages: {} });
  return buildRouter(collect, runtime, { versioning, constraints });
}

/** Asks an application of these routes; gives the text of its answer, or the status where it has none. */
function asker(routes: readonly RouteField[], settings: Settings = {}) {
  const { router } = build(routes, settings);
  const fallbacks = fallbackRoutes(router, { module: new PlainModule(), stages: {}, runtime });
  const dispatcher = new Dispatcher(router, fallbacks, versionReader(settings.versioning), null);
  return async (path: string, headers: Readonly<Record<string, string>> = {}): Promise<string> => {
    const exchange = new FetchExchange(new Request(`http://localhost${path}`, { headers }), 0);
    dispatcher.handle(exchange);
    const response = await exchange.response;
    return response.status === 200 ? await response.text() : String(response.status);
  };
}

function codesOf(make: () => unknown): string[] {
  try {
    make();
  } catch (error) {
    return toFaults(error).map(({ code }) => code);
  }
  return [];
}

const HEADER: Versioning = { type: "header" };

describe("routes of one path", () => {
  test("are asked exact hosts first, then wildcards, the longer first, then those for all hosts", async () => {
    const ask = asker([
      get("/", () => "all"),
      get("/", { host: "*.example.com" }, () => "wide"),
      get("/", { host: ["*.org", "a.api.example.com"] }, () => "mixed"),
      get("/", { host: "*.api.example.com" }, () => "narrow"),
    ]);
    const hosts = {
      "a.api.example.com": "mixed",
      "b.api.example.com": "narrow",
      "api.example.com": "wide",
      "example.com": "all",
      "x.org": "mixed",
    };
    for (const [host, text] of Object.entries(hosts)) assert.equal(await ask("/", { host }), text, host);
  });

  test("are asked those with a version before those for all versions, but hosts decide first", async () => {
    const routes = [
      get("/", () => "any"),
      get("/", { version: "1" }, () => "1"),
      get("/", { host: "a.com" }, () => "a"),
      get("/", { host: "a.com", version: "1" }, () => "a1"),
      get("/", { host: "*.a.com", version: "2" }, () => "*2"),
    ];
    const ask = asker(routes, { versioning: HEADER });
    const cases = [
      ["a.com", "1", "a1"],
      ["a.com", "2", "a"],
      ["b.com", "1", "1"],
      ["b.com", "2", "any"],
      ["b.a.com", "2", "*2"],
      ["b.a.com", "1", "1"],
    ] as const;
    for (const [host, version, text] of cases)
      assert.equal(await ask("/", { host, "x-api-version": version }), text, `${host} ${version}`);
  });

  test("answer 404 where none fits", async () => {
    const ask = asker([get("/", { host: "a.com" }, () => "a"), get("/b", () => "b")]);
    assert.equal(await ask("/", { host: "b.com" }), "404");
    assert.equal(await ask("/b", { host: "b.com" }), "b");
  });

  test("do what the most specific one that fits does, and are refused where two are alike", async () => {
    const host = fc.constantFrom("a.com", "b.a.com", "*.com", "*.a.com");
    const version = fc.constantFrom("1", "2");
    const plan = fc.record({
      hosts: fc.option(fc.uniqueArray(host, { minLength: 1, maxLength: 2 })),
      versions: fc.option(fc.uniqueArray(version, { minLength: 1, maxLength: 2 })),
    });
    const requests = ["a.com", "b.a.com", "c.b.a.com", "x.com", "y.org"].flatMap((name) =>
      ["1", "2", "3"].map((wanted) => [name, wanted] as const),
    );
    const fits = (pattern: string | null, name: string): boolean =>
      pattern === null || (pattern.startsWith("*.") ? name.endsWith(pattern.slice(1)) : name === pattern);
    const rank = (pattern: string | null): number =>
      pattern === null ? 0 : pattern.startsWith("*") ? pattern.length : 1000;
    await fc.assert(
      fc.asyncProperty(fc.array(plan, { minLength: 1, maxLength: 4 }), async (plans) => {
        const places = plans.flatMap(({ hosts, versions }, at) =>
          (hosts ?? [null]).flatMap((one) =>
            (versions ?? [null]).map((other) => ({ at, host: one, version: other })),
          ),
        );
        const routes = plans.map(({ hosts, versions }, at) =>
          get(
            "/",
            {
              ...(hosts === null ? {} : { host: hosts }),
              ...(versions === null ? {} : { version: versions }),
            },
            () => `route ${at}`,
          ),
        );
        const keys = places.map((place) => `${place.host} ${place.version}`);
        if (new Set(keys).size < keys.length) {
          const codes = codesOf(() => build(routes, { versioning: HEADER }));
          assert.ok(codes.length > 0 && codes.every((code) => code === "E_ROUTE_DUPLICATE"), codes.join());
          return;
        }
        const ask = asker(routes, { versioning: HEADER });
        for (const [name, wanted] of requests) {
          const [best] = places
            .filter((place) => fits(place.host, name) && (place.version === null || place.version === wanted))
            .toSorted(
              (x, y) =>
                rank(y.host) - rank(x.host) || Number(x.version === null) - Number(y.version === null),
            );
          const expected = best === undefined ? "404" : `route ${best.at}`;
          assert.equal(
            await ask("/", { host: name, "x-api-version": wanted }),
            expected,
            `${name} ${wanted}`,
          );
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe("routes that meet", () => {
  const MEETINGS: Readonly<Record<string, readonly [object, object]>> = {
    everywhere: [{}, {}],
    "at one of their hosts": [{ host: ["a.com", "b.com"] }, { host: ["c.com", "B.com"] }],
    "at one host in any order": [{ host: ["a.com", "b.com"] }, { host: ["b.com", "a.com"] }],
    "at a wildcard": [{ host: "*.a.com" }, { host: ["*.a.com", "b.com"] }],
    "at one of their versions": [{ version: ["1", "2"] }, { version: "2" }],
    "at one host and version": [
      { host: ["a.com", "b.com"], version: "1" },
      { host: "a.com", version: ["1", "2"] },
    ],
  };
  for (const [where, [first, second]] of Object.entries(MEETINGS))
    test(`${where} are refused, once`, () => {
      const routes = [get("/a", first, () => "1"), get("/b", () => "b"), get("/a", second, () => "2")];
      assert.deepEqual(
        codesOf(() => build(routes, { versioning: HEADER })),
        ["E_ROUTE_DUPLICATE"],
      );
    });

  test("nowhere are taken, though a request may fit both", () => {
    const routes = [
      get("/", { host: "a.com" }, () => "1"),
      get("/", { version: "1" }, () => "2"),
      get("/", { host: "*.com" }, () => "3"),
    ];
    assert.deepEqual(
      codesOf(() => build(routes, { versioning: HEADER })),
      [],
    );
  });

  test("may name a host twice themselves", async () => {
    const ask = asker([get("/", { host: ["a.com", "A.COM"] }, () => "a")]);
    assert.equal(await ask("/", { host: "a.com" }), "a");
  });
});

describe("versions in the path", () => {
  test("put a route under each of them, and under no other", async () => {
    const routes = [get("/a", { version: ["1", "2"] }, () => "12"), get("/a", { version: "3" }, () => "3")];
    const ask = asker([...routes, get("/a", () => "none")], { versioning: { type: "path" } });
    const paths = { "/v1/a": "12", "/v2/a": "12", "/v3/a": "3", "/v4/a": "404", "/a": "none" };
    for (const [path, text] of Object.entries(paths)) assert.equal(await ask(path), text, path);
  });

  test("may have another prefix, also none, and go along with hosts", async () => {
    const routes = [
      get("/a", { version: "1", host: "a.com" }, ({ route }) => `a ${route.path}`),
      get("/a", { version: "1" }, ({ route }) => route.path),
    ];
    const ask = asker(routes, { versioning: { type: "path", prefix: "" } });
    assert.equal(await ask("/1/a", { host: "a.com" }), "a /1/a");
    assert.equal(await ask("/1/a", { host: "b.com" }), "/1/a");
  });

  test("are listed as the routes that they are", () => {
    const { compiled } = build([get("/a", { version: ["1", "2"] }, () => "")], {
      versioning: { type: "path" },
    });
    assert.deepEqual(
      compiled.map(({ info }) => info.path),
      ["/v1/a", "/v2/a"],
    );
  });
});

describe("buildRouter", () => {
  test("refuses versions that requests cannot say", () => {
    const routes = [get("/a", { version: "1" }, () => "")];
    assert.deepEqual(
      codesOf(() => build(routes)),
      ["E_ROUTE_VERSION"],
    );
  });

  test("hands custom constraints to the router", async () => {
    const ask = asker([get("/:id(even)", ({ params }) => params.id)], {
      constraints: { even: (segment) => Number(segment) % 2 === 0 },
    });
    assert.deepEqual([await ask("/2"), await ask("/3")], ["2", "404"]);
  });

  test("finds the mistakes of all routes, and of the router over those that are in order", () => {
    const noSchema = {} as StandardSchemaV1;
    const routes = [
      get("/schema", { query: noSchema }, () => ""),
      get("/host", { host: "no host" }, () => ""),
      get("/twice/:a", () => ""),
      get("/twice/:b", () => ""),
    ];
    assert.deepEqual(codesOf(() => build(routes)).toSorted(), [
      "E_ROUTE_DUPLICATE",
      "E_ROUTE_HOST",
      "E_SCHEMA_INVALID",
    ]);
  });

  test("leaves routes without conditions without alternatives", () => {
    const { router } = build([get("/", () => "")]);
    const match = router.matchString("GET", "/");
    assert.ok(match.kind === "found" && match.value.alternatives === null);
  });

  test("reports what the router says as it is", () => {
    assert.throws(
      () => build([get("/:", () => "")]),
      (error: unknown) => error instanceof AggregateError && error.errors[0] instanceof RouterError,
    );
  });
});
