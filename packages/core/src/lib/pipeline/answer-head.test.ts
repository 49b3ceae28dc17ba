import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { HeaderBlock, FieldList, ResponseHead } from "@armature/http";
import * as fc from "fast-check";
import { testContext } from "../context/test-context.test.kit.ts";
import { answerHead, BLOCKS, joinFields } from "./answer-head.ts";

/** The lines of a list by name, in order. */
function linesOf(fields: FieldList): ReadonlyMap<string, readonly string[]> {
  const lines = new Map<string, string[]>();
  for (let at = 0; at < fields.length; at += 2) {
    const name = fields[at]?.toLowerCase() ?? "";
    lines.set(name, [...(lines.get(name) ?? []), fields[at + 1] ?? ""]);
  }
  return lines;
}

/** All lines of a head as they are sent. */
function sentLines({ block, fields }: ResponseHead): ReadonlyMap<string, readonly string[]> {
  return linesOf([...block.fields, ...(fields ?? [])]);
}

interface Given {
  readonly status?: number;
  readonly block?: HeaderBlock;
  readonly stages?: readonly (readonly [name: string, value: string])[];
  readonly reply?: FieldList | null;
  readonly sendsRequestId?: boolean;
}

function headOf({
  status = 200,
  block = BLOCKS.json,
  stages = [],
  reply = null,
  sendsRequestId = false,
}: Given) {
  const { context } = testContext(new Request("http://localhost/"), { runtime: { sendsRequestId } });
  for (const [name, value] of stages) context.addHeader(name, value);
  const head = answerHead(context, status, block, reply);
  assert.equal(context.status, status);
  return head;
}

describe("joinFields", () => {
  const CASES: readonly (readonly [first: FieldList, second: FieldList, joined: FieldList])[] = [
    [[], [], []],
    [["a", "1"], [], ["a", "1"]],
    [[], ["a", "1", "a", "2"], ["a", "1", "a", "2"]],
    [
      ["a", "1", "b", "2"],
      ["a", "3"],
      ["b", "2", "a", "3"],
    ],
    [
      ["a", "1", "a", "2"],
      ["A", "3"],
      ["A", "3"],
    ],
    [
      ["set-cookie", "a=1"],
      ["Set-Cookie", "a=2"],
      ["set-cookie", "a=1", "Set-Cookie", "a=2"],
    ],
    [
      ["vary", "Origin"],
      ["Vary", "Accept"],
      ["vary", "Origin", "Vary", "Accept"],
    ],
    [
      ["a", "b"],
      ["b", "a"],
      ["a", "b", "b", "a"],
    ],
  ];
  for (const [first, second, joined] of CASES)
    test(`of ${JSON.stringify(first)} and ${JSON.stringify(second)}`, () => {
      assert.deepEqual(joinFields(first, second), joined);
    });

  test("keeps the lines of each name in order: the second list's, or both lists' where they add up", () => {
    const name = fc.constantFrom("a", "b", "vary", "set-cookie", "content-type");
    const fields = (names: fc.Arbitrary<string>): fc.Arbitrary<string[]> =>
      fc.array(fc.tuple(names, fc.constantFrom("1", "2", "a", "vary"))).map((pairs) => pairs.flat());
    const anyCase = fc.tuple(name, fc.boolean()).map(([text, upper]) => (upper ? text.toUpperCase() : text));
    fc.assert(
      fc.property(fields(name), fields(anyCase), (first, second) => {
        const [before, after] = [linesOf(first), linesOf(second)];
        const joined = linesOf(joinFields(first, second));
        for (const one of new Set([...before.keys(), ...after.keys()])) {
          const [mine = [], theirs = []] = [before.get(one), after.get(one)];
          const addsUp = one === "vary" || one === "set-cookie";
          assert.deepEqual(
            joined.get(one),
            addsUp ? [...mine, ...theirs] : theirs.length > 0 ? theirs : mine,
          );
        }
        assert.equal(joined.size, new Set([...before.keys(), ...after.keys()]).size);
      }),
    );
  });
});

test("every kind of answer has its type, and problems are not kept", () => {
  assert.deepEqual(
    Object.entries(BLOCKS).map(([kind, { fields }]) => [kind, ...fields]),
    [
      ["none"],
      ["json", "content-type", "application/json"],
      ["text", "content-type", "text/plain; charset=utf-8"],
      ["bytes", "content-type", "application/octet-stream"],
      ["problem", "content-type", "application/problem+json", "cache-control", "no-store"],
    ],
  );
});

