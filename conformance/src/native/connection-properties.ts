import assert from "node:assert/strict";
import type { ConstantAnswers, ExchangeHandler } from "@armature/http";
import * as fc from "fast-check";
import { answerConstant, constants } from "../constant-answers.ts";
import { createEchoHandler } from "../echo-handler.ts";
import { type EngineUnderTest, ENGINES, RunningEngine } from "../engines.ts";
import type { FuzzProperty } from "../fuzz/fuzz-property.ts";
import { cutAtAll, cuts, mutate, mutations } from "../fuzz/mutation.ts";
import { request } from "../serve.ts";
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

/** Those that are constant to the byte. */
const CONSTANT_REQUESTS: readonly string[] = [
  request("GET /c"),
  request("HEAD /c"),
  request("GET /bytes", "Accept: */*", "X-A: b"),
  request("GET /none"),
  request("GET /gone"),
];

/** Those that are nearly so, or not at all. */
const OTHER_REQUESTS: readonly string[] = [
  request("GET /closes"),
  request("GET /c?a=b"),
  request("GET /c", "If-None-Match: *"),
  request("GET /c", "Range: bytes=0-1"),
  request("GET /c", "Connection: keep-alive"),
  "GET /c HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n",
  `${request("GET /c", "Content-Length: 3")}abc`,
  `${request("POST /echo", "Content-Length: 40")}${request("GET /c").repeat(2).slice(0, 40)}`,
  `${request("POST /echo", "Transfer-Encoding: chunked")}5\r\nhello\r\n0\r\n\r\n`,
  request("GET /other"),
  request("GET /c", "Connection: close"),
];

function startAll(handler: ExchangeHandler, given?: ConstantAnswers): Promise<RunningEngine[]> {
  const options = { limits: LIMITS, ...(given === undefined ? {} : { constants: given }) };
  const natives = [NATIVE, engineOf("native-uring")].filter(({ missing = null }) => missing === null);
  return Promise.all([engineOf("ts"), ...natives].map((one) => RunningEngine.start(one, handler, options)));
}

/** A property of all engines: whatever is sent, cut anywhere, they answer the same. */
function sameAnswers(
  name: string,
  inputs: fc.Arbitrary<Buffer>,
  handler: ExchangeHandler,
  given?: ConstantAnswers,
): FuzzProperty {
  return {
    name,
    cost: 4,
    open: async () => {
      const engines = await startAll(handler, given);
      const property = fc.asyncProperty(inputs, fc.option(cuts), async (bytes, places) => {
        const pieces = places === null ? [bytes] : cutAtAll(bytes, places);
        const [ts, ...natives] = await Promise.all(engines.map((engine) => play(engine, pieces)));
        for (const native of natives) assert.equal(native, ts);
      });
      return {
        property,
        [Symbol.asyncDispose]: async () => {
          await Promise.all(engines.map((engine) => engine[Symbol.asyncDispose]()));
        },
      };
    },
  };
}

function sameBytes(pace: "now" | "later"): FuzzProperty {
  const name = `native: both engines send the same bytes over sockets, answered ${pace}`;
  return sameAnswers(name, wireInputs, createEchoHandler({ pace }));
}

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

/** Requests of which some are answered without the handler, and what stands between them. */
const mixedInputs: fc.Arbitrary<Buffer> = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...CONSTANT_REQUESTS) },
      { weight: 3, arbitrary: fc.constantFrom(...OTHER_REQUESTS) },
      { weight: 1, arbitrary: wireInputs.map((bytes) => bytes.toString("latin1")) },
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((requests) => Buffer.from(requests.join(""), "latin1"));

const changedInputs = fc.oneof(
  { weight: 3, arbitrary: mixedInputs },
  {
    weight: 1,
    arbitrary: fc.tuple(mixedInputs, mutations).map(([bytes, changes]) => mutate(bytes, changes)),
  },
);

function sameConstants(pace: "now" | "later"): FuzzProperty {
  const name = `native: constant answers are the same bytes, among others that are given ${pace}`;
  const echo = createEchoHandler({ pace });
  const handler: ExchangeHandler = (exchange) => void (answerConstant(exchange) || echo(exchange));
  return sameAnswers(name, changedInputs, handler, constants());
}

/** What holds between the native engine and the default one, whole. */
export const CONNECTION_PROPERTIES: readonly FuzzProperty[] = [
  sameBytes("now"),
  sameBytes("later"),
  sameConstants("now"),
  sameConstants("later"),
];
