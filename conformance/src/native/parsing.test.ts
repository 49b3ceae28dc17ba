import { before, describe, test } from "node:test";
import { readCases } from "../wire/read-cases.ts";
import type { WireCase } from "../wire/wire-case.ts";
import { tryProperty } from "../fuzz/fuzz-property.ts";
import { BothParsers } from "./both-parsers.ts";
import { buildDiffer, differFault } from "./differ.ts";
import { PARSING_PROPERTIES } from "./parsing-properties.ts";

/** Always the same inputs, so that a run is as good as the one before; `npm run fuzz:native` tries new ones. */
const SEED = 20_262;
const RUNS = 5000;

/** Wire cases of more bytes are played whole only. */
const CUT_BYTES = 2000;

const fault = differFault();
const skip = fault === null ? false : `${fault}; the TypeScript engine needs none`;

describe(`the parser in Rust and the TypeScript engine, seed ${SEED}, ${RUNS} runs each`, { skip }, () => {
  before(buildDiffer);

  for (const property of PARSING_PROPERTIES)
    test(property.name, async () => {
      await tryProperty(property, { seed: SEED, runs: RUNS, timeMs: Infinity });
    });

  test("every wire case, whole, byte by byte, and cut off at every byte", async () => {
    await using parsers = new BothParsers();
    for (const wireCase of readCases())
      for (const pieces of waysToPlay(wireCase)) await assertAgree(parsers, wireCase, pieces);
  });
});

function* waysToPlay({ steps }: WireCase): Generator<Buffer[]> {
  const bytes = Buffer.concat(steps.map(({ request }) => request));
  yield [bytes];
  if (bytes.length > CUT_BYTES) return;
  yield Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
  for (let end = 0; end < bytes.length; end++) yield [bytes.subarray(0, end)];
}

async function assertAgree(parsers: BothParsers, { title }: WireCase, pieces: Buffer[]): Promise<void> {
  try {
    await parsers.assertAgree(pieces);
  } catch (cause) {
    const text = Buffer.concat(pieces).toString("latin1", 0, CUT_BYTES);
    throw new Error(`${title}: ${JSON.stringify(text)}`, { cause });
  }
}
