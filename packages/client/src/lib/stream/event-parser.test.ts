import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { EventParser, type ServerEvent } from "./event-parser.ts";
import { MAX_LINE_CHARS } from "./line-splitter.ts";

function parse(...pieces: string[]): ServerEvent[] {
  const parser = new EventParser();
  return pieces.flatMap((piece) => parser.push(piece));
}

const event = (data: string, type = "message", id = ""): ServerEvent => ({ type, data, id });

describe("the examples of the HTML standard", () => {
  const CASES: Readonly<Record<string, readonly [string, readonly ServerEvent[]]>> = {
    "lines of data are joined": ["data: YHOO\ndata: +2\ndata: 10\n\n", [event("YHOO\n+2\n10")]],
    "comments, ids and an event without data": [
      ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n",
      [event("first event", "message", "1"), event("second event"), event(" third event")],
    ],
    "empty data is data, and the last event has no end": [
      "data\n\ndata\ndata\n\ndata:",
      [event(""), event("\n")],
    ],
    "one space behind the colon is left out": ["data:test\n\ndata: test\n\n", [event("test"), event("test")]],
    "the type is that of one event": [
      "event: add\ndata: 1\n\ndata: 2\n\nevent: x\n\ndata: 3\n\n",
      [event("1", "add"), event("2"), event("3")],
    ],
    "unknown fields, and names with spaces, are left out": [
      "foo: 1\n data: 2\ndata : 3\nDATA: 4\ndata: 5\n\n",
      [event("5")],
    ],
    "an id with NUL is none": [
      "id: a\ndata: 1\n\nid: b\0\ndata: 2\n\n",
      [event("1", "message", "a"), event("2", "message", "a")],
    ],
    "all line ends": ["data: 1\r\n\r\ndata: 2\r\rdata: 3\n\n", [event("1"), event("2"), event("3")]],
  };
  for (const [name, [text, events]] of Object.entries(CASES)) {
    test(name, () => {
      assert.deepEqual(parse(text), events);
      assert.deepEqual(parse(...text.split("")), events, "character by character");
    });
  }
});

test("the pause is digits alone", () => {
  const parser = new EventParser("start");
  assert.deepEqual([parser.retryMs, parser.lastEventId], [null, "start"]);
  parser.push("retry: 150\n");
  parser.push("retry: 1.5\nretry: -1\nretry: soon\nretry\n");
  assert.equal(parser.retryMs, 150);
});

test("where the pieces end makes no difference", () => {
  const line = fc.oneof(
    fc
      .tuple(
        fc.constantFrom("data", "event", "id", "retry", "x", ""),
        fc.constantFrom(":", ": ", ""),
        fc.string(),
      )
      .map(([name, colon, value]) => `${name}${colon}${value.replaceAll(/[\r\n]/g, "")}`),
    fc.constant(""),
  );
  const text = fc.array(fc.tuple(line, fc.constantFrom("\n", "\r\n", "\r")).map((pair) => pair.join("")));
  fc.assert(
    fc.property(text, fc.array(fc.nat(20)), (lines, lengths) => {
      const whole = lines.join("");
      const pieces: string[] = [];
      let rest = whole;
      for (const length of lengths) {
        pieces.push(rest.slice(0, length));
        rest = rest.slice(length);
      }
      assert.deepEqual(parse(...pieces, rest), parse(whole));
    }),
  );
});

test("what is written by the rules is read back", () => {
  const data = fc
    .array(fc.string().map((text) => text.replaceAll(/[\r\n]/g, "")))
    .filter((lines) => lines.length > 0);
  const name = fc
    .string({ minLength: 1 })
    .map((text) => text.replaceAll(/[\r\n\0]/g, "x").replace(/^ /, "x"));
  fc.assert(
    fc.property(fc.array(fc.tuple(data, name, name)), (events) => {
      const text = events.map(
        ([lines, type, id]) =>
          `id: ${id}\nevent: ${type}\n${lines.map((one) => `data: ${one}\n`).join("")}\n`,
      );
      assert.deepEqual(
        parse(text.join("")),
        events.map(([lines, type, id]) => event(lines.join("\n"), type, id)),
      );
    }),
  );
});

test("a line, and an event, that never ends is refused before it fills the memory", () => {
  const half = "x".repeat(MAX_LINE_CHARS / 2);
  assert.throws(() => parse(`data: ${half}`, half), { code: "E_CLIENT_LINE_TOO_LONG" });
  assert.throws(() => parse(`data: ${half}\n`, `data: ${half}\n`, "data: x\n"), {
    code: "E_CLIENT_LINE_TOO_LONG",
  });
  assert.equal(parse(`data: ${half}\n\n`, `data: ${half}\n\n`, "data: x\n\n").length, 3);
});
