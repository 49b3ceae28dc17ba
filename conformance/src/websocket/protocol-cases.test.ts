import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ENGINES, type EngineUnderTest } from "../engines.ts";
import { BOMBS, COMPRESSION, FORGETFUL } from "./cases/compression.ts";
import { CLOSING } from "./cases/closing.ts";
import { PINGS, RESERVED } from "./cases/control-frames.ts";
import type { Conversation, ConversationGroup } from "./cases/conversation.ts";
import { FRAGMENTS } from "./cases/fragments.ts";
import { FRAMING } from "./cases/framing.ts";
import { LIMITS } from "./cases/limits.ts";
import { UTF8 } from "./cases/utf8.ts";
import { FrameClient } from "./harness/frame-client.ts";
import type { ServedApp } from "./harness/serve-app.ts";
import { serveSockets } from "./harness/serve-sockets.ts";

const GROUPS = [FRAMING, PINGS, RESERVED, FRAGMENTS, UTF8, CLOSING, LIMITS, COMPRESSION, FORGETFUL, BOMBS];

/** Up to so many bytes a conversation is also sent byte by byte; longer ones in pieces. */
const MOST_BYTEWISE = 200;
const PIECE = 997;

/** What many clients of one address do in a short time. */
const CROWD = { maxHandshakesPerSecond: 1_000_000, maxSocketsPerAddress: 10_000 };

/** In which pieces a conversation is sent. Where each connection costs a handshake of TLS, one way has to do. */
function sizesFor({ isSecure }: EngineUnderTest, { length }: Buffer): number[] {
  const small = length <= MOST_BYTEWISE ? 1 : PIECE;
  return isSecure ? [small] : [length, small];
}

interface Stage {
  readonly subject: EngineUnderTest;
  readonly served: ServedApp;
  readonly group: ConversationGroup;
}

async function play({ subject, served, group }: Stage, { sent, heard }: Conversation): Promise<void> {
  const bytes = Buffer.concat(sent);
  for (const size of sizesFor(subject, bytes)) {
    using client = await FrameClient.open(served, "/ws", group.fields);
    await client.chop(bytes, size);
    assert.deepEqual(await client.notes(), heard, `in pieces of ${size}`);
  }
  assert.deepEqual(served.log.errorMessages(), []);
}

for (const subject of ENGINES)
  for (const group of GROUPS)
    describe(`${group.name} on ${subject.name}`, { skip: subject.missing ?? false }, () => {
      let served: ServedApp;
      before(async () => {
        const { options = {} } = group;
        served = await serveSockets(subject, { ...options, limits: { ...CROWD, ...options.limits } });
      });
      after(() => served[Symbol.asyncDispose]());
      for (const conversation of group.conversations)
        test(conversation.name, () => play({ subject, served, group }, conversation));
    });
