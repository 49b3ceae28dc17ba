import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { HeaderList, toFieldName } from "./header-list.ts";

const HOSTILE = ["__proto__", "constructor", "hasOwnProperty", "toString", "valueOf", "get", "size"];

const TCHARS = Array.from("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
const name = fc.oneof(
  fc.string({ unit: fc.constantFrom(...TCHARS), minLength: 1, maxLength: 8 }),
  fc.constantFrom("Cookie", "cookie", "COOKIE", "Accept", "accept", "a", "A", ...HOSTILE),
);
const value = fc.string({
  unit: fc.integer({ min: 0x21, max: 0xff }).map((code) => String.fromCharCode(code)),
});
const pairs = fc.array(fc.tuple(name, value), { maxLength: 12 });

/** Says the same with the plainest means. */
class Model {
  readonly lines: readonly (readonly [string, string])[];

  constructor(lines: readonly (readonly [string, string])[]) {
    this.lines = lines.map(([key, text]) => [key.toLowerCase(), text] as const);
  }

  getAll(key: string): string[] {
    return this.lines.filter(([other]) => other === key.toLowerCase()).map(([, text]) => text);
  }

  get(key: string): string | undefined {
    const values = this.getAll(key);
    if (values.length === 0) return undefined;
    return values.join(key.toLowerCase() === "cookie" ? "; " : ", ");
  }
}

function fromPairs(lines: readonly (readonly [string, string])[]): HeaderList {
  return HeaderList.fromPairs(lines);
}

/** The same list as a parser makes it: slices into the text of a head, with white space and line ends between. */
function fromHead(lines: readonly (readonly [string, string])[]): HeaderList {
  let text = "GET / HTTP/1.1\r\n";
  const slices: number[] = [];
  for (const [key, content] of lines) {
    const nameEnd = text.length + key.length;
    slices.push(text.length, nameEnd, nameEnd + 2, nameEnd + 2 + content.length);
    text += `${key}: ${content} \r\n`;
  }
  return HeaderList.fromWire(text, Int32Array.from(slices));
}

for (const [kind, build] of [
  ["fromPairs", fromPairs],
  ["fromWire", fromHead],
] as const) {
  suite(`a list made by ${kind}`, () => {
    test("agrees with the model for every name that it has, in any case", () => {
      fc.assert(
        fc.property(pairs, (lines) => {
          const list = build(lines);
          const model = new Model(lines);
          assert.equal(list.size, lines.length);
          for (const [key] of lines) {
            for (const asked of [key, key.toLowerCase(), key.toUpperCase()]) {
              assert.equal(list.get(asked), model.get(asked));
              assert.deepEqual(list.getAll(asked), model.getAll(asked));
              assert.equal(list.has(asked), true);
            }
          }
        }),
      );
    });

    test("agrees with the model for names that it may lack", () => {
      fc.assert(
        fc.property(pairs, name, (lines, asked) => {
          const list = build(lines);
          const model = new Model(lines);
          assert.equal(list.get(asked), model.get(asked));
          assert.equal(list.has(asked), model.getAll(asked).length > 0);
        }),
      );
    });

    test("lists its lines, lower-case and as they were written", () => {
      fc.assert(
        fc.property(pairs, (lines) => {
          const list = build(lines);
          assert.deepEqual([...list], new Model(lines).lines);
          assert.deepEqual([...list.raw()], lines);
        }),
      );
    });

    test("becomes an object with the joined values", () => {
      fc.assert(
        fc.property(pairs, (lines) => {
          const object = build(lines).toObject();
          const model = new Model(lines);
          assert.deepEqual(new Set(Object.keys(object)), new Set(model.lines.map(([key]) => key)));
          for (const key of Object.keys(object)) assert.equal(object[key], model.get(key));
        }),
      );
    });
  });
}

test("hostile names are names like others", () => {
  const empty = HeaderList.fromPairs([]);
  for (const hostile of HOSTILE) {
    assert.equal(empty.get(hostile), undefined);
    assert.equal(empty.has(hostile), false);
    assert.equal(empty.toObject()[hostile], undefined);
    assert.equal(HeaderList.fromPairs([[hostile, "x"]]).toObject()[hostile.toLowerCase()], "x");
  }
  assert.equal(Object.getPrototypeOf(HeaderList.fromPairs([["__proto__", "x"]]).toObject()), null);
});

test("names that differ only outside the letters differ", () => {
  // "@" and "`", "[" and "{" differ by 0x20 too.
  const list = HeaderList.fromPairs([["x`^", "1"]]);
  assert.equal(list.get("x@~"), undefined);
  assert.equal(list.get("X`^"), "1");
});

test("a name is not found inside another", () => {
  const list = HeaderList.fromPairs([["x-request-id", "1"]]);
  for (const part of ["x-request", "request-id", "", "x-request-id "]) assert.equal(list.has(part), false);
});

test("cookie lines are joined by semicolons, others by commas", () => {
  const list = HeaderList.fromPairs([
    ["Cookie", "a=1"],
    ["Accept", "x/y"],
    ["cookie", "b=2"],
    ["accept", "*/*"],
  ]);
  assert.equal(list.get("COOKIE"), "a=1; b=2");
  assert.equal(list.get("Accept"), "x/y, */*");
  assert.deepEqual({ ...list.toObject() }, { cookie: "a=1; b=2", accept: "x/y, */*" });
});

test("field names are lower-cased, known or not", () => {
  assert.equal(toFieldName("Content-Type"), "content-type");
  assert.equal(toFieldName("CONTENT-TYPE"), "content-type");
  assert.equal(toFieldName("X-Mine"), "x-mine");
  assert.equal(toFieldName("__proto__"), "__proto__");
});