describe("answerHead", () => {
  test("is the same object for every plain answer of JSON", () => {
    assert.equal(headOf({}), headOf({}));
    assert.deepEqual(headOf({}), { status: 200, block: BLOCKS.json, fields: null });
    assert.deepEqual(headOf({ status: 201 }), { status: 201, block: BLOCKS.json, fields: null });
    assert.deepEqual(headOf({ block: BLOCKS.text }), { status: 200, block: BLOCKS.text, fields: null });
  });

  test("has the fields of stages and reply behind the block of its kind", () => {
    const head = headOf({ stages: [["x-a", "1"]], reply: ["x-b", "2"] });
    assert.deepEqual(head, { status: 200, block: BLOCKS.json, fields: ["x-a", "1", "x-b", "2"] });
    assert.deepEqual(headOf({ stages: [["x-a", "1"]] }).fields, ["x-a", "1"]);
    assert.deepEqual(headOf({ reply: ["x-b", "2"] }).fields, ["x-b", "2"]);
  });

  test("has one content type: the reply's before the stages', the stages' before the kind's", () => {
    for (const block of [BLOCKS.json, BLOCKS.text, BLOCKS.bytes, BLOCKS.problem, BLOCKS.none]) {
      const stages = [["Content-Type", "a/stage"]] as const;
      assert.deepEqual(sentLines(headOf({ block, stages })).get("content-type"), ["a/stage"]);
      const reply = ["Content-Type", "a/reply"];
      assert.deepEqual(sentLines(headOf({ block, stages, reply })).get("content-type"), ["a/reply"]);
    }
  });

  test("has of each field of its kind one line, whoever replaces it, and keeps the others", () => {
    const cached = sentLines(headOf({ block: BLOCKS.problem, reply: ["Cache-Control", "max-age=60"] }));
    assert.deepEqual(cached.get("cache-control"), ["max-age=60"]);
    assert.deepEqual(cached.get("content-type"), ["application/problem+json"]);
    const typed = sentLines(headOf({ block: BLOCKS.problem, reply: ["content-type", "text/html"] }));
    assert.deepEqual(typed.get("cache-control"), ["no-store"]);
    assert.deepEqual(typed.get("content-type"), ["text/html"]);
  });

  test("carries the id of the request where the application wants it, once", () => {
    const sendsRequestId = true;
    assert.deepEqual(headOf({ sendsRequestId }).fields, ["x-request-id", "id-1"]);
    const stages = [["x-a", "1"]] as const;
    assert.deepEqual(headOf({ sendsRequestId, stages }).fields, ["x-a", "1", "x-request-id", "id-1"]);
    const idOf = (given: Given): readonly string[] | undefined =>
      sentLines(headOf({ ...given, sendsRequestId })).get("x-request-id");
    assert.deepEqual(idOf({ stages: [["X-Request-Id", "stage"]] }), ["stage"]);
    assert.deepEqual(idOf({ reply: ["X-Request-Id", "reply"] }), ["reply"]);
    assert.deepEqual(idOf({ stages: [["x-request-id", "stage"]], reply: ["x-request-id", "reply"] }), [
      "reply",
    ]);
  });

  test("does not carry the id twice where an answer is made a second time", () => {
    const { context } = testContext(new Request("http://localhost/"), { runtime: { sendsRequestId: true } });
    context.addHeader("x-a", "1");
    answerHead(context, 200, BLOCKS.json, null);
    assert.deepEqual(answerHead(context, 500, BLOCKS.problem, null).fields, [
      "x-a",
      "1",
      "x-request-id",
      "id-1",
    ]);
  });

  for (const status of [100, 101, 199, 600, 200.5, NaN, Infinity, -200, "200" as unknown as number])
    test(`refuses the status ${status}`, () => {
      for (const reply of [null, ["a", "1"]])
        assert.throws(() => headOf({ status, reply }), { status: 500, code: "E_STATUS_INVALID" });
    });

  for (const status of [200, 299, 304, 404, 599])
    test(`takes the status ${status}`, () => {
      assert.equal(headOf({ status }).status, status);
    });
});
