import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { negotiateEncoding } from "./negotiate-encoding.ts";

const CASES: readonly (readonly [
  header: string | undefined,
  offers: readonly string[],
  best: string | null,
])[] = [
  // without the field everything is acceptable, and nothing is understood for sure
  [undefined, ["br", "gzip"], "identity"],
  ["", ["br", "gzip"], "identity"],
  // a browser
  ["gzip, deflate, br, zstd", ["zstd", "br", "gzip"], "zstd"],
  ["gzip, deflate", ["zstd", "br", "gzip"], "gzip"],
  // weights
  ["gzip;q=0.5, br;q=0.8", ["gzip", "br"], "br"],
  ["gzip, br;q=0.9", ["br", "gzip"], "gzip"],
  ["gzip;q=0", ["gzip"], "identity"],
  ["gzip;q=0.001", ["gzip"], "gzip"],
  // nothing that is offered
  ["deflate", ["gzip"], "identity"],
  ["gzip", [], "identity"],
  // the asterisk
  ["*", ["br", "gzip"], "br"],
  ["*;q=0.1, gzip", ["br", "gzip"], "gzip"],
  ["*, gzip;q=0", ["gzip", "br"], "br"],
  ["*, gzip;q=0", ["gzip"], "identity"],
  ["gzip, *;q=0", ["br", "gzip"], "gzip"],
  ["gzip, *;q=0", ["br"], null],
  ["*;q=0", ["br"], null],
  // identity
  ["identity", ["gzip"], "identity"],
  ["identity;q=0", ["gzip"], null],
  ["identity;q=0, gzip", ["br", "gzip"], "gzip"],
  ["identity;q=0, *", ["br"], "br"],
  ["identity;q=0.5, *;q=0", ["br"], "identity"],
  ["gzip;q=0.5, identity", ["gzip"], "identity"],
  ["gzip, identity;q=0.5", ["gzip"], "gzip"],
  ["gzip, identity", ["gzip"], "gzip"],
  ["gzip, identity", ["identity", "gzip"], "identity"],
  // aliases and case
  ["x-gzip", ["gzip"], "gzip"],
  ["GZIP", ["gzip"], "gzip"],
  ["gzip", ["x-gzip"], "x-gzip"],
  ["gzip", ["GZIP"], "GZIP"],
  // the first of two counts
  ["gzip;q=0, gzip", ["gzip"], "identity"],
  // malformed members are left out
  ["gzip;q=x, br", ["gzip", "br"], "br"],
  [",,gzip ; q=0.5 ,", ["gzip"], "gzip"],
];

test("a table of fields and offers", () => {
  for (const [header, offers, best] of CASES) {
    assert.equal(negotiateEncoding(header, offers), best, `${header} of ${offers.join(" ")}`);
  }
});

test("a coding with weight 0 is never chosen", () => {
  const member = fc
    .tuple(fc.constantFrom("gzip", "br", "identity", "*", "x"), fc.constantFrom("", ";q=0", ";q=0.5", ";q=1"))
    .map(([coding, weight]) => coding + weight);
  fc.assert(
    fc.property(fc.uniqueArray(member, { selector: (text) => text.split(";")[0] }), (members) => {
      const best = negotiateEncoding(members.join(", "), ["br", "gzip"]);
      assert.equal(members.includes(`${best};q=0`), false);
    }),
  );
});

test("a hostile field is read in one pass", () => {
  assert.equal(negotiateEncoding("x,".repeat(100_000), ["gzip"]), "identity");
  assert.equal(
    negotiateEncoding(Array.from({ length: 50_000 }, (_, at) => `c${at}`).join(), ["gzip"]),
    "identity",
  );
});
