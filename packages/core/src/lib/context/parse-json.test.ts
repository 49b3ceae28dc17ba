import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { HttpError } from "@armature/http";
import * as fc from "fast-check";
import { parseJson } from "./parse-json.ts";

/** A JSON text, and whether it has a key that must be refused; known from how it was made, not from parsing it. */
interface Sample {
  readonly text: string;
  readonly isDangerous: boolean;
  /** Whether it is an object with a key `prototype`. */
  readonly hasPrototype: boolean;
}

function errorOf(text: string): HttpError {
  try {
    parseJson(text);
  } catch (error) {
    assert.ok(error instanceof HttpError);
    return error;
  }
  return assert.fail(`${text.slice(0, 80)} was taken`);
}

/** Spells some characters of a string as escapes. */
function spell(text: string, escapes: readonly boolean[], upper: boolean): string {
  const spelled = Array.from(text, (char, at) => {
    if (escapes[at % escapes.length] !== true) return JSON.stringify(char).slice(1, -1);
    const hex = char.charCodeAt(0).toString(16).padStart(4, "0");
    return String.raw`\u${upper ? hex.toUpperCase() : hex}`;
  });
  return `"${spelled.join("")}"`;
}

const KEYS = [
  "__proto__",
  "constructor",
  "prototype",
  "__proto",
  "proto__",
  "a",
  "toString",
  "Constructor",
  "",
];
const spelling = fc.tuple(fc.array(fc.boolean(), { minLength: 1, maxLength: 11 }), fc.boolean());
const space = fc.constantFrom("", " ", "\n\t");

const { sample } = fc.letrec<{ sample: Sample; leaf: Sample; array: Sample; object: Sample }>((tie) => ({
  sample: fc.oneof({ maxDepth: 5 }, tie("leaf"), tie("array"), tie("object")),
  leaf: fc
    .oneof(
      fc
        .tuple(fc.constantFrom(...KEYS), spelling)
        .map(([text, [escapes, upper]]) => spell(text, escapes, upper)),
      fc.jsonValue({ maxDepth: 0 }).map((value) => JSON.stringify(value)),
    )
    .map((text) => ({ text, isDangerous: false, hasPrototype: false })),
  array: fc.array(tie("sample"), { maxLength: 4 }).map((items) => ({
    text: `[${items.map(({ text }) => text).join(",")}]`,
    isDangerous: items.some(({ isDangerous }) => isDangerous),
    hasPrototype: false,
  })),
  object: fc
    .uniqueArray(fc.tuple(fc.constantFrom(...KEYS), spelling, tie("sample"), space), {
      maxLength: 4,
      selector: ([key]) => key,
    })
    .map((entries) => ({
      text: `{${entries
        .map(
          ([key, [escapes, upper], { text }, gap]) =>
            `${gap}${spell(key, escapes, upper)}${gap}:${gap}${text}`,
        )
        .join(",")}}`,
      isDangerous: entries.some(
        ([key, , child]) =>
          key === "__proto__" || (key === "constructor" && child.hasPrototype) || child.isDangerous,
      ),
      hasPrototype: entries.some(([key]) => key === "prototype"),
    })),
}));

describe("parseJson", () => {
  test("gives what JSON.parse gives, and refuses dangerous keys in any spelling", () => {
    fc.assert(
      fc.property(sample, ({ text, isDangerous }) => {
        if (isDangerous) assert.equal(errorOf(text).code, "E_JSON_PROTOTYPE");
        else assert.deepEqual(parseJson(text), JSON.parse(text));
      }),
      { numRuns: 1000 },
    );
  });

  test("gives what JSON.parse gives for any other JSON", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        fc.pre(!/proto|constructor/.test(text));
        assert.deepEqual(parseJson(text), JSON.parse(text));
      }),
    );
  });

  const REFUSED: readonly string[] = [
    '{"__proto__":{}}',
    '{"__proto__":null}',
    '[[{"a":{"__proto__":1}}]]',
    String.raw`{"\u005f_proto__":1}`,
    String.raw`{"\u005F\u005F\u0070roto__":1}`,
    String.raw`{"__pr\u006fto__":1}`,
    '{"constructor":{"prototype":{}}}',
    '{"constructor" : {"a":1,"prototype":null}}',
    String.raw`{"\u0063onstructor":{"prototype":1}}`,
    String.raw`{"constructor":{"prototyp\u0065":1}}`,
    '{"__proto__":1,"__proto__":2}',
  ];
  for (const text of REFUSED)
    test(`refuses ${text}`, () => {
      const { status, code, message } = errorOf(text);
      assert.deepEqual([status, code], [400, "E_JSON_PROTOTYPE"]);
      assert.match(message, /"(__proto__|constructor)"/);
    });

  const TAKEN: readonly string[] = [
    '"__proto__"',
    '["__proto__","constructor","prototype"]',
    '{"constructor":"Ferrari"}',
    '{"constructor":null,"prototype":{}}',
    '{"constructor":{"name":"x"}}',
    '{"constructor":["prototype"]}',
    '{"a":"{\\"__proto__\\":1}"}',
    '{"__proto":1,"proto__":2}',
    String.raw`{"a":"\u0000\u00e9\ud83d\ude00"}`,
    "0",
    "null",
    " [ ] ",
  ];
  for (const text of TAKEN)
    test(`takes ${text}`, () => {
      assert.deepEqual(parseJson(text), JSON.parse(text));
    });

  test("finds a dangerous key however deep it lies", () => {
    const depth = 200_000;
    for (const [open, close] of [
      ["[", "]"],
      ['{"a":', "}"],
      ['[{"b":', "}]"],
    ] as const) {
      const wrap = (inner: string): string => open.repeat(depth) + inner + close.repeat(depth);
      assert.equal(errorOf(wrap('{"__proto__":1}')).code, "E_JSON_PROTOTYPE");
      assert.equal(typeof parseJson(wrap('"__proto__"')), "object");
    }
  });

  test("answers nesting that never ends as any other mistake", () => {
    for (const text of ["[".repeat(1_000_000), '{"__proto__":'.repeat(100_000)])
      assert.equal(errorOf(text).code, "E_JSON_INVALID");
  });

  test("says of malformed JSON that it is malformed, and nothing of what is in it", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(text !== "" && !isJson(text));
        const { status, code, message, expose } = errorOf(text);
        assert.deepEqual([status, code, expose], [400, "E_JSON_INVALID", true]);
        assert.equal(message, "The request body is not valid JSON.");
      }),
    );
  });

  test("says of an empty body that it is empty", () => {
    const { status, code, message } = errorOf("");
    assert.deepEqual([status, code], [400, "E_JSON_INVALID"]);
    assert.match(message, /empty/);
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
