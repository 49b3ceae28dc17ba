import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { createEchoHandler } from "../echo-handler.ts";
import { ENGINES, RunningEngine } from "../engines.ts";
import { parseWireFile } from "./parse-wire-file.ts";
import { playCase } from "./play.ts";
import { bytewise, randomly, type Split, whole } from "./split.ts";
import type { WireCase } from "./wire-case.ts";

const FOLDER = join(import.meta.dirname, "../../wire");

const SPLITS: Readonly<Record<string, Split>> = {
  whole,
  bytewise,
  "in random pieces (seed 1)": randomly(1),
  "in random pieces (seed 2)": randomly(2),
};

/** A connection that must close does so at once, not because it was idle. */
const LIMITS = { keepAliveTimeoutMs: 600_000 };

function readCases(): WireCase[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith(".md") && file !== "README.md");
  return files.toSorted().flatMap((file) => parseWireFile(file, readFileSync(join(FOLDER, file), "utf8")));
}

async function assertPlays(engine: RunningEngine, wireCase: WireCase): Promise<void> {
  for (const [name, split] of Object.entries(SPLITS)) {
    using client = await engine.connect();
    const fault = await playCase(client, wireCase, split);
    assert.equal(fault, null, `${wireCase.file}:${wireCase.line}, ${name}: ${fault}`);
  }
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
