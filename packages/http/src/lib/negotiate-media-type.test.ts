import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { negotiateMediaType, parseAccept } from "./negotiate-media-type.ts";

const JSON_TYPE = "application/json";
const HTML = "text/html";

suite("parseAccept", () => {
  const parse = (header: string): string[] =>
    parseAccept(header).map(({ type, subtype, parameters, weight }) =>
      [`${type}/${subtype}`, ...parameters.map(({ name, value }) => `${name}=${value}`), weight].join(" "),
    );

  test("reads ranges, parameters and weights, in order", () => {
    assert.deepEqual(parse("text/*;q=0.3, Text/Plain;Format=flowed, */*"), [
      "text/* 0.3",
      "text/plain format=flowed 1",
      "*/* 1",
    ]);
  });

  test("reads commas and semicolons in quotes", () => {
    assert.deepEqual(parse('a/b;c="x,y;q=0";q=0.5,d/e'), ["a/b c=x,y;q=0 0.5", "d/e 1"]);
  });

  test("drops what follows the weight", () => {
    assert.deepEqual(parse("a/b;c=1;q=0.5;d=2"), ["a/b c=1 0.5"]);
  });

  test("reads the weights of old clients", () => {
    assert.deepEqual(parse("text/html, *; q=.2, */*; q=.2, a/b;Q=0.12345, c/d;q=1.000, e/f;q=1."), [
      "text/html 1",
      "*/* 0.2",
      "*/* 0.2",
      "a/b 0.12345",
      "c/d 1",
      "e/f 1",
    ]);
  });

  test("leaves out what is malformed", () => {
    const malformed = [
      "a",
      "a/",
      "/b",
      "a/b/c",
      "*/b",
      "a b/c",
      "a/b;q=x",
      "a/b;q=2",
      "a/b;q=-1",
      "a/b;q=",
      "a/b;q=.",
      "a/b;q=1e0",
      "a/b;c",
      'a/b;c="',
    ];
    for (const member of malformed) {
      assert.deepEqual(parse(`ok/1, ${member.replaceAll('"', '\\"')}`), ["ok/1 1"], member);
    }
    assert.deepEqual(parse(", ,,a/b,"), ["a/b 1"]);
  });
});

suite("negotiateMediaType", () => {
  const cases: readonly (readonly [
    header: string | undefined,
    offers: readonly string[],
    best: string | null,
  ])[] = [
    // without the field, or nothing that can be read
    [undefined, [JSON_TYPE, HTML], JSON_TYPE],
    ["", [JSON_TYPE, HTML], JSON_TYPE],
    ["garbage", [JSON_TYPE], JSON_TYPE],
    [undefined, [], null],
    ["*/*", [], null],
    // weights
    ["text/html;q=0.5, application/json", [HTML, JSON_TYPE], JSON_TYPE],
    ["text/html, application/json;q=0.5", [JSON_TYPE, HTML], HTML],
    ["text/html;q=0.001", [HTML], HTML],
    // zero is no
    ["text/html;q=0", [HTML], null],
    ["text/html;q=0, */*", [HTML, JSON_TYPE], JSON_TYPE],
    ["text/html;q=0.0, text/*;q=0.000", [HTML], null],
    // no match
    ["image/png", [JSON_TYPE, HTML], null],
    ["text/html", ["text/htm", "text/html5"], null],
    // the most specific range counts, whatever its weight: the example of RFC 9110, 12.5.1
    [
      "text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, text/plain;format=fixed;q=0.4, */*;q=0.5",
      ["text/html"],
      "text/html",
    ],
    ["*/*, text/html;q=0.1", [HTML, JSON_TYPE], JSON_TYPE],
    ["text/*, text/html;q=0", [HTML, "text/plain"], "text/plain"],
    ["*/*;q=0.1, text/*;q=0", [HTML], null],
    // equal weights: the one named more specifically, then the first offer
    ["application/json, text/plain, */*", [HTML, JSON_TYPE], JSON_TYPE],
    ["text/html, application/json", [JSON_TYPE, HTML], JSON_TYPE],
    ["*/*", [JSON_TYPE, HTML], JSON_TYPE],
    // parameters
    ["text/html;level=1", [HTML], null],
    ["text/html;level=1", ["text/html;level=1"], "text/html;level=1"],
    ["text/html", ["text/html; charset=utf-8"], "text/html; charset=utf-8"],
    ["text/html;charset=UTF-8", ["text/html; charset=utf-8"], "text/html; charset=utf-8"],
    ["a/b;x=1;q=0.2, a/b;q=0.9", ["a/b;x=1", "a/b"], "a/b"],
    ["a/b;x=1, a/b;x=1;y=2;q=0", ["a/b;x=1;y=2"], null],
    // case
    ["TEXT/HTML", [HTML], HTML],
    ["text/html", ["Text/HTML"], "Text/HTML"],
    // a browser
    ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", [JSON_TYPE, HTML], HTML],
    ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", [JSON_TYPE], JSON_TYPE],
  ];

  test("a table of fields and offers", () => {
    for (const [header, offers, best] of cases) {
      assert.equal(negotiateMediaType(header, offers), best, `${header} of ${offers.join(" ")}`);
    }
  });

  test("the weights of RFC 9110, 12.5.1, decide between offers", () => {
    const header =
      "text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, text/plain;format=fixed;q=0.4, */*;q=0.5";
    const order = [
      "text/plain;format=flowed",
      "text/plain",
      "image/jpeg",
      "text/plain;format=fixed",
      "text/html",
    ];
    for (let at = 0; at < order.length; at++) {
      assert.equal(negotiateMediaType(header, order.slice(at).toReversed()), order[at]);
    }
  });

  test("an offer that is no media type is the application's mistake", () => {
    assert.throws(() => negotiateMediaType("a/b", ["json"]), { code: "E_MEDIA_TYPE_INVALID", status: 500 });
  });

  test("the answer is one of the offers, or null, for any text", () => {
    const text = fc.string({
      unit: fc.constantFrom("a", "/", "*", ";", "q", "=", "0", ".", ",", '"', "\\", " "),
    });
    const offers = ["a/a", "a/q;a=0"];
    fc.assert(
      fc.property(text, (header) => {
        const best = negotiateMediaType(header, offers);
        assert.ok(best === null || offers.includes(best));
      }),
    );
  });

  test("a hostile field is read in one pass", () => {
    assert.equal(negotiateMediaType("a/b,".repeat(50_000), ["c/d", "e/f"]), null);
    assert.equal(negotiateMediaType(`a/b;c="${'\\"'.repeat(100_000)}`, ["c/d"]), "c/d");
    assert.equal(negotiateMediaType(`a/b${";x=1".repeat(50_000)}`, ["c/d"]), null);
    assert.equal(negotiateMediaType(`a/b;q=${"0".repeat(200_000)}x, c/d`, ["c/d"]), "c/d");
  });
});
