import assert from "node:assert/strict";
import { test } from "node:test";
import { parseWireFile } from "./parse-wire-file.ts";
import { pipelined } from "./pipelined.ts";
import type { WireStep } from "./wire-case.ts";

const LEAD = "GET /in-front HTTP/1.1\r\nHost: pipeline\r\n\r\n";
const TRAIL = "GET /behind HTTP/1.1\r\nHost: pipeline\r\n\r\n";

function pipelinedStep(...blocks: [request: string, expect: string, flag?: string][]): WireStep {
  const text = blocks.map(
    ([request, expect, flag = ""]) =>
      `\`\`\`request${flag}\n${request}\\\n\`\`\`\n\`\`\`expect\n${expect}\n\`\`\`\n`,
  );
  const [found] = parseWireFile("a.md", `## One\nRFC 9112, 3\n${text.join("")}`);
  assert.ok(found);
  const { steps } = pipelined(found);
  assert.equal(steps.length, 1);
  assert.ok(steps[0]);
  return steps[0];
}

function checksOf({ expect }: WireStep): string[] {
  return expect.checks.map(({ answer, subject, value }) => `${answer} ${subject} ${value}`);
}

test("a case that stays open stands between two requests that are answered", () => {
  const step = pipelinedStep(["x", "200 open\nbody: b"]);
  assert.equal(step.request.toString(), `${LEAD}x${TRAIL}`);
  assert.deepEqual(
    step.expect.answers.map(({ statuses }) => statuses),
    [[200], [200], [200]],
  );
  assert.deepEqual(checksOf(step), ["0 target /in-front", "1 body b", "2 target /behind"]);
  assert.equal(step.expect.state, "open");
});

test("behind a case that closes nothing is answered", () => {
  const step = pipelinedStep(["x", "400 close"]);
  assert.equal(step.request.toString(), `${LEAD}x${TRAIL}`);
  assert.equal(step.expect.answers.length, 2);
  assert.equal(step.expect.state, "close");
});

test("behind a case that may close an answer may come", () => {
  const { answers, state } = pipelinedStep(["x", "400 either"]).expect;
  assert.deepEqual(answers.at(-1), { statuses: [200], optional: true });
  assert.equal(state, "either");
});

test("a client that ends its side sends nothing behind the case", () => {
  const step = pipelinedStep(["x", "400 close", " end"]);
  assert.equal(step.request.toString(), `${LEAD}x`);
  assert.equal(step.ends, true);
});

test("steps are joined, and interim answers become optional", () => {
  const step = pipelinedStep(["x", "100"], ["y", "200? 201 200 open\n1 body: b\n2 body: c"]);
  assert.equal(step.request.toString(), `${LEAD}xy${TRAIL}`);
  assert.deepEqual(
    step.expect.answers.map(({ statuses, optional }) => `${statuses.join("/")}${optional ? "?" : ""}`),
    ["200", "100?", "200?", "201", "200", "200"],
  );
  assert.deepEqual(checksOf(step).slice(1), ["1 body b", "2 body c", "3 target /behind"]);
});
