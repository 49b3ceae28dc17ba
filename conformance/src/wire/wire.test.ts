import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { createEchoHandler } from "../echo-handler.ts";
import { ENGINES, RunningEngine } from "../engines.ts";
import { pipelined } from "./pipelined.ts";
import { playCase } from "./play.ts";
import { readCases } from "./read-cases.ts";
import { bytewise, cutAt, randomly, type Split, whole } from "./split.ts";
import type { WireCase } from "./wire-case.ts";

const SPLITS: Readonly<Record<string, Split>> = {
  whole,
  bytewise,
  "in random pieces (seed 1)": randomly(1),
  "in random pieces (seed 2)": randomly(2),
};

/** Where a case is cut in two: at this many bytes of either end. */
const EDGE_BYTES = 100;

/** A connection that must close does so at once, not because it was idle. */
const LIMITS = { keepAliveTimeoutMs: 600_000 };

async function assertPlays(engine: RunningEngine, wireCase: WireCase): Promise<void> {
  for (const [name, split] of Object.entries(SPLITS)) await assertPlay(engine, wireCase, split, name);
  const blob = pipelined(wireCase);
  await assertPlay(engine, blob, whole, "in one piece with a request in front and one behind");
  await assertPlay(engine, blob, randomly(3), "in a pipeline, in random pieces (seed 3)");
}

/** Cuts the case in two at every byte; of a long one, at the bytes of its edges. */
async function assertCuts(engine: RunningEngine, wireCase: WireCase): Promise<void> {
  const longest = Math.max(...wireCase.steps.map(({ request }) => request.length));
  for (let at = 1; at < longest; at++) {
    if (at >= EDGE_BYTES && at < longest - EDGE_BYTES) continue;
    await assertPlay(engine, wireCase, cutAt(at), `cut in two at ${at}`);
  }
}

async function assertPlay(
  engine: RunningEngine,
  wireCase: WireCase,
  split: Split,
  how: string,
): Promise<void> {
  using client = await engine.connect();
  const fault = await playCase(client, wireCase, split);
  assert.equal(fault, null, `${wireCase.file}:${wireCase.line}, ${how}: ${fault}`);
}

const CASES = readCases();

test("there are wire cases", () => {
  assert.ok(CASES.length >= 150, `only ${CASES.length} cases`);
});

for (const subject of ENGINES)
  for (const pace of ["now", "later"] as const)
    describe(`engine ${subject.name}, answers ${pace}`, () => {
      let engine: RunningEngine;
      before(async () => {
        engine = await RunningEngine.start(subject, createEchoHandler({ pace }), { limits: LIMITS });
      });
      after(() => engine[Symbol.asyncDispose]());
      for (const wireCase of CASES)
        test(`${wireCase.file}: ${wireCase.title}`, () => assertPlays(engine, wireCase));
    });

// A connection in memory costs little, so that every place to cut is tried there.
for (const subject of ENGINES.filter(({ hasSockets }) => !hasSockets))
  describe(`engine ${subject.name}, cut in two`, () => {
    let engine: RunningEngine;
    before(async () => {
      engine = await RunningEngine.start(subject, createEchoHandler(), { limits: LIMITS });
    });
    after(() => engine[Symbol.asyncDispose]());
    for (const wireCase of CASES)
      test(`${wireCase.file}: ${wireCase.title}`, () => assertCuts(engine, wireCase));
  });
