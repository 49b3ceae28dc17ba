import assert from "node:assert/strict";
import type { ExchangeHandler } from "@armature/http";
import * as fc from "fast-check";
import { createEchoHandler } from "../echo-handler.ts";
import { type EngineUnderTest, ENGINES, RunningEngine } from "../engines.ts";
import type { FuzzProperty } from "../fuzz/fuzz-property.ts";
import { cutAtAll, cuts } from "../fuzz/mutation.ts";
import { wireInputs } from "./wire-inputs.ts";

/** The engine that is held against the default one. */
export const NATIVE: EngineUnderTest = engineOf("native");

function engineOf(wanted: string): EngineUnderTest {
  const engine = ENGINES.find(({ name }) => name === wanted);
  if (engine === undefined) throw new Error(`There is no engine "${wanted}".`);
  return engine;
}

/** Small enough that inputs reach some of them. */
const LIMITS = { maxHeaderBytes: 600, maxHeaderFields: 12, maxRequestLineBytes: 120, maxBodyBytes: 100 };

function startBoth(handler: ExchangeHandler): Promise<RunningEngine[]> {
  return Promise.all(
    [engineOf("ts"), NATIVE].map((one) => RunningEngine.start(one, handler, { limits: LIMITS })),
  );
}

const sameBytes = (pace: "now" | "later"): FuzzProperty => ({
  name: `native: both engines send the same bytes over sockets, answered ${pace}`,
  cost: 4,
  open: async () => {
    const engines = await startBoth(createEchoHandler({ pace }));
    const property = fc.asyncProperty(wireInputs, fc.option(cuts), async (bytes, places) => {
      const pieces = places === null ? [bytes] : cutAtAll(bytes, places);
      const [ts, native] = await Promise.all(engines.map((engine) => play(engine, pieces)));
      assert.equal(native, ts);
    });
    return {
      property,
      [Symbol.asyncDispose]: async () => {
        await Promise.all(engines.map((engine) => engine[Symbol.asyncDispose]()));
      },
    };
  },
});

/**
 * Sends pieces over a connection, ends it, and gives what came back until the server ended it too - without what depends on the clock: dates, and
 * whether an answer knew already that its client has ended.
 */
async function play(engine: RunningEngine, pieces: readonly Buffer[]): Promise<string> {
  using client = await engine.connect();
  for (const piece of pieces) await client.send(piece);
  client.end();
  await client.closing();
  assert.equal(client.failure, null);
  return client.text.replaceAll(/\r\n(?:date: [^\r]*|connection: close)/g, "");
}

/** What holds between the native engine and the default one, whole. */
export const CONNECTION_PROPERTIES: readonly FuzzProperty[] = [sameBytes("now"), sameBytes("later")];
