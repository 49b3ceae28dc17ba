import assert from "node:assert/strict";
import { test } from "node:test";
import { defineMessages, Gateway, On, websocket } from "@armature/websocket";
import { armature, defineModule, type AppBuilder } from "armature";
import { z } from "zod";
import { LogLines } from "../app/harness/log-lines.ts";
import { PATIENT } from "../engines.ts";
import { PacketClient } from "./harness/packet-client.ts";

const messages = defineMessages({ fromClient: { tell: z.enum(["now", "later"]) }, fromServer: {} });

/** How a hook fails. */
const HOOKS: Readonly<Record<string, () => unknown>> = {
  "at once": () => {
    throw new Error("of the hook");
  },
  later: () => Promise.reject(new Error("of the hook")),
};

/** Gives what no client is to know, at once or later, or fails. */
function tell(when: "now" | "later", fails: boolean): unknown {
  if (when === "later") return Promise.resolve().then(() => tell("now", fails));
  if (fails) throw new Error("of the handler");
  return "a secret";
}

function asFunction(log: LogLines, hook: (() => unknown) | null): AppBuilder<unknown> {
  const fails = hook !== null;
  const on = { tell: (when: "now" | "later") => tell(when, fails) as undefined };
  const handlers = hook === null ? { on } : { on, error: hook };
  return armature({ logger: log.logger, limits: PATIENT }).route(websocket("/ws", { messages }, handlers));
}

function asClass(log: LogLines, hook: (() => unknown) | null): AppBuilder<unknown> {
  @Gateway("/ws", { messages })
  class Teller {
    readonly onError = hook ?? undefined;

    @On(messages, "tell")
    tell(when: "now" | "later"): undefined {
      return tell(when, hook !== null) as undefined;
    }
  }
  const module = defineModule({ name: "Tellers", controllers: [Teller] });
  return armature({ logger: log.logger, limits: PATIENT }).module(module);
}

for (const [spelling, make] of Object.entries({ "a function": asFunction, "a class": asClass })) {
  for (const [how, hook] of Object.entries(HOOKS))
    test(`a hook for errors that fails ${how} is logged, and the socket lives on: ${spelling}`, async () => {
      const log = new LogLines();
      const app = make(log, hook);
      const { url } = await app.listen({ port: 0, signals: false });
      try {
        using client = await PacketClient.open(`${url.replace("http", "ws")}/ws`);
        for (const [id, data] of (["now", "later", "now"] as const).entries())
          assert.deepEqual(await client.ask({ event: "tell", data, id }), {
            ack: id,
            error: { code: "E_INTERNAL", message: "Something went wrong inside." },
          });
        const each = how === "later" ? ["of the hook"] : ["of the hook", "of the handler"];
        assert.deepEqual(log.errorMessages(), [...each, ...each, ...each]);
      } finally {
        await app.close({ graceMs: 0 });
      }
    });

  test(`what the handler of an event without a reply gives is for nobody: ${spelling}`, async () => {
    const app = make(new LogLines(), null);
    const { url } = await app.listen({ port: 0, signals: false });
    try {
      using client = await PacketClient.open(`${url.replace("http", "ws")}/ws`);
      for (const [id, data] of (["now", "later"] as const).entries())
        assert.deepEqual(await client.ask({ event: "tell", data, id }), { ack: id });
    } finally {
      await app.close({ graceMs: 0 });
    }
  });
}
