import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient, type GeneratedApi } from "@armature/client";
import { generateApi } from "@armature/client/generate";
import { createEventChannel, defineSse } from "@armature/websocket/sse";
import {
  armature,
  Controller,
  createApp,
  defineModule,
  Get,
  get,
  inspectApp,
  silentLogger,
  type Application,
  type Context,
} from "armature";
import { z } from "zod";

const clock = defineSse({
  events: { tick: z.object({ at: z.iso.datetime() }), message: z.object({ text: z.string() }) },
});

/** What every route of these tests streams. */
const tickTock = (context: Context) =>
  clock(context, async (events) => {
    events.send("tick", { at: new Date(0).toISOString() }, { id: "1" });
    events.send("message", { text: "tock" });
    await Promise.resolve();
  });

const functions = armature({ logger: silentLogger }).get("/clock", { events: clock.events }, tickTock);

class FieldController {
  static readonly path = "/clock";
  readonly clock = get("/", { events: clock.events }, tickTock);
}

@Controller("/clock")
class DecoratedController {
  @Get("/", { events: clock.events })
  clock(context: Context) {
    return tickTock(context);
  }
}

const DecoratedModule = defineModule({ name: "Clock", controllers: [DecoratedController] });

/** The types that {@link generateApi} writes for the decorated routes, as a test below holds. */
type Generated = GeneratedApi<{
  readonly "/clock": {
    readonly method: "GET";
    readonly input: unknown;
    readonly answers: { readonly 200: unknown };
    readonly events: { readonly tick: { readonly at: string }; readonly message: { readonly text: string } };
  };
}>;

type Source = Pick<Application, "fetch" | "close">;

const appOf = (controllers: readonly (new () => object)[]): Promise<Application> =>
  createApp(defineModule({ name: "Clock", controllers }), { logger: silentLogger });

/** Reads the events of a client whose types are those of its route; what does not fit them does not compile. */
async function read(events: AsyncIterable<ClockEvent>): Promise<(readonly [string, string, string])[]> {
  const all: (readonly [string, string, string])[] = [];
  for await (const event of events) {
    const text = event.type === "tick" ? event.data.at : event.data.text;
    all.push([event.type, text, event.id]);
  }
  return all;
}

type ClockEvent =
  | { readonly type: "tick"; readonly data: { readonly at: string }; readonly id: string }
  | { readonly type: "message"; readonly data: { readonly text: string }; readonly id: string };

const EVENTS = [
  ["tick", "1970-01-01T00:00:00.000Z", "1"],
  ["message", "tock", "1"],
];
const ONCE = { reconnect: false };

describe("events that a route declares", () => {
  test("are known to the client of functions", async () => {
    const client = createClient<typeof functions>("http://a.example", { fetch: functions.fetch });
    assert.deepEqual(await read(client("/clock").get().typedEvents(ONCE)), EVENTS);
    await functions.close();
  });

  test("are known to the client of route fields", async () => {
    const app: Source = await appOf([FieldController]);
    const client = createClient<typeof FieldController>("http://a.example", { fetch: app.fetch });
    assert.deepEqual(await read(client("/clock").get().typedEvents(ONCE)), EVENTS);
    await app.close();
  });

  test("are known to the client of decorated methods, whose types are generated", async () => {
    const app: Source = await appOf([DecoratedController]);
    const client = createClient<Generated>("http://a.example", { fetch: app.fetch });
    assert.deepEqual(await read(client("/clock").get().typedEvents(ONCE)), EVENTS);
    await app.close();
  });

  test("are generated, without a gap", () => {
    const { text, gaps } = generateApi(inspectApp(DecoratedModule).registry.routes);
    assert.match(text, /readonly answers: \{ readonly 200: unknown \};/);
    assert.match(
      text,
      /readonly events: \{ readonly "tick": \{ at: string \}; readonly "message": \{ text: string \} \}/,
    );
    assert.deepEqual(gaps, []);
  });

  test("are those of a channel, too", async () => {
    const news = createEventChannel({ events: { article: z.object({ title: z.string() }) } });
    const app = armature({ logger: silentLogger }).get("/news", { events: news.events }, (context) =>
      news.stream(context),
    );
    const client = createClient<typeof app>("http://a.example", { fetch: app.fetch });
    const events = client("/news").get().typedEvents(ONCE);
    const first = events.next();
    while (news.size === 0) await new Promise(setImmediate);
    news.publish("article", { title: "Hello" });
    const { value } = await first;
    assert.equal(value?.data.title, "Hello");
    await events.return();
    await app.close();
  });

  test("are any where it declares none", async () => {
    const app = armature({ logger: silentLogger }).get("/clock", tickTock);
    const client = createClient<typeof app>("http://a.example", { fetch: app.fetch });
    const data: unknown[] = [];
    for await (const event of client("/clock").get().typedEvents(ONCE)) data.push(event.data);
    assert.deepEqual(data, [{ at: "1970-01-01T00:00:00.000Z" }, { text: "tock" }]);
    await app.close();
  });
});
