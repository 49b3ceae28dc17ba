import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  isEquivalentEtag,
  isIfMatchMet,
  isIfNoneMatchMet,
  isSameEtag,
  parseEtag,
  parseEtagList,
  serializeEtag,
  type Etag,
} from "./etag.ts";

const strong = (value: string): Etag => ({ value, weak: false });
const weak = (value: string): Etag => ({ value, weak: true });

test("tags are read and written", () => {
  const tags: readonly (readonly [string, Etag])[] = [
    ['"xyzzy"', strong("xyzzy")],
    ['W/"xyzzy"', weak("xyzzy")],
    ['""', strong("")],
    ['"a,b\\!#\u00e4"', strong("a,b\\!#\u00e4")],
  ];
  for (const [text, tag] of tags) {
    assert.deepEqual(parseEtag(text), tag);
    assert.equal(serializeEtag(tag), text);
  }
});

test("what is no tag is null", () => {
  for (const text of [
    "",
    "a",
    '"a',
    'a"',
    'w/"a"',
    'W"a"',
    "W/a",
    '"a"b"',
    '"a b"',
    '"a\n"',
    '"\u007f"',
    '"\u0100"',
    ' "a"',
    "*",
  ]) {
    assert.equal(parseEtag(text), null, text);
  }
});

test("what has no form is refused", () => {
  for (const value of ['a"b', "a b", "a\r\nb", "\u0100"]) {
    assert.throws(() => serializeEtag(strong(value)), { code: "E_ETAG_INVALID", status: 500 });
  }
});

test("tags are compared as the table of RFC 9110, 8.8.3.2, says", () => {
  const rows: readonly (readonly [Etag, Etag, same: boolean, equivalent: boolean])[] = [
    [weak("1"), weak("1"), false, true],
    [weak("1"), weak("2"), false, false],
    [weak("1"), strong("1"), false, true],
    [strong("1"), strong("1"), true, true],
    [strong("1"), strong("2"), false, false],
  ];
  for (const [a, b, same, equivalent] of rows) {
    assert.deepEqual([isSameEtag(a, b), isSameEtag(b, a)], [same, same]);
    assert.deepEqual([isEquivalentEtag(a, b), isEquivalentEtag(b, a)], [equivalent, equivalent]);
  }
});

suite("lists", () => {
  test("are read, with commas inside tags and empty members", () => {
    assert.deepEqual(parseEtagList('"a"'), [strong("a")]);
    assert.deepEqual(parseEtagList('"a", W/"b","c"'), [strong("a"), weak("b"), strong("c")]);
    assert.deepEqual(parseEtagList('"a,b" ,\t"c"'), [strong("a,b"), strong("c")]);
    assert.deepEqual(parseEtagList(', ,"a",, "b", '), [strong("a"), strong("b")]);
    assert.equal(parseEtagList("*"), "*");
    assert.equal(parseEtagList(" * "), "*");
  });

  test("that are malformed are null", () => {
    for (const text of ["", ",", " ", "a", '"a" "b"', '"a", b', '"a', '*, "a"', '"a", *', '"a";"b"']) {
      assert.equal(parseEtagList(text), null, text);
    }
  });

  test("that are hostile are read in one pass", () => {
    assert.equal(parseEtagList(`${'"a",'.repeat(50_000)}x`), null);
    assert.equal(parseEtagList(`${" ".repeat(200_000)}x`), null);
    assert.equal(parseEtagList(`"${"a".repeat(200_000)}`), null);
  });
});

test("if-match asks for the same bytes", () => {
  const current = strong("2");
  assert.equal(isIfMatchMet('"1", "2"', current), true);
  assert.equal(isIfMatchMet('"1"', current), false);
  assert.equal(isIfMatchMet('W/"2"', current), false);
  assert.equal(isIfMatchMet('"2"', weak("2")), false);
  assert.equal(isIfMatchMet("*", current), true);
  assert.equal(isIfMatchMet("*", null), false);
  assert.equal(isIfMatchMet('"2"', null), false);
  assert.equal(isIfMatchMet("broken", current), false);
});

test("if-none-match asks for anything else", () => {
  const current = strong("2");
  assert.equal(isIfNoneMatchMet('"1", "2"', current), false);
  assert.equal(isIfNoneMatchMet('"1"', current), true);
  assert.equal(isIfNoneMatchMet('W/"2"', current), false);
  assert.equal(isIfNoneMatchMet('"2"', weak("2")), false);
  assert.equal(isIfNoneMatchMet("*", current), false);
  assert.equal(isIfNoneMatchMet("*", null), true);
  assert.equal(isIfNoneMatchMet('"2"', null), true);
  assert.equal(isIfNoneMatchMet("broken", current), true);
});
