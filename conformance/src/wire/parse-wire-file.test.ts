import assert from "node:assert/strict";
import { test } from "node:test";
import { parseWireFile } from "./parse-wire-file.ts";

const STEP = "```request\nGET / HTTP/1.1\n\n```\n```expect\n200 open\n```\n";
const CASE = `## One\nRFC 9112, 3.2.1: because.\n${STEP}`;

test("a case has its place, title, reference and steps", () => {
  const [found, ...others] = parseWireFile("a.md", `# File\n\nWords.\n\n${CASE}`);
  assert.ok(found);
  assert.deepEqual(others, []);
  assert.deepEqual(
    [found.file, found.line, found.title, found.reference],
    ["a.md", 5, "One", "RFC 9112, 3.2.1"],
  );
  const [step] = found.steps;
  assert.ok(step);
  assert.equal(step.request.toString(), "GET / HTTP/1.1\r\n\r\n");
  assert.equal(step.ends, false);
  assert.equal(step.expect.state, "open");
});

test("a case may have several steps, and end the client's side", () => {
  const [found] = parseWireFile("a.md", CASE + STEP.replace("request", "request end"));
  assert.deepEqual(
    found?.steps.map(({ ends }) => ends),
    [false, true],
  );
});

test("headings inside a block are bytes", () => {
  const [found, ...others] = parseWireFile("a.md", CASE.replace("GET /", "## Not a heading"));
  assert.equal(found?.steps[0]?.request.toString(), "## Not a heading HTTP/1.1\r\n\r\n");
  assert.deepEqual(others, []);
});

test("mistakes are named with their place", () => {
  for (const [text, message] of [
    [CASE.replace("RFC", "See"), /a\.md:1 names no section/],
    ["## One\nRFC 9112, 3\n", /a\.md:1 needs a request block/],
    [CASE + STEP.slice(0, 24), /the block has no end/],
    [CASE.replace("```expect", "```answer"), /a\.md:3 has no expect block/],
    [CASE.replace("```request", "```request ends"), /a\.md:3 should be "request"/],
    [CASE.replace("200 open", "fine"), /a\.md:8 "fine" is no list/],
    [CASE.replace("200 open", "200"), /a\.md:1 does not say what becomes of the connection/],
    [CASE.replace("GET", "\\q"), /a\.md:4 "\\q" is no escape/],
    [CASE + CASE, /a\.md:\d+ "One" is there twice/],
  ] as const)
    assert.throws(() => parseWireFile("a.md", text), message);
});
