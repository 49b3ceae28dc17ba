import assert from "node:assert/strict";
import { connect } from "node:net";
import { before, describe, test } from "node:test";
import { ioUringFault, type NativeIo } from "@armature/engine-native";
import { ServerProcess } from "../faults/server-process.ts";
import { request } from "../serve.ts";
import { WireClient } from "../wire-client.ts";
import { NATIVE } from "./connection-properties.ts";
import { differFault } from "./differ.ts";
import { BREAKING_PLANS, buildFaultsModule, HARMLESS_PLANS } from "./faults-module.ts";

/** Clients that are there at a time. */
const CLIENTS = 8;

/** How often all of them are there, where some are cut. */
const ROUNDS = 2;

/** More requests at once than are worked on, so that the server stops reading and goes on. */
const DEPTH = 40;

/** Connections that are tried until one is served, where plans break every few. */
const MOST_TRIES = 50;

const LAST = request("GET /slow", "Connection: close");

/** What a client sends: bodies that nobody else has, many requests at once, and an answer that fills all buffers. */
function conversationOf(client: number): string {
  const body = `${client} `.repeat(4000);
  const post = request("POST /echo", `Content-Length: ${body.length}`) + body;
  return [
    request("GET /").repeat(DEPTH),
    request("GET /slow").repeat(DEPTH),
    post,
    request("GET /large"),
    post,
    LAST,
  ].join("");
}

/** Has a client talk, in pieces, and gives what it heard until the end; without dates and ids, also such as are cut. */
async function converse(port: number, bytes: string): Promise<string> {
  using wire = new WireClient(connect({ port, host: "127.0.0.1", noDelay: true }));
  for (let at = 0; at < bytes.length; at += 9000) await wire.send(bytes.slice(at, at + 9000));
  await wire.closing();
  return wire.text
    .replaceAll(/\r\n(?:date|x-request-id): [^\r]*(?=\r\n)/gi, "")
    .replace(/\r(?:\n(?:[dx][^\r]*)?)?$/i, "");
}

async function converseAll(port: number): Promise<string[]> {
  const clients = Array.from({ length: CLIENTS }, (_, client) => converse(port, conversationOf(client)));
  return await Promise.all(clients);
}

/** Waits until the server has as many descriptors as before, and no connections. */
async function assertNothingLeft(server: ServerProcess, descriptors: number): Promise<void> {
  await server.untilConnections(0);
  for (let round = 0; ; round++) {
    const now = (await server.usage()).descriptors;
    if (now <= descriptors) return;
    assert.ok(round < 200, `${now} descriptors are open, there were ${descriptors}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A client that is served from beginning to end; some are broken before. */
async function assertServesAgain(port: number): Promise<void> {
  for (let tries = 1; ; tries++) {
    using wire = new WireClient(connect({ port, host: "127.0.0.1" }));
    await wire.send(request("GET /", "Connection: close"));
    await wire.closing();
    if (/^HTTP\/1\.1 200 .*hello$/s.test(wire.text)) return;
    assert.ok(tries < MOST_TRIES, `nobody is served: ${wire.text}`);
  }
}

/** Every plan with epoll; with io_uring those of sends, which are the calls that it makes itself. */
function tried(plans: readonly string[]): (readonly [plan: string, io: NativeIo])[] {
  const withRing = ioUringFault() === null ? plans.filter((plan) => plan.startsWith("send:")) : [];
  return [
    ...plans.map((plan) => [plan, "epoll"] as const),
    ...withRing.map((plan) => [plan, "io_uring"] as const),
  ];
}

const skip = NATIVE.missing ?? differFault() ?? false;

describe("system calls of the native engine that fail", { skip, timeout: 300_000 }, () => {
  let env: Record<string, string> = {};
  let wanted: readonly string[] = [];

  function start(plan: string, io: NativeIo = "epoll"): Promise<ServerProcess> {
    return ServerProcess.start({ env: { ...env, ARMATURE_NATIVE_FAULTS: plan, ARMATURE_NATIVE_IO: io } });
  }

  before(async () => {
    env = { ENGINE: "native", ARMATURE_NATIVE_MODULE: buildFaultsModule() };
    await using server = await ServerProcess.start({ env: { ENGINE: "ts" } });
    wanted = await converseAll(server.port);
    for (const text of wanted) assert.equal(text.match(/HTTP\/1\.1 200 /g)?.length, 2 * DEPTH + 4);
  });

  for (const [plan, io] of tried(HARMLESS_PLANS))
    test(`${plan}, ${io}: all answers are those of the TypeScript engine`, async () => {
      await using server = await start(plan, io);
      await assertServesAgain(server.port);
      const { descriptors } = await server.usage();
      const heard = await converseAll(server.port);
      for (const [client, text] of heard.entries())
        assert.ok(text === wanted[client], differenceOf(text, wanted[client]));
      assert.deepEqual((await server.counters()).errors, []);
      await assertNothingLeft(server, descriptors);
    });

  for (const [plan, io] of tried(BREAKING_PLANS))
    test(`${plan}, ${io}: connections are cut behind what is right, and leave nothing behind`, async (t) => {
      await using server = await start(plan, io);
      await assertServesAgain(server.port);
      const { descriptors } = await server.usage();
      let cut = 0;
      for (let round = 0; round < ROUNDS; round++)
        for (const [client, text] of (await converseAll(server.port)).entries()) {
          assert.ok(wanted[client]?.startsWith(text), differenceOf(text, wanted[client]));
          if (text !== wanted[client]) cut++;
        }
      t.diagnostic(`${cut} of ${ROUNDS * CLIENTS} are cut`);
      assert.ok(cut > 0, "no call has failed");
      await assertServesAgain(server.port);
      await assertNothingLeft(server, descriptors);
    });

  test("a connection that cannot be watched again when its client may go on is cut, and nobody waits for it", async () => {
    // The first is the listening socket, the second the client that comes, the third the same when there is room for its requests.
    await using server = await start("add:ENOMEM@3");
    const text = await converse(server.port, conversationOf(0));
    assert.ok(wanted[0]?.startsWith(text), differenceOf(text, wanted[0]));
    assert.notEqual(text.length, wanted[0]?.length);
    await server.untilConnections(0);
  });
});

/** Where two texts part, in a few words: whole ones are too long. */
function differenceOf(text: string, wanted = ""): string {
  let at = 0;
  while (at < text.length && text[at] === wanted[at]) at++;
  const around = (of: string): string => JSON.stringify(of.slice(Math.max(0, at - 40), at + 40));
  return `at ${at} of ${text.length} and ${wanted.length}: ${around(text)} instead of ${around(wanted)}`;
}
