import assert from "node:assert/strict";
import { once } from "node:events";
import { type ClientHttp2Session, connect, constants } from "node:http2";
import { test } from "node:test";
import { connect as connectTls } from "node:tls";
import type { Exchange, Limits } from "@armature/http";
import { eventually, head } from "../serve.ts";
import { Http2Bench } from "./http2-bench.ts";

const CLIENTS = 60;
const AT_A_TIME = 8;
const LARGE = Buffer.alloc(700_000, "x");
const PATHS = ["/large", "/stream", "/slow", "/never", "/abort", "/post", "/post"] as const;

const LIMITS: Partial<Limits> = {
  handlerTimeoutMs: 200,
  requestTimeoutMs: 500,
  http2StallTimeoutMs: 500,
  maxConcurrentRequests: 40,
  maxRequestsPerConnection: 30,
  http2MaxUnsentBytes: 2_000_000,
};

/** The same numbers in every run: "mulberry32". */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Answers in all ways that there are, the wrong ones among them. */
async function answer(exchange: Exchange): Promise<void> {
  switch (exchange.target) {
    case "/large":
      return exchange.respond(head(200), LARGE);
    case "/slow":
      await pause(30);
      return exchange.answered ? undefined : exchange.respond(head(200), "slow");
    case "/never":
      return;
    case "/abort":
      return exchange.abort();
    case "/stream":
      return await stream(exchange);
    default: {
      const body = await Promise.resolve(exchange.body.bytes(1_000_000)).catch(() => null);
      if (!exchange.answered) exchange.respond(head(200), String(body?.length));
    }
  }
}

async function stream(exchange: Exchange): Promise<void> {
  const writer = exchange.stream(head(200), null);
  for (let at = 0; at < 20 && !writer.closed; at++)
    if (!writer.write(Buffer.alloc(30_000))) await writer.drained();
  writer.end(["x-sum", "1"]);
}

function sendSome(session: ClientHttp2Session, random: (below: number) => number): void {
  const path = PATHS[random(PATHS.length)] ?? "/slow";
  const isPost = path === "/post";
  const request = session.request(
    { ":method": isPost ? "POST" : "GET", ":path": path },
    { endStream: !isPost },
  );
  request.on("error", () => {});
  if (isPost && random(4) > 0) request.end(Buffer.alloc(random(200_000)));
  else if (isPost) request.write("half");
  const what = random(5);
  // Some are given up, some are never read, most are read.
  if (what === 0) setTimeout(() => request.close(constants.NGHTTP2_CANCEL), random(40));
  else if (what > 1) request.resume();
}

/** One client that asks, gives up, stalls, and leaves in one way or another. */
async function misbehave({ listener }: Http2Bench, random: (below: number) => number): Promise<void> {
  const { host, port, url } = listener.address;
  const socket = connectTls({ host, port, rejectUnauthorized: false, ALPNProtocols: ["h2"] });
  socket.on("error", () => {});
  await once(socket, "secureConnect");
  const session = connect(url, { createConnection: () => socket });
  session.on("error", () => {});
  for (let left = 5 + random(30); left > 0 && !session.closed && !session.destroyed; left--) {
    sendSome(session, random);
    if (random(3) === 0) await pause(random(15));
  }
  await pause(random(300));
  if (random(2) === 0) session.destroy();
  else session.close();
  socket.destroy();
}

test("whatever clients do, every answer has an end, and nothing is left of them", async () => {
  let watched = 0;
  let told = 0;
  await using bench = await Http2Bench.start(
    (exchange) => {
      watched++;
      exchange.watch({ refused: () => {}, sent: () => told++, cut: () => told++ });
      return answer(exchange);
    },
    { limits: LIMITS },
  );
  const random = numbers(1);
  let started = 0;
  const worker = async (): Promise<void> => {
    while (started++ < CLIENTS) await misbehave(bench, random);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  await eventually(() => bench.listener.stats().connections === 0);
  const { inFlight, queued, unsentBytes, http2 } = bench.listener.stats();
  assert.deepEqual({ inFlight, queued, unsentBytes }, { inFlight: 0, queued: 0, unsentBytes: 0 });
  assert.equal(http2.sessions, CLIENTS);
  assert.ok(watched > CLIENTS);
  assert.equal(told, watched);
  assert.deepEqual(bench.errors, []);
});
