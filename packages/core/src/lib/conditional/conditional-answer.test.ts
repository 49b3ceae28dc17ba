import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { formatHttpDate, HeaderList } from "@armature/http";
import * as fc from "fast-check";
import {
  conditionalAnswer,
  judge,
  type ConditionalAnswer,
  type Representation,
} from "./conditional-answer.ts";

const MODIFIED_MS = Date.UTC(2026, 10, 1, 12, 0, 0);
const FILE: Representation = { etag: { value: "v1", weak: false }, modifiedMs: MODIFIED_MS + 999, size: 100 };
const DATE = formatHttpDate(new Date(MODIFIED_MS));
const EARLIER = formatHttpDate(new Date(MODIFIED_MS - 1000));
const LATER = formatHttpDate(new Date(MODIFIED_MS + 1000));

type Fields = Readonly<Record<string, string>>;

function answer(fields: Fields, method = "GET", file: Representation = FILE): ConditionalAnswer {
  return conditionalAnswer({ method, headers: HeaderList.fromPairs(Object.entries(fields)) }, file);
}

function kindOf(fields: Fields, method?: string, file?: Representation): ConditionalAnswer["kind"] {
  return answer(fields, method, file).kind;
}

describe("if-match", () => {
  const VALUES: Readonly<Record<string, ConditionalAnswer["kind"]>> = {
    "*": "whole",
    '"v1"': "whole",
    '"v0", "v1"': "whole",
    '"v2"': "precondition-failed",
    'W/"v1"': "precondition-failed",
    v1: "precondition-failed",
    "": "precondition-failed",
  };
  for (const [value, kind] of Object.entries(VALUES))
    test(`${value} is ${kind}, for any method`, () => {
      for (const method of ["GET", "HEAD", "POST", "DELETE"])
        assert.equal(kindOf({ "if-match": value }, method), kind, method);
    });

  test("does not hold for a weak tag of the file's own", () => {
    const weak = { ...FILE, etag: { value: "v1", weak: true } };
    assert.equal(kindOf({ "if-match": '"v1"' }, "GET", weak), "precondition-failed");
  });
});

describe("if-unmodified-since", () => {
  test("compares whole seconds, for any method", () => {
    for (const method of ["GET", "HEAD", "POST"]) {
      assert.equal(kindOf({ "if-unmodified-since": EARLIER }, method), "precondition-failed");
      assert.equal(kindOf({ "if-unmodified-since": DATE }, method), "whole");
      assert.equal(kindOf({ "if-unmodified-since": LATER }, method), "whole");
    }
  });

  test("is ignored where it is no date, and where there is an if-match", () => {
    assert.equal(kindOf({ "if-unmodified-since": "yesterday" }), "whole");
    assert.equal(kindOf({ "if-unmodified-since": EARLIER, "if-match": '"v1"' }), "whole");
    assert.equal(kindOf({ "if-unmodified-since": LATER, "if-match": '"v2"' }), "precondition-failed");
  });
});

describe("if-none-match", () => {
  const KNOWN = ['"v1"', 'W/"v1"', '"v0", W/"v1"', "*"];
  for (const value of KNOWN)
    test(`${value} is 304 for those who read, else 412`, () => {
      assert.equal(kindOf({ "if-none-match": value }), "not-modified");
      assert.equal(kindOf({ "if-none-match": value }, "HEAD"), "not-modified");
      assert.equal(kindOf({ "if-none-match": value }, "POST"), "precondition-failed");
      assert.equal(kindOf({ "if-none-match": value }, "DELETE"), "precondition-failed");
    });

  test("gives the file to those who have another version", () => {
    for (const value of ['"v2"', 'W/"v2", "v3"', "v1", ""])
      for (const method of ["GET", "HEAD", "POST"])
        assert.equal(kindOf({ "if-none-match": value }, method), "whole", value);
  });
});

