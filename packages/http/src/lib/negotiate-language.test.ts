import assert from "node:assert/strict";
import { test } from "node:test";
import { negotiateLanguage } from "./negotiate-language.ts";

const CASES: readonly (readonly [
  header: string | undefined,
  offers: readonly string[],
  best: string | null,
])[] = [
  [undefined, ["en", "de"], "en"],
  ["", ["en", "de"], "en"],
  [undefined, [], null],
  ["de", ["en", "de"], "de"],
  ["fr", ["en", "de"], null],
  ["*", ["en", "de"], "en"],
  ["fr, *;q=0.1", ["en", "de"], "en"],
  // weights
  ["da, en-GB;q=0.8, en;q=0.7", ["en", "da"], "da"],
  ["da, en-GB;q=0.8, en;q=0.7", ["en", "en-GB"], "en-GB"],
  ["de;q=0.5, en;q=0.9", ["de", "en"], "en"],
  // tags below a range
  ["en", ["en-GB"], "en-GB"],
  ["zh-Hant", ["zh-Hant-TW"], "zh-Hant-TW"],
  // tags above a range
  ["de-CH, en;q=0.9", ["en", "de"], "de"],
  ["en-US", ["en", "en-US"], "en-US"],
  ["zh-Hant-TW", ["zh"], "zh"],
  // neither
  ["en-US", ["en-GB"], null],
  ["en", ["eng", "e"], null],
  ["eng", ["en"], null],
  // zero is no
  ["en;q=0, *", ["en", "de"], "de"],
  ["en-GB;q=0, en", ["en-GB", "en-US"], "en-US"],
  ["en;q=0", ["en-GB"], null],
  ["*;q=0", ["en"], null],
  // the closest range counts
  ["en;q=0.1, en-GB, de;q=0.5", ["en-GB", "de"], "en-GB"],
  ["en, en-GB;q=0.1, de;q=0.5", ["en-GB", "de"], "de"],
  ["en;q=0.9, zh-Hant;q=0.2, zh;q=1", ["zh-Hant-TW", "en"], "en"],
  // equal weights: the closer fit, not the longer tag, then the first offer
  ["de, zh-Hant-TW", ["de", "zh-Hant-TW"], "de"],
  ["en-US, en-GB", ["en-GB", "en-US"], "en-GB"],
  // case
  ["EN-gb", ["en-GB"], "en-GB"],
  // malformed members are left out
  ["de;q=x, en", ["de", "en"], "en"],
];

test("a table of fields and offers", () => {
  for (const [header, offers, best] of CASES) {
    assert.equal(negotiateLanguage(header, offers), best, `${header} of ${offers.join(" ")}`);
  }
});

test("a hostile field is read in one pass", () => {
  assert.equal(negotiateLanguage("x-y,".repeat(50_000), ["en", "de"]), null);
  assert.equal(negotiateLanguage("en-".repeat(100_000), ["en"]), "en");
});
