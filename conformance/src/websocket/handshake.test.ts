import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { rawWebsocket } from "@armature/websocket";
import { armature, silentLogger } from "armature";
import { ENGINES } from "../engines.ts";
import { ServedApp } from "./harness/serve-app.ts";
import { ECHO, serveSockets } from "./harness/serve-sockets.ts";
import { closeOf, FrameClient, frameOf, HANDSHAKE } from "./harness/frame-client.ts";

type Fields = Readonly<Record<string, string>>;

const REFUSED: Readonly<Record<string, readonly [Fields, number, string?]>> = {
  "another method": [{ method: "HEAD" }, 426],
  "no upgrade": [{ upgrade: "", connection: "keep-alive" }, 426, "E_WEBSOCKET_UPGRADE"],
  "an upgrade to something else": [{ upgrade: "h2c" }, 426, "E_WEBSOCKET_UPGRADE"],
  "a connection field without upgrade": [{ connection: "keep-alive" }, 426, "E_WEBSOCKET_UPGRADE"],
  "version 8": [{ "sec-websocket-version": "8" }, 426, "E_WEBSOCKET_VERSION"],
  "no version": [{ "sec-websocket-version": "" }, 426, "E_WEBSOCKET_VERSION"],
  "no key": [{ "sec-websocket-key": "" }, 400, "E_WEBSOCKET_KEY"],
  "a key of 15 bytes": [{ "sec-websocket-key": "dGhlIHNhbXBsZSBub24=" }, 400, "E_WEBSOCKET_KEY"],
  "the page of another host": [{ origin: "http://evil.example" }, 403, "E_WEBSOCKET_ORIGIN"],
  "a page without an origin": [{ origin: "null" }, 403, "E_WEBSOCKET_ORIGIN"],
};

