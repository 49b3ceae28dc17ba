import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { constants, createGzip } from "node:zlib";
import { createClient, type ApiRoute } from "@armature/client";
import { createEventChannel, sse, type EventChannel } from "@armature/websocket/sse";
import { armature, Reply, silentLogger, StreamBody, type Interceptor, type StreamSource } from "armature";
import { z } from "zod";
import { Chromium, hasChromium } from "../client/browser/chromium.ts";
import { PATIENT } from "../engines.ts";
import { eventually, Handover } from "../serve.ts";
import { SOCKET_ENGINES } from "../websocket/harness/serve-sockets.ts";
import { CuttingProxy } from "./cutting-proxy.ts";

/** Events that are sent while connections are cut. */
const COUNT = 3_000;
const CUTS = 4;

const PAGE = `<!doctype html>
<title>events</title>
<script type="module">
  const seen = [];
  const source = new EventSource("/events");
  source.addEventListener("number", ({ data, lastEventId }) => seen.push([JSON.parse(data), lastEventId]));
  source.addEventListener("end", () => {
    source.close();
    fetch("/results", { method: "POST", body: JSON.stringify(seen) });
  });
</script>
`;

type Numbers = EventChannel<{ number: z.ZodNumber; end: z.ZodNull }>;

function createNumbers(): Numbers {
  return createEventChannel({
    retryMs: 20,
    replayEvents: COUNT + 1,
    events: { number: z.number(), end: z.null() },
  });
}

/** Publishes all numbers, and cuts the connections in between once the client is there again. */
async function publishNumbers(numbers: Numbers, proxy: CuttingProxy): Promise<void> {
  for (let number = 0; number < COUNT; number++) {
    numbers.publish("number", number, { id: `n${number}` });
    if (number % 20 === 0) await delay(1);
    if (number % (COUNT / (CUTS + 1)) === 0 && number > 0) {
      proxy.cut();
      const { accepted } = proxy;
      await eventually(() => proxy.accepted > accepted);
      await eventually(() => numbers.size > 0);
    }
  }
  numbers.publish("end", null);
}

const ALL = [...Array(COUNT).keys()].map((number) => [number, `n${number}`]);

/** Why the test cannot run here; in CI it must. */
function reasonToSkip(): string | false {
  if (hasChromium()) return false;
  assert.notEqual(process.env["CI"], "true", "chromium is needed in CI; install it");
  return "chromium is not installed";
}

describe("events over connections that are cut again and again", () => {
  test("come in order and once each to EventSource", { skip: reasonToSkip(), timeout: 120_000 }, async () => {
    const numbers = createNumbers();
    const results = new Handover<unknown>();
    const connected = new Handover<void>();
    await using app = armature({ logger: silentLogger, limits: { maxLoopDelayMs: 0 } })
      .get("/", ({ reply }) => reply.html(PAGE))
      .get("/events", (context) => {
        connected.give();
        return numbers.stream(context);
      })
      .post("/results", async ({ body }) => results.give(JSON.parse(await body.text())));
    const { port } = await app.listen({ port: 0, signals: false });
    await using proxy = await CuttingProxy.start(port);
    await using chromium = new Chromium(proxy.url);
    // A browser may take its time to start.
    await Promise.race([connected.taken, chromium.ended()]);
    await eventually(() => numbers.size === 1);
    await publishNumbers(numbers, proxy);
    assert.deepEqual(await Promise.race([results.taken, chromium.ended()]), ALL);
    await app.close({ graceMs: 0, lingerMs: 0 });
  });

  for (const subject of SOCKET_ENGINES)
    test(
      `come in order and once each to the typed client, on ${subject.name}`,
      { skip: subject.missing ?? false },
      async () => {
        const numbers = createNumbers();
        await using app = armature({ engine: subject.create(), logger: silentLogger, limits: PATIENT }).get(
          "/events",
          (context) => numbers.stream(context),
        );
        const { port } = await app.listen({ port: 0, signals: false });
        await using proxy = await CuttingProxy.start(port);
        const client = createClient<ApiRoute<"GET", "/events", object>>(proxy.url);
        const seen: unknown[] = [];
        const reading = (async () => {
          for await (const { type, data, id } of client("/events").get().events({ schema: z.json() })) {
            if (type === "end") return;
            seen.push([data, id]);
          }
        })();
        await eventually(() => numbers.size === 1);
        await publishNumbers(numbers, proxy);
        await reading;
        assert.deepEqual(seen, ALL);
        await app.close({ graceMs: 0, lingerMs: 0 });
      },
    );
});

