import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Exchange } from "@armature/http";
import * as fc from "fast-check";
import { FetchExchange } from "../adapters/fetch-exchange.ts";
import {
  fitsConditions,
  hostNameOf,
  readConditions,
  versionReader,
  type RouteConditions,
  type Versioning,
} from "./conditions.ts";

function conditions(hosts: RouteConditions["hosts"], versions: RouteConditions["versions"]): RouteConditions {
  return { hosts, versions };
}

function request(target: string, headers: Readonly<Record<string, string>> = {}): Exchange {
  return new FetchExchange(new Request(`http://localhost${target}`, { headers }), 0);
}

describe("fitsConditions", () => {
  const TABLE: readonly (readonly [pattern: string, fits: readonly string[], not: readonly string[]])[] = [
    [
      "example.com",
      ["example.com"],
      ["", "a.example.com", "example.com.evil", "xexample.com", "examplescom"],
    ],
    [
      "*.example.com",
      ["a.example.com", "a.b.example.com"],
      ["example.com", ".example.com", "xexample.com", ""],
    ],
    ["[::1]", ["[::1]"], ["::1", "[::2]"]],
  ];
  for (const [pattern, fits, not] of TABLE)
    test(`takes for ${pattern} just its hosts`, () => {
      for (const host of fits) assert.ok(fitsConditions(conditions([pattern], null), host, undefined), host);
      for (const host of not) assert.ok(!fitsConditions(conditions([pattern], null), host, undefined), host);
    });

  test("asks for one of the hosts and one of the versions", () => {
    const both = conditions(["a.com", "*.b.com"], ["1", "2"]);
    const cases: readonly (readonly [string, string | undefined, boolean])[] = [
      ["a.com", "1", true],
      ["x.b.com", "2", true],
      ["b.com", "1", false],
      ["a.com", "3", false],
      ["a.com", undefined, false],
    ];
    for (const [host, version, fits] of cases)
      assert.equal(fitsConditions(both, host, version), fits, `${host} ${version}`);
  });

  test("takes everything where there are no conditions", () => {
    assert.ok(fitsConditions(conditions(null, null), "", undefined));
    assert.ok(fitsConditions(conditions(null, null), "any.com", "7"));
  });
});

describe("hostNameOf", () => {
  const NAMES: Readonly<Record<string, string>> = {
    "": "",
    "example.com": "example.com",
    "EXAMPLE.com:8080": "example.com",
    "example.com:": "example.com",
    ":8080": "",
    "127.0.0.1:1": "127.0.0.1",
    "[::1]": "[::1]",
    "[2001:DB8::1]:443": "[2001:db8::1]",
  };
  for (const [host, name] of Object.entries(NAMES))
    test(`of ${JSON.stringify(host)}`, () => {
      assert.equal(hostNameOf(host), name);
    });
});

