import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createEventChannel, defineSse, sse, type EventStream } from "@armature/websocket/sse";
import { armature, Controller, defineModule, Get, get, type Context } from "armature";
import { z } from "zod";
import { eventually, Handover } from "../serve.ts";
import { LogLines } from "./harness/log-lines.ts";
import { SOCKET, WAYS, WIRE_WAYS } from "./harness/ways.ts";

const REQUEST = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";

const clock = defineSse({ retryMs: 500, events: { tick: z.object({ at: z.number() }) } });

/** A stream with some events, and no more. */
function ticks(context: Context) {
  return clock(context, async (stream) => {
    stream.comment("two ticks");
    stream.send("tick", { at: 1 }, { id: "a" });
    await Promise.resolve();
    stream.send("tick", { at: 2 });
  });
}

const TICKS = `retry: 500

: two ticks

id: a
event: tick
data: {"at":1}

event: tick
data: {"at":2}

`;

@Controller("/decorated")
class Decorated {
  @Get("/")
  ticks(context: Context) {
    return ticks(context);
  }
}

class Fields {
  static readonly path = "/field";
  readonly ticks = get("/", ticks);
}

for (const way of WAYS)
  describe(`events by ${way.name}`, () => {
    test("are sent as they are declared, and not kept by anyone on the way", async () => {
      await using running = await way.start(armature().get("/", ticks));
      const answer = await running.request("GET", "/");
      assert.equal(answer.status, 200);
      assert.equal(answer.header("content-type"), "text/event-stream");
      assert.equal(answer.header("cache-control"), "no-store");
      assert.equal(answer.header("x-accel-buffering"), "no");
      assert.equal(answer.text, TICKS);
      assert.equal(answer.cut, false);
    });

    test("come from routes of every spelling", async () => {
      const module = defineModule({
        controllers: [Decorated, Fields],
        routes: [get("/function", ticks)],
      });
      await using running = await way.start(module);
      for (const path of ["/decorated", "/field", "/function"])
        assert.equal((await running.request("GET", path)).text, TICKS, path);
    });

    test("are not made for HEAD", async () => {
      let runs = 0;
      const source = armature().get("/", (context) => sse(context, async () => void runs++));
      await using running = await way.start(source);
      const answer = await running.request("HEAD", "/");
      assert.equal(answer.header("content-type"), "text/event-stream");
      assert.equal(answer.text, "");
      assert.equal((await running.request("GET", "/")).text, "retry: 2000\n\n");
      assert.equal(runs, 1);
    });

    test("that break their schema are not sent; the stream is cut, and the log says why", async () => {
      const lines = new LogLines();
      const wrong = { at: "now" } as unknown as { at: number };
      const source = armature().get("/", (context) =>
        clock(context, async (stream) => {
          stream.send("tick", { at: 1 });
          stream.send("tick", wrong);
          await Promise.resolve();
        }),
      );
      await using running = await way.start(source, { logger: lines.logger });
      const answer = await running.request("GET", "/");
      assert.equal(answer.cut, true);
      assert.doesNotMatch(answer.text, /now/);
      await eventually(() => lines.errorCodes().length === 1);
      assert.deepEqual(lines.errorCodes(), ["E_SSE_DATA_INVALID"]);
    });

    test("go on where a client has left off", async () => {
      const news = createEventChannel({ replayEvents: 3, retryMs: 0 });
      const source = armature().get("/", (context) =>
        news.open(context, async (stream) => {
          stream.send("state", { known: news.canResume(stream) });
          news.join(stream);
          await Promise.resolve();
          news.publish("last", {}, { id: "end" });
          await Promise.resolve();
        }),
      );
      await using running = await way.start(source);
      for (const id of ["ü1", "ü2", "ü3"]) news.publish("article", { id }, { id });
      const ask = async (id: string) => {
        const headers = { "last-event-id": Buffer.from(id).toString("latin1") };
        const { text } = await running.request("GET", "/", { headers });
        return text.split("\n").filter((line) => /^(id|data)/.test(line));
      };
      assert.deepEqual(await ask("ü2"), [
        'data: {"known":true}',
        "id: ü3",
        'data: {"id":"ü3"}',
        "id: end",
        "data: {}",
      ]);
      // What is lost cannot be sent, but all that there is.
      assert.deepEqual((await ask("forgotten"))[0], 'data: {"known":false}');
      assert.equal((await ask("forgotten")).filter((line) => line === "id: end").length, 3);
    });
  });

