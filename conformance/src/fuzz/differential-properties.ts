import assert from "node:assert/strict";
import * as fc from "fast-check";
import { createEchoHandler } from "../echo-handler.ts";
import type { Echo } from "../wire/judge.ts";
import { type Answer, parseAnswers } from "../wire/parse-answers.ts";
import type { FuzzProperty } from "./fuzz-property.ts";
import { MemoryServer } from "./memory-server.ts";
import { type Opinion, OtherOpinion, type Seen } from "./other-opinion.ts";
import { almostRequests } from "./request-properties.ts";

/** What the engine makes of bytes. */
async function opinionOf(server: MemoryServer, bytes: Buffer): Promise<Opinion> {
  const { complete } = parseAnswers(await server.play([bytes]), new Set(), true);
  const finals = complete.filter(({ status }) => status >= 200);
  const bad = finals.findIndex(({ status }) => status !== 200);
  const good = bad < 0 ? finals : finals.slice(0, bad);
  const refusal = finals[bad];
  return {
    seen: good.map(seenIn),
    refused: refusal !== undefined && !refusal.body.includes("E_BODY_INCOMPLETE"),
  };
}

function seenIn({ body: text }: Answer): Seen {
  // The echo handler wrote it.
  const { m: method, u: target, b: body } = JSON.parse(Buffer.from(text, "latin1").toString()) as Echo;
  return { method, target, body };
}

/** HEAD has no echo, and what asks for another protocol ends the opinion of node:http. */
function isComparable(bytes: Buffer): boolean {
  return !/HEAD |CONNECT |upgrade/i.test(bytes.toString("latin1"));
}

/**
 * One may refuse what the other takes, as one is stricter. But where both go on they see the same requests: no bytes are a body to
 * one and a request to the other, and none waits for more where the other is done.
 */
function assertAgree(ours: Opinion, theirs: Opinion): void {
  const common = Math.min(ours.seen.length, theirs.seen.length);
  assert.deepEqual(ours.seen.slice(0, common), theirs.seen.slice(0, common));
  if (theirs.seen.length > common)
    assert.ok(ours.refused, "the engine waits behind what llhttp takes for a request");
  if (ours.seen.length > common)
    assert.ok(theirs.refused, "llhttp waits behind what the engine takes for a request");
}

const agreement: FuzzProperty = {
  name: "the engine and llhttp see the same requests in the same bytes",
  cost: 2,
  open: async () => {
    const server = await MemoryServer.start(createEchoHandler({ methods: "known" }));
    const other = new OtherOpinion();
    const property = fc.asyncProperty(almostRequests.filter(isComparable), async (bytes) => {
      assertAgree(await opinionOf(server, bytes), await other.read(bytes));
    });
    return {
      property,
      [Symbol.asyncDispose]: async () => {
        await Promise.all([server[Symbol.asyncDispose](), other[Symbol.asyncDispose]()]);
      },
    };
  },
};

/** What holds between two parsers. */
export const DIFFERENTIAL_PROPERTIES: readonly FuzzProperty[] = [agreement];