describe("versionReader", () => {
  function read(
    versioning: Versioning,
    target: string,
    headers?: Readonly<Record<string, string>>,
  ): string | undefined {
    const reader = versionReader(versioning);
    assert.ok(reader !== null);
    return reader(request(target, headers));
  }

  test("has nothing to read without versions, and where the path has them", () => {
    assert.equal(versionReader(undefined), null);
    assert.equal(versionReader({ type: "path" }), null);
  });

  test("reads a header", () => {
    assert.equal(read({ type: "header" }, "/", { "X-API-Version": "2" }), "2");
    assert.equal(read({ type: "header", name: "Version" }, "/", { version: "3", "x-api-version": "2" }), "3");
    assert.equal(read({ type: "header" }, "/"), undefined);
    assert.equal(read({ type: "header", default: "1" }, "/"), "1");
    assert.equal(read({ type: "header", default: "1" }, "/", { "x-api-version": "2" }), "2");
  });

  test("reads a query parameter", () => {
    const query = { type: "query" } as const;
    assert.equal(read(query, "/a?version=2"), "2");
    assert.equal(read(query, "/a?b=1&version=1%2E5&version=3"), "1.5");
    assert.equal(read(query, "/a?versions=2&b=version=2"), undefined);
    assert.equal(read(query, "/version=2"), undefined);
    assert.equal(read({ ...query, default: "1" }, "/a?x"), "1");
    assert.equal(read({ type: "query", name: "v" }, "/a?version=2&v=3"), "3");
  });

  test("reads a query parameter whose name begins with a question mark as another one", () => {
    assert.equal(read({ type: "query" }, "/a??version=2"), undefined);
    assert.equal(read({ type: "query", name: "?v" }, "/a??v=2"), "2");
  });

  test("reads a parameter of a media type", () => {
    const mediaType = { type: "media-type" } as const;
    const accepted: Readonly<Record<string, string | undefined>> = {
      "application/json;v=2": "2",
      "application/json ; V=2;q=0.5": "2",
      'text/html;level=1, application/json; v="2"': "2",
      "text/html;v=1, text/plain;v=2": "1",
      "application/json;ev=1": undefined,
      "application/v=1": undefined,
      "application/json;v=": undefined,
      "*/*": undefined,
    };
    for (const [accept, version] of Object.entries(accepted))
      assert.equal(read(mediaType, "/", { accept }), version, accept);
    assert.equal(read(mediaType, "/"), undefined);
    assert.equal(read({ ...mediaType, default: "1" }, "/", { accept: "text/html" }), "1");
  });

  test("takes the name of a media type's parameter as it is, not as a pattern", () => {
    const named = { type: "media-type", name: "x.v+" } as const;
    assert.equal(read(named, "/", { accept: "text/html;x.v+=2" }), "2");
    assert.equal(read(named, "/", { accept: "text/html;xxvv=2" }), undefined);
  });
});

describe("readConditions", () => {
  test("takes the innermost level that says something, hosts and versions apart", () => {
    assert.deepEqual(readConditions([]), { hosts: null, versions: null });
    assert.deepEqual(readConditions([{ host: "a.com", version: "1" }, {}]), {
      hosts: ["a.com"],
      versions: ["1"],
    });
    assert.deepEqual(readConditions([{ host: "a.com", version: "1" }, { host: ["b.com", "c.com"] }]), {
      hosts: ["b.com", "c.com"],
      versions: ["1"],
    });
    assert.deepEqual(readConditions([{ host: "a.com" }, { version: ["1", "2"] }, { host: "b.com" }]), {
      hosts: ["b.com"],
      versions: ["1", "2"],
    });
  });

  test("lowers hosts, which requests are lowered to as well", () => {
    fc.assert(
      fc.property(fc.domain(), fc.boolean(), fc.nat(65_535), (domain, wild, port) => {
        const declared = readConditions([
          { host: wild ? `*.${domain.toUpperCase()}` : domain.toUpperCase() },
        ]);
        const host = hostNameOf(`${wild ? "Sub." : ""}${domain}:${port}`);
        assert.ok(fitsConditions(declared, host, undefined));
      }),
    );
  });

  test("refuses lists that name none, under which a route would never answer", () => {
    assert.throws(() => readConditions([{ host: [] }]), {
      code: "E_ROUTE_HOST",
      message: /hosts names none/,
    });
    const none = { code: "E_ROUTE_VERSION", message: /versions names none/ };
    assert.throws(() => readConditions([{ version: [] }]), none);
  });

  for (const host of [
    "localhost",
    "a_b.internal",
    "xn--bcher-kva.example",
    "10.0.0.1",
    "[::1]",
    "*.example.com",
  ])
    test(`takes the host ${host}`, () => {
      assert.deepEqual(readConditions([{ host }]).hosts, [host]);
    });

  const REFUSED = [
    "",
    "*",
    "*.",
    "a.*.com",
    "*example.com",
    "http://a.com",
    "a.com/",
    "a com",
    "a..com",
    ".a.com",
  ];
  // A request's host is compared without its port, so these would never be met.
  for (const host of [...REFUSED, "a.com:8080", "[::1]:80", "a.com.", "::1", "bücher.example"])
    test(`refuses the host ${JSON.stringify(host)}`, () => {
      assert.throws(() => readConditions([{ host: ["good.com", host] }]), {
        code: "E_ROUTE_HOST",
        message: new RegExp(`got ${JSON.stringify(host).replace(/[*.[\]]/g, String.raw`\$&`)}`),
      });
    });
});