for (const way of WIRE_WAYS)
  describe(`a stream of events by ${way.name}`, () => {
    test("is over when its client leaves", async () => {
      const lines = new LogLines();
      const news = createEventChannel();
      const handed = new Handover<EventStream>();
      const source = armature().get("/", (context) =>
        news.open(context, async (stream) => {
          handed.give(stream);
          news.join(stream);
          await stream.ended();
          throw new Error("too late for anyone");
        }),
      );
      await using running = await way.start(source, { logger: lines.logger });
      const client = running.connect();
      await client.send(REQUEST);
      const stream = await handed.taken;
      assert.equal(news.size, 1);
      await client.until(() => client.text.includes("retry: 2000"));
      client[Symbol.dispose]();
      await stream.ended();
      assert.equal(stream.closed, true);
      assert.equal(stream.signal.aborted, true);
      assert.equal(stream.send("x", 1), false);
      await eventually(() => news.size === 0);
      assert.deepEqual(lines.errorCodes(), []);
    });

    test("shows that it lives", async () => {
      const quiet = defineSse({ heartbeatMs: 20 });
      const source = armature().get("/", (context) => quiet(context, async (stream) => await stream.ended()));
      await using running = await way.start(source);
      const client = running.connect();
      await client.send(REQUEST);
      await client.until(() => client.text.split(": \n\n").length > 3);
      client[Symbol.dispose]();
    });

    test("says goodbye when the application stops, and clients come back at different times", async () => {
      const source = armature().get("/", (context) =>
        sse(context, async (stream) => {
          stream.signal.addEventListener("abort", () => stream.send("goodbye", null));
          stream.send("hello", null);
          await stream.ended();
        }),
      );
      await using running = await way.start(source);
      const client = running.connect();
      await client.send(REQUEST);
      await client.until(() => client.text.includes("hello"));
      const { cut } = await running.app.close({ lingerMs: 0 });
      assert.equal(cut, 0);
      const goodbye = /goodbye\ndata: null\n\n[^]*retry: (\d+)\n\n/;
      await client.until(() => goodbye.test(client.text));
      const [, retry] = goodbye.exec(client.text) ?? [];
      assert.ok(Number(retry) >= 2_000 && Number(retry) <= 4_000, client.text);
      client[Symbol.dispose]();
    });

    test("that never waits is ended where its client is slow, behind what fits", async () => {
      const sent = await fillSlowClient(way, "close");
      assert.equal(sent.stream.closed, true);
      sent.client.resume();
      await sent.client.until(() => sent.client.closed || sent.client.text.endsWith("0\r\n\r\n"));
      const seen = numbersIn(sent.client.text);
      assert.deepEqual(seen, [...seen.keys()]);
      await sent.end();
    });

    test("that never waits loses events where its client is slow, if it says so", async () => {
      const sent = await fillSlowClient(way, "drop");
      assert.equal(sent.stream.closed, false);
      assert.equal(sent.stream.dropped > 0, true);
      sent.client.resume();
      await sent.stream.drained();
      sent.stream.send("end", "end");
      await sent.client.until(() => sent.client.text.includes("event: end"));
      const seen = numbersIn(sent.client.text);
      assert.ok(seen.length < sent.count);
      assert.deepEqual(
        seen,
        seen.toSorted((a, b) => a - b),
      );
      await sent.end();
    });

    test("that waits loses nothing, however slow its client is", async () => {
      const count = 2_000; // more than all buffers on the way hold
      const handed = new Handover<EventStream>();
      const source = armature().get("/", (context) =>
        sse(context, async (stream) => {
          handed.give(stream);
          for (let number = 0; number < count; number++)
            if (!stream.send("big", { number, pad: PAD })) await stream.drained();
          stream.send("end", null);
          await stream.ended();
        }),
      );
      await using running = await way.start(source);
      const client = running.connect();
      client.pause();
      await client.send(REQUEST);
      const stream = await handed.taken;
      await eventually(() => stream.queuedBytes >= 65_536);
      client.resume();
      await client.until(() => client.text.includes("event: end"));
      assert.deepEqual(numbersIn(client.text), [...Array(count).keys()]);
      assert.equal(stream.dropped, 0);
      client[Symbol.dispose]();
    });

    test("of a channel reads what is kept when its client is slow", async () => {
      const count = 2_000;
      const news = createEventChannel({ replayBytes: 100 * 1024 * 1024, replayEvents: count + 1 });
      await using running = await way.start(armature().get("/", (context) => news.stream(context)));
      const clients = [running.connect(), running.connect()] as const;
      clients[0].pause();
      for (const client of clients) await client.send(REQUEST);
      await eventually(() => news.size === 2);
      for (let number = 0; number < count; number++) {
        news.publish("big", { number, pad: PAD });
        if (number % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      news.publish("end", null);
      await clients[1].until(() => clients[1].text.includes("event: end"));
      assert.equal(news.size, 2);
      clients[0].resume();
      for (const client of clients) {
        await client.until(() => client.text.includes("event: end"));
        assert.deepEqual(numbersIn(client.text), [...Array(count).keys()]);
        client[Symbol.dispose]();
      }
    });
  });

test("a channel ends a stream that is so slow that what it should read is not kept any more", async () => {
  const news = createEventChannel({ replayEvents: 10 });
  await using running = await SOCKET.start(armature().get("/", (context) => news.stream(context)));
  const client = running.connect();
  client.pause();
  await client.send(REQUEST);
  await eventually(() => news.size === 1);
  for (let number = 0; number < 3_000; number++) {
    news.publish("big", { number, pad: PAD });
    if (number % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  client.resume();
  await eventually(() => news.size === 0);
  const seen = numbersIn(client.text);
  assert.deepEqual(seen, [...seen.keys()]);
  client[Symbol.dispose]();
});

test("streams of an application that stops already end at once", async () => {
  const stop = new AbortController();
  stop.abort();
  let runs = 0;
  const source = armature().get("/", ({ request }) =>
    sse({ request, stopping: stop.signal }, async () => void runs++),
  );
  await using running = await SOCKET.start(source);
  const { text } = await running.request("GET", "/");
  assert.match(text, /^retry: 2000\n\nretry: [234]\d\d\d\n\n$/);
  assert.equal(runs, 0);
});

test("mistakes in the options are reported together", () => {
  const options = { heartbeatMs: -1, whenFull: "wait", retryms: 1 } as unknown as object;
  assert.throws(() => defineSse(options), {
    code: "E_OPTION_INVALID",
    message: /3 options are wrong:\n.*heartbeatMs.*got -1.*\n.*whenFull.*"wait".*\n.*did you mean "retryMs"/,
  });
  assert.throws(() => createEventChannel({ replayEvents: 0 }), { code: "E_OPTION_INVALID" });
});

const PAD = "x".repeat(10_000);

/** The numbers of the events, as they came. */
function numbersIn(text: string): number[] {
  return [...text.matchAll(/"number":(\d+)/g)].map(([, number]) => Number(number));
}

/** Sends events without a pause to a client that does not read, until the stream is closed or drops some. */
async function fillSlowClient(way: (typeof WIRE_WAYS)[number], whenFull: "close" | "drop") {
  const slow = defineSse({ whenFull });
  const handed = new Handover<EventStream>();
  const source = armature().get("/", (context) =>
    slow(context, async (stream) => {
      handed.give(stream);
      await stream.ended();
    }),
  );
  const running = await way.start(source);
  const client = running.connect();
  client.pause();
  await client.send(REQUEST);
  const stream = await handed.taken;
  let count = 0;
  await eventually(() => {
    for (let burst = 0; burst < 20; burst++) stream.send("big", { number: count++, pad: PAD });
    return stream.closed || stream.dropped > 0;
  });
  const end = async (): Promise<void> => {
    client[Symbol.dispose]();
    await running[Symbol.asyncDispose]();
  };
  return { client, stream, count, end };
}
