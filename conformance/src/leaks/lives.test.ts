import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { skippedOn } from "../engine-by-name.ts";
import { ServerProcess } from "../faults/server-process.ts";
import type { Census } from "./census.ts";
import { type ClientLife, HTTP2_LIVES, LIVES, type Place } from "./lives.ts";

const PROGRAM = join(import.meta.dirname, "server.js");

/** Lives of a kind, and how many at a time. */
const TIMES = 60;
const AT_ONCE = 10;

/** What may be there of each class when all clients are gone: what the last ones leave behind for the next. */
const MOST_OBJECTS = 12;

/** Looks, and milliseconds between two, before what is still there is taken to stay. */
const LOOKS = 100;
const LOOK_MS = 50;

/** Handlers of these tests that never answer are given up soon. */
const LIMITS = { handlerTimeoutMs: 100 };

async function liveOften(life: ClientLife, place: Place, times: number): Promise<void> {
  for (let done = 0; done < times; done += AT_ONCE)
    await Promise.all(Array.from({ length: AT_ONCE }, () => life(place)));
}

/** Looks until nothing is more than before, or long enough to be sure that it stays; gives what is more. */
async function left(server: ServerProcess, first: Census, what: string): Promise<string[]> {
  await server.untilConnections(0);
  for (let look = 1; ; look++) {
    const found = differences(first, await server.ask<Census>(what));
    if (look === LOOKS || found.length === 0) return found;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

function differences(first: Census, now: Census): string[] {
  const most = (name: string): number => (first.objects[name] ?? 0) + MOST_OBJECTS;
  const more = (a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): string[] =>
    Object.keys(b).filter((name) => (b[name] ?? 0) > (a[name] ?? 0));
  return [
    ...Object.entries(now.objects).flatMap(([name, count]) => (count > most(name) ? `${count} ${name}` : [])),
    ...more(first.resources, now.resources).map((name) => `${now.resources[name]} active ${name}`),
    ...more(first.listeners, now.listeners).map((name) => `${now.listeners[name]} listeners of ${name}`),
  ];
}

/** Listeners of each kind; those with TLS are the TypeScript engine's. */
const LISTENERS = [
  { listener: "a plain listener", engine: "ts", isSecure: false },
  { listener: "TLS", engine: "ts", isSecure: true },
  { listener: "a native listener", engine: "native", isSecure: false },
] as const;

for (const { listener, engine, isSecure } of LISTENERS)
  describe(
    `nothing is reached any more behind ${TIMES} clients of ${listener}`,
    { skip: skippedOn(engine) },
    () => {
      const lives = Object.entries({ ...LIVES, ...(isSecure ? HTTP2_LIVES : {}) });
      let server: ServerProcess;
      let place: Place;
      let first: Census;

      before(async () => {
        const env = { ENGINE: engine, ...(isSecure ? { LEAKS_TLS: "1" } : {}) };
        server = await ServerProcess.start({ program: PROGRAM, limits: LIMITS, env });
        place = { port: server.port, isSecure };
        for (const [, life] of lives) await liveOften(life, place, AT_ONCE);
        await server.untilConnections(0);
        first = await server.ask<Census>("whole census");
      });
      after(async () => await server[Symbol.asyncDispose]());

      for (const [name, life] of lives)
        test(name, async () => {
          await liveOften(life, place, TIMES);
          assert.deepEqual(await left(server, first, "census"), []);
        });

      test("sockets, signals and timers", async () => {
        assert.deepEqual(await left(server, first, "whole census"), []);
      });
    },
  );
