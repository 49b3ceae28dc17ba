import assert from "node:assert/strict";
import * as fc from "fast-check";
import { createEchoHandler } from "../echo-handler.ts";
import type { Echo } from "../wire/judge.ts";
import { parseAnswers } from "../wire/parse-answers.ts";
import type { FuzzProperty } from "./fuzz-property.ts";
import { MemoryServer } from "./memory-server.ts";
import { cutAtAll, cuts, mutate, mutations } from "./mutation.ts";
import { encodeRequest, fieldsOf, pipeline, type RequestModel } from "./request-model.ts";

const NO_HEADS: ReadonlySet<number> = new Set();

/** What an echo server must say of a request. */
function echoOf(model: RequestModel): Echo {
  const { method: m, target: u, version: v, body } = model;
  return { m, u, v, h: fieldsOf(model), b: body.toString("base64") };
}

/** Parsing undoes encoding, in whatever pieces the bytes come. */
const roundTrip = (pace: "now" | "later"): FuzzProperty => ({
  name: `requests are read as they were meant, answered ${pace}`,
  open: async () => {
    const server = await MemoryServer.start(createEchoHandler({ pace }));
    const property = fc.asyncProperty(pipeline, cuts, async (models, places) => {
      const bytes = Buffer.concat(models.map(encodeRequest));
      const { complete, rest } = parseAnswers(await server.play(cutAtAll(bytes, places)), NO_HEADS, true);
      assert.equal(rest, "");
      assert.deepEqual(
        complete.map(({ body }) => JSON.parse(Buffer.from(body, "latin1").toString()) as unknown),
        models.map(echoOf),
      );
    });
    return { property, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
  },
});

/** Bytes that are almost requests, and some that are nothing of the kind. */
export const almostRequests: fc.Arbitrary<Buffer> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(pipeline, mutations)
      .map(([models, changes]) => mutate(Buffer.concat(models.map(encodeRequest)), changes)),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
);

/** Nothing throws or hangs, and it makes no difference how the bytes are cut. */
const splitting: FuzzProperty = {
  name: "no bytes throw or hang, and a split never changes the answers",
  open: async () => {
    const server = await MemoryServer.start(createEchoHandler());
    const property = fc.asyncProperty(almostRequests, cuts, async (bytes, places) => {
      const whole = await server.play([bytes]);
      assert.equal(await server.play(cutAtAll(bytes, places)), whole);
      const single = Array.from(bytes.subarray(0, 100), (_, at) => bytes.subarray(at, at + 1));
      assert.equal(await server.play([...single, bytes.subarray(100)]), whole);
    });
    return { property, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
  },
};

/** It makes no difference when the application looks at a request. */
const pacing: FuzzProperty = {
  name: "an application that answers later is asked the same as one that answers at once",
  open: async () => {
    const [now, later] = await Promise.all([
      MemoryServer.start(createEchoHandler()),
      MemoryServer.start(createEchoHandler({ pace: "later" })),
    ]);
    const property = fc.asyncProperty(almostRequests, async (bytes) => {
      assert.deepEqual(finals(await later.play([bytes])), finals(await now.play([bytes])));
    });
    return {
      property,
      [Symbol.asyncDispose]: async () => {
        await Promise.all([now, later].map((server) => server[Symbol.asyncDispose]()));
      },
    };
  },
};

/** Statuses and echoes; interim answers depend on when a body is asked for. */
function finals(text: string): string[] {
  return text
    .split(/(?=HTTP\/1\.1 \d{3} )/)
    .filter((answer) => !answer.startsWith("HTTP/1.1 1"))
    .map((answer) => answer.replace(/\r\n[^{]*/s, " "));
}

/** What holds for every request. */
export const REQUEST_PROPERTIES: readonly FuzzProperty[] = [
  roundTrip("now"),
  roundTrip("later"),
  splitting,
  pacing,
];