/** Runs curl until its test has seen enough; what it was answered stands in `text`. */
class Curl implements AsyncDisposable {
  readonly #child: ChildProcess;
  text = "";

  constructor(...args: string[]) {
    this.#child = spawn("curl", ["-sSN", ...args], { stdio: ["ignore", "pipe", "inherit"] });
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => (this.text += text));
  }

  /** Its exit code, once it ends by itself. */
  async ended(): Promise<number | null> {
    if (this.#child.exitCode === null) await once(this.#child, "exit");
    return this.#child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill();
    await this.ended();
  }
}

/** Compresses what a handler streams, and lets go of each piece at once. */
const gzip: Interceptor = async (context, next) => {
  const result = await next(context);
  if (!(result instanceof Reply) || !(result.body instanceof StreamBody)) return result;
  const { source, options } = result.body;
  const packed = new Reply(200, new StreamBody(gzipPieces(source), options));
  return packed.header("content-encoding", "gzip").header("cache-control", "no-store");
};

async function* gzipPieces(source: StreamSource): AsyncGenerator<Uint8Array> {
  const packer = createGzip();
  for await (const piece of source) {
    packer.write(piece);
    await new Promise<void>((resolve) => packer.flush(constants.Z_SYNC_FLUSH, resolve));
    yield packer.read() as Uint8Array; // a flush leaves something to read
  }
  packer.end();
  for await (const piece of packer) yield piece as Uint8Array; // nobody has set an encoding
}

for (const subject of SOCKET_ENGINES)
  describe(`curl on ${subject.name}`, { skip: subject.missing ?? false }, () => {
    for (const [name, args, interceptors] of [
      ["sees events as they happen", [], []],
      ["sees events as they happen, also compressed", ["--compressed"], [gzip]],
    ] as const) {
      test(name, async () => {
        const go = [new Handover<void>(), new Handover<void>()] as const;
        await using app = armature({ engine: subject.create(), logger: silentLogger, limits: PATIENT }).get(
          "/",
          { interceptors },
          (context) =>
            sse(context, async (stream) => {
              stream.send("first", 1);
              await go[0].taken;
              stream.send("second", { text: "line\nü" });
              await go[1].taken;
            }),
        );
        const { url } = await app.listen({ port: 0, signals: false });
        await using curl = new Curl(...args, url);
        await eventually(() => curl.text.endsWith("event: first\ndata: 1\n\n"));
        go[0].give();
        await eventually(() => curl.text.endsWith('event: second\ndata: {"text":"line\\nü"}\n\n'));
        go[1].give();
        assert.equal(await curl.ended(), 0);
        await app.close({ lingerMs: 0 });
      });
    }

    test("is told that the stream is complete when the application stops", async () => {
      await using app = armature({ engine: subject.create(), logger: silentLogger, limits: PATIENT }).get(
        "/",
        (context) =>
          sse(context, async (stream) => {
            stream.send("hello", null);
            await stream.ended();
          }),
      );
      const { url } = await app.listen({ port: 0, signals: false });
      await using curl = new Curl(url);
      await eventually(() => curl.text.includes("event: hello"));
      assert.equal((await app.close({ lingerMs: 0 })).cut, 0);
      assert.equal(await curl.ended(), 0);
    });
  });