describe("if-modified-since", () => {
  test("compares whole seconds", () => {
    for (const method of ["GET", "HEAD"]) {
      assert.equal(kindOf({ "if-modified-since": EARLIER }, method), "whole");
      assert.equal(kindOf({ "if-modified-since": DATE }, method), "not-modified");
      assert.equal(kindOf({ "if-modified-since": LATER }, method), "not-modified");
    }
  });

  test("is ignored where it is no date, where there is an if-none-match, and by methods that do not read", () => {
    assert.equal(kindOf({ "if-modified-since": "tomorrow" }), "whole");
    assert.equal(kindOf({ "if-modified-since": LATER, "if-none-match": '"v2"' }), "whole");
    assert.equal(kindOf({ "if-modified-since": EARLIER, "if-none-match": '"v1"' }), "not-modified");
    assert.equal(kindOf({ "if-modified-since": LATER }, "POST"), "whole");
  });
});

describe("range", () => {
  const PARTS: Readonly<Record<string, readonly [first: number, last: number]>> = {
    "bytes=0-0": [0, 0],
    "bytes=10-19": [10, 19],
    "bytes=90-": [90, 99],
    "bytes=-5": [95, 99],
    "bytes=50-1000": [50, 99],
    "bytes=-1000": [0, 99],
    "Bytes=1-2": [1, 2],
    // parts that touch are one
    "bytes=0-4,5-9": [0, 9],
  };
  for (const [range, [first, last]] of Object.entries(PARTS))
    test(`${range} gives a part`, () => {
      assert.deepEqual(answer({ range }), { kind: "parts", ranges: [{ first, last }] });
    });

  for (const range of ["bytes=5-1", "bytes=", "bytes=a-b", "lines=1-2", "0-5", ""])
    test(`${JSON.stringify(range)} gives the whole`, () => {
      assert.deepEqual(answer({ range }), { kind: "whole" });
    });

  test("of several parts gives those that are there, each byte once", () => {
    assert.deepEqual(answer({ range: "bytes=0-1,200-,5-6,6-8" }), {
      kind: "parts",
      ranges: [
        { first: 0, last: 1 },
        { first: 5, last: 8 },
      ],
    });
  });

  test("of very many parts gives the whole", () => {
    const range = `bytes=${Array.from({ length: 17 }, (_, at) => `${at * 2}-${at * 2}`).join(",")}`;
    assert.deepEqual(answer({ range }), { kind: "whole" });
  });

  test("is ignored where nothing can be sent in part", () => {
    assert.equal(kindOf({ range: "bytes=0-1" }, "GET", { ...FILE, size: null }), "whole");
  });

  for (const range of ["bytes=100-", "bytes=100-200", "bytes=-0"])
    test(`${range} cannot be satisfied`, () => {
      assert.deepEqual(answer({ range }), { kind: "range-not-satisfiable" });
    });

  test("is for GET alone (RFC 9110, 14.2)", () => {
    for (const method of ["HEAD", "POST"])
      for (const range of ["bytes=0-0", "bytes=100-"]) assert.equal(kindOf({ range }, method), "whole");
  });

  test("of an empty file is the whole of it, or nothing", () => {
    const empty = { ...FILE, size: 0 };
    assert.equal(kindOf({ range: "bytes=-5" }, "GET", empty), "whole");
    assert.equal(kindOf({ range: "bytes=0-" }, "GET", empty), "range-not-satisfiable");
  });

  test("is of the version that if-range names, by a strong tag or the very date", () => {
    const range = "bytes=0-1";
    for (const current of ['"v1"', DATE])
      assert.equal(kindOf({ range, "if-range": current }), "parts", current);
    for (const other of ['"v2"', 'W/"v1"', "*", EARLIER, LATER, "yesterday", ""])
      assert.equal(kindOf({ range, "if-range": other }), "whole", other);
    assert.equal(kindOf({ range: "bytes=100-", "if-range": '"v2"' }), "whole");
    assert.equal(kindOf({ "if-range": '"v2"' }), "whole");
  });
});