for (const subject of ENGINES) {
  describe(`the handshake on ${subject.name}`, { skip: subject.missing ?? false }, () => {
    for (const [name, [fields, status, code]] of Object.entries(REFUSED)) {
      test(`${name} is answered ${status}`, async () => {
        await using served = await serveSockets(subject);
        using client = await FrameClient.open(served, "/ws", {
          ...fields,
          connection: fields["connection"] ?? "Upgrade",
        });
        assert.match(client.head, new RegExp(`^HTTP/1\\.1 ${status} `));
        if (status === 426) assert.match(client.head, /\r\nupgrade: websocket/i);
        if (code === "E_WEBSOCKET_VERSION") assert.match(client.head, /\r\nsec-websocket-version: 13/i);
        if (code !== undefined)
          assert.equal((JSON.parse(await client.body()) as { code: string }).code, code);
      });
    }

    test("the answer is the one of RFC 6455, 1.3", async () => {
      await using served = await serveSockets(subject);
      using client = await FrameClient.open(served);
      assert.match(client.head, /^HTTP\/1\.1 101 Switching Protocols\r\n/);
      assert.match(client.head, /\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=/i);
      assert.doesNotMatch(client.head, /sec-websocket-(?:extensions|protocol)/i);
    });

    test("frames that come with it are read", async () => {
      await using served = await serveSockets(subject);
      using wire = await served.connect();
      const lines = Object.entries({ host: served.host, ...HANDSHAKE }).map(
        ([name, value]) => `${name}: ${value}`,
      );
      const head = Buffer.from(["GET /ws HTTP/1.1", ...lines, "", ""].join("\r\n"));
      await wire.send(Buffer.concat([head, frameOf({ payload: "first" }), closeOf(1000)]));
      await wire.closing();
      assert.ok(wire.text.endsWith("\r\n\r\n\x81\x05first\x88\x02\x03\xe8"), wire.text);
    });

    test("field values are read as lists, whatever their case", async () => {
      await using served = await serveSockets(subject);
      using client = await FrameClient.open(served, "/ws", {
        upgrade: "WebSocket",
        connection: "keep-alive, UPGRADE",
      });
      assert.match(client.head, /^HTTP\/1\.1 101 /);
    });

    test("pages of the same host may connect, and those that are named", async () => {
      await using served = await serveSockets(subject);
      using same = await FrameClient.open(served, "/ws", { origin: served.url });
      assert.match(same.head, /^HTTP\/1\.1 101 /);
      await using named = await serveSockets(subject, { origins: ["https://app.example"] });
      using listed = await FrameClient.open(named, "/ws", { origin: "https://app.example" });
      assert.match(listed.head, /^HTTP\/1\.1 101 /);
      using other = await FrameClient.open(named, "/ws", { origin: named.url });
      assert.match(other.head, /^HTTP\/1\.1 403 /);
    });

    test("the first subprotocol of the server that the client offers is chosen", async () => {
      await using served = await serveSockets(subject, { protocols: ["v2", "v1"] });
      using both = await FrameClient.open(served, "/ws", { "sec-websocket-protocol": "v1, v2" });
      assert.match(both.head, /\r\nsec-websocket-protocol: v2/i);
      using none = await FrameClient.open(served, "/ws", { "sec-websocket-protocol": "v3" });
      assert.doesNotMatch(none.head, /sec-websocket-protocol/i);
    });

    test("middleware, guards and schemas stand in front of it", async () => {
      let guarded = 0;
      const app = armature().route(
        rawWebsocket(
          "/rooms/:id(int)",
          { guards: [({ request }) => ++guarded > 0 && request.query["token"] === "good"] },
          { open: (socket) => void socket.send(`room ${socket.context.params.id + 1}`) },
        ),
      );
      await using served = await ServedApp.start(subject, app);
      using refused = await FrameClient.open(served, "/rooms/7?token=bad");
      assert.match(refused.head, /^HTTP\/1\.1 403 /);
      using unknown = await FrameClient.open(served, "/rooms/x?token=good");
      assert.match(unknown.head, /^HTTP\/1\.1 404 /);
      using taken = await FrameClient.open(served, "/rooms/7?token=good");
      assert.equal((await taken.framesUntil(1))[0]?.payload.toString(), "room 8");
      assert.equal(guarded, 2);
    });

    test("caps are told with 503 and 429, and hold only while sockets are open", async () => {
      await using served = await serveSockets(subject, { limits: { maxSockets: 1 } });
      {
        using _first = await FrameClient.open(served);
        using second = await FrameClient.open(served);
        assert.match(second.head, /^HTTP\/1\.1 503 [^]*retry-after: 1/i);
        assert.match(await second.body(), /E_WEBSOCKET_FULL/);
      }
      let head = "";
      while (!head.startsWith("HTTP/1.1 101")) {
        using again = await FrameClient.open(served);
        ({ head } = again);
      }
      await using each = await serveSockets(subject, { limits: { maxSocketsPerAddress: 1 } });
      using _one = await FrameClient.open(each);
      using two = await FrameClient.open(each);
      assert.match(two.head, /^HTTP\/1\.1 429 /);
      assert.match(await two.body(), /E_WEBSOCKET_ADDRESS_FULL/);
      await using hasty = await serveSockets(subject, { limits: { maxHandshakesPerSecond: 1 } });
      const heads = await Promise.all(
        [1, 2, 3].map(async () => {
          using client = await FrameClient.open(hasty);
          return client.head;
        }),
      );
      assert.ok(heads.some((text) => text.startsWith("HTTP/1.1 429 ")));
    });
  });
}

test("without a socket an endpoint answers 501", async () => {
  await using app = armature({ logger: silentLogger }).route(rawWebsocket("/ws", {}, ECHO));
  const fields = {
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  };
  const answer = await app.fetch(
    new Request("http://a/ws", { headers: { ...fields, connection: "upgrade" } }),
  );
  assert.ok(answer.status === 501 || answer.status === 426);
});

test("a wrong option is told when the endpoint is declared", () => {
  assert.throws(() => rawWebsocket("/ws", { limits: { maxMessageBytes: 0 } }, ECHO), {
    code: "E_WEBSOCKET_LIMIT",
  });
  assert.throws(() => rawWebsocket("/ws", { protocols: ["a b"] }, ECHO), { code: "E_WEBSOCKET_OPTION" });
  assert.throws(() => rawWebsocket("/ws", { origins: ["example.com"] }, ECHO), {
    code: "E_WEBSOCKET_OPTION",
  });
});
