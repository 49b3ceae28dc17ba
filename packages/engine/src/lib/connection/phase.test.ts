import assert from "node:assert/strict";
import { test } from "node:test";
import { illegalTransition, mayFollow, Phase, PHASE_NAMES, TRANSITIONS } from "./phase.ts";

test("the table says for each pair of phases whether one may follow the other", () => {
  for (const from of PHASE_NAMES)
    for (const to of PHASE_NAMES)
      assert.equal(mayFollow(Phase[from], Phase[to]), TRANSITIONS[from].includes(to), `${from} to ${to}`);
});

test("names stand at the numbers of their phases", () => {
  for (const [name, phase] of Object.entries(Phase)) assert.equal(PHASE_NAMES[phase], name);
});

test("every phase is reached, every one but the last is left, and all ways end there", () => {
  for (const phase of PHASE_NAMES) {
    const reached = new Set([phase]);
    for (const one of reached) for (const next of TRANSITIONS[one]) reached.add(next);
    assert.ok(reached.has("closed"), phase);
    if (phase === "idle") assert.deepEqual([...reached].toSorted(), [...PHASE_NAMES].toSorted());
  }
  assert.deepEqual(TRANSITIONS.closed, []);
});

test("no phase follows itself, and none comes back from an end", () => {
  for (const phase of PHASE_NAMES) assert.ok(!TRANSITIONS[phase].includes(phase), phase);
  for (const end of ["upgraded", "draining"] as const) assert.deepEqual(TRANSITIONS[end], ["closed"]);
});

test("what is reported names both phases", () => {
  const { code, message } = illegalTransition(Phase.closed, Phase.idle);
  assert.equal(code, "E_CONNECTION_STATE");
  assert.match(message, /^A connection that is closed cannot be idle next/);
});
