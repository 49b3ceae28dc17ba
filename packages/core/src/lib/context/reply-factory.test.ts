import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { FileBody } from "./file-body.ts";
import { reply } from "./reply-factory.ts";
import { Reply } from "./reply.ts";
import { StreamBody } from "./stream-body.ts";

function locationOf(location: string): string {
  const { fields } = reply.redirect(location);
  assert.equal(fields?.[0], "location");
  return fields?.[1] ?? "";
}

describe("reply", () => {
  test("keeps status and body, and leaves the form to the body's type", () => {
    const body = { a: 1 };
    const answer = reply(201, body);
    assert.ok(answer instanceof Reply);
    assert.deepEqual([answer.status, answer.format, answer.fields], [201, "auto", null]);
    assert.equal(answer.body, body);
    assert.equal(reply(204).body, undefined);
  });

  test("adds fields in order, several of one name as several lines", () => {
    const answer = reply(200, "x").header("X-A", "1").type("text/csv").header("X-A", "2").cookie("a", "b");
    assert.deepEqual(answer.fields, [
      "X-A",
      "1",
      "content-type",
      "text/csv",
      "X-A",
      "2",
      "set-cookie",
      "a=b; Path=/; Secure; HttpOnly; SameSite=Lax",
    ]);
  });

  test("gives each answer fields of its own", () => {
    reply(200).header("a", "1");
    assert.equal(reply(200).fields, null);
  });

  test("has a kind for text, HTML and JSON", () => {
    const cases: readonly (readonly [Reply, status: number, type: string | undefined, format: string])[] = [
      [reply.text("t"), 200, "text/plain; charset=utf-8", "auto"],
      [reply.text("t", 404), 404, "text/plain; charset=utf-8", "auto"],
      [reply.html("<p>"), 200, "text/html; charset=utf-8", "auto"],
      [reply.html("<p>", 500), 500, "text/html; charset=utf-8", "auto"],
      [reply.json("a string"), 200, undefined, "json"],
      [reply.json(null, 202), 202, undefined, "json"],
    ];
    for (const [answer, status, type, format] of cases) {
      assert.deepEqual([answer.status, answer.fields?.[1], answer.format], [status, type, format]);
    }
    assert.deepEqual([reply.text("t").body, reply.json("j").body], ["t", "j"]);
  });

  test("names files and streams, and touches neither", () => {
    const { body: file, status } = reply.file("no/such/file", { root: "/none" });
    assert.ok(file instanceof FileBody);
    assert.deepEqual([status, file.path, file.options], [200, "no/such/file", { root: "/none" }]);
    const source = ["a"];
    const { body: stream, status: streamed } = reply.stream(source, { length: 1 });
    assert.ok(stream instanceof StreamBody && streamed === 200);
    assert.deepEqual([stream.source, stream.options], [source, { length: 1 }]);
    assert.deepEqual([reply.file("a").body.options, reply.stream([]).body.options], [{}, {}]);
  });
});

describe("reply.redirect", () => {
  test("answers 302 without a body where nothing else is said", () => {
    const answer = reply.redirect("/a");
    assert.deepEqual([answer.status, answer.body, answer.fields], [302, undefined, ["location", "/a"]]);
    assert.equal(reply.redirect("/a", 308).status, 308);
  });

  const ESCAPED: Readonly<Record<string, string>> = {
    "/a b": "/a%20b",
    "/grüße": "/gr%C3%BC%C3%9Fe",
    "/中/😀": "/%E4%B8%AD/%F0%9F%98%80",
    "/a\r\nset-cookie: x=1": "/a%0D%0Aset-cookie:%20x=1",
    "/a\0\x7f\x85": "/a%00%7F%C2%85",
    "/a%20b%2Fc?d=%C3%BC#e%25": "/a%20b%2Fc?d=%C3%BC#e%25",
    "/100%": "/100%",
    "/%ü": "/%%C3%BC",
    'https://a.example/b?c=d&e=[f]|{g}\\^`"<>': 'https://a.example/b?c=d&e=[f]|{g}\\^`"<>',
    "": "",
    "/half \ud83d pair": "/half%20%EF%BF%BD%20pair",
  };
  for (const [location, expected] of Object.entries(ESCAPED))
    test(`sends ${JSON.stringify(location)} as ${JSON.stringify(expected)}`, () => {
      assert.equal(locationOf(location), expected);
    });

  test("always gives a field value, and leaves one that it gave as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (location) => {
        const sent = locationOf(location);
        assert.match(sent, /^[\x21-\x7e]*$/);
        assert.equal(locationOf(sent), sent);
      }),
    );
  });

  test("leads where the location itself would lead", () => {
    const unit = fc.oneof(
      fc.constantFrom("/", "?", "#", "%", "%41", "%2f", "%zz", "ü", " ", ":", "@", "..", "."),
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 2 }),
    );
    fc.assert(
      fc.property(fc.string({ unit }), (rest) => {
        // URLs lose line breaks everywhere, and other controls and spaces at their end; a location keeps them, escaped.
        const location = `/${rest}x`;
        fc.pre(!/[\t\n\r]/.test(location) && URL.canParse(location, "http://a.example"));
        const [there, sent] = [location, locationOf(location)].map(
          (at) => new URL(at, "http://a.example").href,
        );
        assert.equal(sent, there);
      }),
      { numRuns: 1000 },
    );
  });
});
