import assert from "node:assert/strict";
import { DEFAULT_LIMITS } from "@armature/http";
import * as fc from "fast-check";
import type { FuzzProperty } from "../fuzz/fuzz-property.ts";
import { cutAtAll, cuts } from "../fuzz/mutation.ts";
import { BothParsers } from "./both-parsers.ts";
import { Differ } from "./differ.ts";
import { plainRequest, wireInputs, wireLimits } from "./wire-inputs.ts";

const agreement: FuzzProperty = {
  name: "native: what Rust calls plain is the same to TypeScript, in whatever pieces it comes",
  open: async () => {
    const parsers = new BothParsers();
    const property = fc.asyncProperty(
      wireInputs,
      wireLimits,
      fc.option(cuts),
      async (bytes, limits, places) => {
        await parsers.assertAgree(places === null ? [bytes] : cutAtAll(bytes, places), limits);
      },
    );
    return { property, [Symbol.asyncDispose]: () => parsers[Symbol.asyncDispose]() };
  },
};

/** A parser that left everything to the other one would agree with it always. */
const plainness: FuzzProperty = {
  name: "native: Rust calls plain what has nothing unusual, and every beginning of it partial",
  open: async () => {
    const differ = new Differ();
    const property = fc.asyncProperty(plainRequest, fc.nat(), async (bytes, place) => {
      const whole = await differ.ask(bytes, DEFAULT_LIMITS);
      assert.equal(whole.requests.length, 1);
      const part = await differ.ask(bytes.subarray(0, place % bytes.length), DEFAULT_LIMITS);
      assert.deepEqual(part, { requests: [], rest: "partial" });
    });
    return { property, [Symbol.asyncDispose]: () => differ[Symbol.asyncDispose]() };
  },
};

/** What holds between the parser in Rust and the TypeScript engine. */
export const PARSING_PROPERTIES: readonly FuzzProperty[] = [agreement, plainness];
