import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { rawWebsocket, type RawSocket } from "@armature/websocket";
import { createApp, defineModule, get, post, silentLogger } from "armature";
import { staticFiles } from "armature/static";
import { Chromium, hasChromium } from "../client/browser/chromium.ts";
import { Handover } from "../serve.ts";

const CLIENT = fileURLToPath(new URL(".", import.meta.resolve("@armature/websocket/client")));

/** A path is enough for a page; the heartbeat is quick, so that it is seen. */
const PAGE = `<!doctype html>
<title>socket</title>
<script type="module">
  import { connect } from "/client/client.js";
  const states = [];
  const client = connect("/socket", { minBackoffMs: 20, heartbeatMs: 30 });
  client.onState((state) => states.push(state));
  const first = await client.request("double", 21);
  const told = [];
  client.on("told", (data) => told.push(data));
  client.keep("here", "Ada");
  await client.request("double", 1);
  client.send("break", null);
  const second = await client.request("double", 4, { resend: true });
  const results = { first, second, told, states: [...new Set(states)] };
  client.send("finish", null);
  results.closed = await client.closed;
  await fetch("/results", { method: "POST", body: JSON.stringify(results) });
</script>
`;

/** Why the test cannot run here; in CI it must. */
function reasonToSkip(): string | false {
  if (hasChromium()) return false;
  assert.notEqual(process.env["CI"], "true", "chromium is needed in CI; install it");
  return "chromium is not installed";
}

/** What the server does with a packet; it breaks the connection when it is asked to, and knows who comes back. */
function receive(socket: RawSocket, packet: Readonly<Record<string, unknown>>): unknown {
  const { event, data, id, ping } = packet;
  const send = (answer: object): unknown => socket.send(JSON.stringify(answer));
  if (event === "double") return send({ ack: id, data: Number(data) * 2 });
  if (event === "break") return socket.terminate();
  if (event === "finish") return socket.close(4000, "finished");
  if (event === "here") return send({ event: "told", data });
  return send({ pong: ping });
}

test(
  "the built client runs in a browser as it is, and comes back",
  { skip: reasonToSkip(), timeout: 120_000 },
  async () => {
    const results = new Handover<unknown>();
    const sockets = rawWebsocket(
      "/socket",
      {},
      {
        // Clients send JSON objects.
        message: (socket, text) => receive(socket, JSON.parse(String(text)) as Record<string, unknown>),
      },
    );
    const routes = [
      sockets,
      get("/", ({ reply }) => reply.html(PAGE)),
      get("/client/*path", staticFiles(CLIENT)),
      post("/results", async ({ body }) => results.give(JSON.parse(await body.text()))),
    ];
    await using app = await createApp(defineModule({ routes }), { logger: silentLogger });
    const { url } = await app.listen({ port: 0, signals: false });
    await using chromium = new Chromium(url);
    assert.deepEqual(await Promise.race([results.taken, chromium.ended()]), {
      first: 42,
      second: 8,
      told: ["Ada", "Ada"],
      states: ["open", "waiting", "connecting"],
      closed: { code: 4000, reason: "finished" },
    });
    await app.close({ graceMs: 0, lingerMs: 0 });
  },
);