describe("conditions together", () => {
  /** RFC 9110, 13.2.2, word for word, over what each field says of this file. */
  function byTheBook(
    method: string,
    says: Readonly<Record<string, boolean | null>>,
  ): ConditionalAnswer["kind"] {
    const reads = method === "GET" || method === "HEAD";
    const { ifMatch, ifUnmodified, ifNoneMatch, ifModified, range, ifRange } = says;
    if (ifMatch !== null) {
      if (ifMatch === false) return "precondition-failed";
    } else if (ifUnmodified === false) return "precondition-failed";
    if (ifNoneMatch !== null) {
      if (ifNoneMatch === false) return reads ? "not-modified" : "precondition-failed";
    } else if (reads && ifModified === false) return "not-modified";
    if (method === "GET" && range !== null && ifRange !== false) return "parts";
    return "whole";
  }

  test("are evaluated in the order of RFC 9110, 13.2.2", () => {
    const says = fc.constantFrom(true, false, null);
    const field = (
      name: string,
      value: boolean | null | undefined,
      [met, not]: readonly [string, string],
    ): Fields => (value === null || value === undefined ? {} : { [name]: value ? met : not });
    fc.assert(
      fc.property(
        fc.constantFrom("GET", "HEAD", "POST", "PUT"),
        fc.record({
          ifMatch: says,
          ifUnmodified: says,
          ifNoneMatch: says,
          ifModified: says,
          range: fc.constantFrom(true, null),
          ifRange: says,
        }),
        (method, all) => {
          const fields = {
            ...field("if-match", all.ifMatch, ['"v1"', '"v2"']),
            ...field("if-unmodified-since", all.ifUnmodified, [DATE, EARLIER]),
            ...field("if-none-match", all.ifNoneMatch, ['"v2"', '"v1"']),
            ...field("if-modified-since", all.ifModified, [EARLIER, DATE]),
            ...field("range", all.range, ["bytes=0-1", ""]),
            ...field("if-range", all.ifRange, ['"v1"', '"v2"']),
          };
          assert.equal(kindOf(fields, method), byTheBook(method, all), JSON.stringify({ method, fields }));
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("are read from several lines of one name as from a list", () => {
    const headers = HeaderList.fromPairs([
      ["If-None-Match", '"v0"'],
      ["If-None-Match", '"v1"'],
    ]);
    assert.equal(conditionalAnswer({ method: "GET", headers }, FILE).kind, "not-modified");
  });
});

describe("what has no tag or no date", () => {
  const undated = { ...FILE, modifiedMs: null };
  const untagged = { ...FILE, etag: null };

  test("is matched by any version alone", () => {
    assert.equal(kindOf({ "if-match": "*" }, "GET", untagged), "whole");
    assert.equal(kindOf({ "if-match": '"v1"' }, "GET", untagged), "precondition-failed");
    assert.equal(kindOf({ "if-none-match": "*" }, "GET", untagged), "not-modified");
    assert.equal(kindOf({ "if-none-match": '"v1"' }, "GET", untagged), "whole");
    assert.equal(kindOf({ range: "bytes=0-1", "if-range": '"v1"' }, "GET", untagged), "whole");
  });

  test("is not held against dates", () => {
    for (const name of ["if-unmodified-since", "if-modified-since"])
      for (const date of [EARLIER, LATER]) assert.equal(kindOf({ [name]: date }, "GET", undated), "whole");
    assert.equal(kindOf({ range: "bytes=0-1", "if-range": DATE }, "GET", undated), "whole");
  });
});

describe("what is not there", () => {
  const verdict = (fields: Fields, method = "PUT"): string =>
    judge({ method, headers: HeaderList.fromPairs(Object.entries(fields)) }, null);

  test("can be made by those who want nothing to be there, and not changed by those who want something", () => {
    assert.equal(verdict({ "if-none-match": "*" }), "go-on");
    assert.equal(verdict({ "if-match": "*" }), "precondition-failed");
    assert.equal(verdict({ "if-match": '"v1"' }), "precondition-failed");
    assert.equal(verdict({ "if-unmodified-since": EARLIER }), "go-on");
    assert.equal(verdict({}, "GET"), "go-on");
  });
});
