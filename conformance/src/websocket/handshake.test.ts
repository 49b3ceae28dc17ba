import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { rawWebsocket } from "@armature/websocket";
import { armature, silentLogger } from "armature";
import { ENGINES } from "../engines.ts";
import { ServedApp } from "./harness/serve-app.ts";
import { ECHO, serveSockets } from "./harness/serve-sockets.ts";
import { closeOf, FrameClient, frameOf, HANDSHAKE, type HandshakeFields } from "./harness/frame-client.ts";

const KEY = "dGhlIHNhbXBsZSBub25jZQ==";

const REFUSED: Readonly<Record<string, readonly [HandshakeFields, number, string?]>> = {
  "another method": [{ method: "HEAD" }, 426],
  "a method that the path has not": [{ method: "POST", "content-length": "0" }, 405],
  "no upgrade": [{ upgrade: "", connection: "keep-alive" }, 426, "E_WEBSOCKET_UPGRADE"],
  "an upgrade to something else": [{ upgrade: "h2c" }, 426, "E_WEBSOCKET_UPGRADE"],
  "an upgrade to something that sounds like it": [{ upgrade: "websockets" }, 426, "E_WEBSOCKET_UPGRADE"],
  "a connection field without upgrade": [{ connection: "keep-alive" }, 426, "E_WEBSOCKET_UPGRADE"],
  "a connection field with what sounds like it": [
    { connection: "upgrades, x-upgrade" },
    426,
    "E_WEBSOCKET_UPGRADE",
  ],
  "no connection field": [{ connection: "" }, 426, "E_WEBSOCKET_UPGRADE"],
  "no version": [{ "sec-websocket-version": "" }, 426, "E_WEBSOCKET_VERSION"],
  ...Object.fromEntries(
    ["0", "8", "12", "14", "013", "13.0", "13, 8", "thirteen"].map((version) => [
      `version ${version}`,
      [{ "sec-websocket-version": version }, 426, "E_WEBSOCKET_VERSION"],
    ]),
  ),
  "two lines of versions": [{ "sec-websocket-version": ["13", "13"] }, 426, "E_WEBSOCKET_VERSION"],
  "no key": [{ "sec-websocket-key": "" }, 400, "E_WEBSOCKET_KEY"],
  "a key of 15 bytes": [{ "sec-websocket-key": "dGhlIHNhbXBsZSBub24=" }, 400, "E_WEBSOCKET_KEY"],
  "a key of 17 bytes": [{ "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZTE=" }, 400, "E_WEBSOCKET_KEY"],
  "a key without its end": [{ "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ" }, 400, "E_WEBSOCKET_KEY"],
  "a key with bits behind its bytes": [
    { "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZR==" },
    400,
    "E_WEBSOCKET_KEY",
  ],
  "a key that is not base64": [{ "sec-websocket-key": "dGhlIHNhbXBsZSBub25j!Q==" }, 400, "E_WEBSOCKET_KEY"],
  "two keys": [{ "sec-websocket-key": [KEY, KEY] }, 400, "E_WEBSOCKET_KEY"],
  "the page of another host": [{ origin: "http://evil.example" }, 403, "E_WEBSOCKET_ORIGIN"],
  "the page of another port": [{ origin: "http://127.0.0.1:1" }, 403, "E_WEBSOCKET_ORIGIN"],
  "a page without an origin": [{ origin: "null" }, 403, "E_WEBSOCKET_ORIGIN"],
  "an origin that is none": [{ origin: "127.0.0.1" }, 403, "E_WEBSOCKET_ORIGIN"],
  "two origins": [{ origin: ["http://a", "http://b"] }, 403, "E_WEBSOCKET_ORIGIN"],
};

const TAKEN: Readonly<Record<string, HandshakeFields>> = {
  "lists, whatever their case": { upgrade: "h2c, WebSocket", connection: "keep-alive, UPGRADE" },
  "lists on several lines": { upgrade: ["h2c", "websocket"], connection: ["keep-alive", "Upgrade"] },
  "lists with empty parts": { upgrade: ", websocket,", connection: ",, upgrade ,keep-alive" },
  "field names in capitals": { "sec-websocket-key": "", "SEC-WEBSOCKET-KEY": KEY },
  "spaces around values": { "sec-websocket-key": `  ${KEY}\t`, "sec-websocket-version": " 13  " },
  "a subprotocol that nobody knows": { "sec-websocket-protocol": "unknown" },
  "an extension that nobody knows": { "sec-websocket-extensions": "x-unknown; a=1, mux" },
  "a program that sends no origin": { origin: "" },
};

/** Offers of permessage-deflate, and what is agreed on with a server that keeps contexts, in the place of the field. */
const NEGOTIATED: readonly (readonly [offer: string | readonly string[], answer: string | null])[] = [
  ["permessage-deflate", "permessage-deflate"],
  ["permessage-deflate; client_max_window_bits", "permessage-deflate"],
  ["permessage-deflate; server_no_context_takeover", "permessage-deflate; server_no_context_takeover"],
  ["permessage-deflate; client_no_context_takeover", "permessage-deflate; client_no_context_takeover"],
  [
    "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
    "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
  ],
  ...[9, 10, 11, 12, 13, 14, 15].map(
    (bits) =>
      [
        `permessage-deflate; server_max_window_bits=${bits}`,
        `permessage-deflate; server_max_window_bits=${bits}`,
      ] as const,
  ),
  ...[8, 9, 15].map(
    (bits) => [`permessage-deflate; client_max_window_bits=${bits}`, "permessage-deflate"] as const,
  ),
  ['permessage-deflate; server_max_window_bits="10"', "permessage-deflate; server_max_window_bits=10"],
  ["permessage-deflate; server_max_window_bits=8", null],
  ["permessage-deflate; server_max_window_bits=8, permessage-deflate", "permessage-deflate"],
  [["permessage-deflate; server_max_window_bits=8", "permessage-deflate"], "permessage-deflate"],
  [
    "x-other, permessage-deflate; server_no_context_takeover",
    "permessage-deflate; server_no_context_takeover",
  ],
  ["permessage-deflate; unknown", null],
  ["permessage-deflate; unknown=1, permessage-deflate", "permessage-deflate"],
  ["permessage-deflate; client_max_window_bits; client_max_window_bits=10", null],
  ["permessage-deflate; server_max_window_bits=10; server_max_window_bits=10", null],
  ["permessage-deflate; server_no_context_takeover; server_no_context_takeover", null],
  ["permessage-deflate; server_no_context_takeover=true", null],
  ["permessage-deflate; server_max_window_bits", null],
  ...["7", "16", "09", "+9", "a", '"'].map(
    (bits) => [`permessage-deflate; server_max_window_bits=${bits}`, null] as const,
  ),
  ["permessage-deflate; client_max_window_bits=7", null],
  ["x-webkit-deflate-frame", null],
  ["permessage_deflate", null],
  [";;,,;", null],
];

/** What a head says of a field; `null` where it has none. */
function valueOf(head: string, name: string): string | null {
  return new RegExp(`\\r\\n${name}: ([^\\r]*)`, "i").exec(head)?.[1] ?? null;
}

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

    test("what is meant is taken", async () => {
      await using served = await serveSockets(subject);
      for (const [name, fields] of Object.entries(TAKEN)) {
        using client = await FrameClient.open(served, "/ws", fields);
        assert.match(client.head, /^HTTP\/1\.1 101 /, name);
        assert.equal(valueOf(client.head, "sec-websocket-protocol"), null);
        assert.equal(valueOf(client.head, "sec-websocket-extensions"), null);
      }
    });

    test("HTTP/1.0 has no upgrades, and there is no way without a host", async () => {
      await using served = await serveSockets(subject);
      const lines = Object.entries(HANDSHAKE).map(([name, value]) => `${name}: ${value}`);
      for (const [head, answer] of [
        [["GET /ws HTTP/1.0", `host: ${served.host}`, ...lines], /^HTTP\/1\.[01] 426 /],
        [["GET /ws HTTP/1.1", ...lines], /^HTTP\/1\.1 400 /],
      ] as const) {
        using wire = await served.connect();
        await wire.send([...head, "", ""].join("\r\n"));
        await wire.answers(1);
        assert.match(wire.text, answer);
      }
    });

    test("a request with a body is no handshake", async () => {
      await using served = await serveSockets(subject);
      for (const fields of [{ "content-length": "3" }, { "transfer-encoding": "chunked" }]) {
        using client = await FrameClient.open(served, "/ws", fields);
        assert.match(client.head, /^HTTP\/1\.1 400 /);
      }
      assert.deepEqual(served.log.errorMessages(), []);
    });

    test("one that is refused can be tried again on the same connection", async () => {
      await using served = await serveSockets(subject);
      using wire = await served.connect();
      const fields = Object.entries({ host: served.host, ...HANDSHAKE });
      const head = (version: string): string =>
        ["GET /ws HTTP/1.1", ...fields.map(([name, value]) => `${name}: ${value}`), "", ""]
          .join("\r\n")
          .replace("version: 13", `version: ${version}`);
      await wire.send(head("8"));
      await wire.answers(1);
      assert.match(wire.text, /^HTTP\/1\.1 426 /);
      await wire.send(head("13"));
      await wire.until(() => wire.text.includes("HTTP/1.1 101 "));
      assert.match(wire.text, /HTTP\/1\.1 101 /);
    });

    for (const contextTakeover of [true, false])
      test(`permessage-deflate is agreed on as offered, ${contextTakeover ? "with" : "without"} contexts`, async () => {
        await using served = await serveSockets(subject, {
          compression: { thresholdBytes: 1, contextTakeover },
        });
        for (const [offer, answer] of NEGOTIATED) {
          using client = await FrameClient.open(served, "/ws", { "sec-websocket-extensions": offer });
          assert.match(client.head, /^HTTP\/1\.1 101 /, String(offer));
          const agreed = valueOf(client.head, "sec-websocket-extensions");
          if (contextTakeover || answer === null) assert.equal(agreed, answer, String(offer));
          else assert.match(agreed ?? "", /; server_no_context_takeover; client_no_context_takeover/);
          client.send(frameOf({ payload: "x".repeat(100) }), closeOf(1000));
          const [message, goodbye] = await client.notes();
          assert.match(message ?? "", answer === null ? /^text x{100}$/ : /^text\* /);
          assert.equal(goodbye, "close 1000");
        }
      });

    test("no extension is agreed on where compression is off", async () => {
      await using served = await serveSockets(subject);
      for (const offer of ["permessage-deflate", "permessage-deflate; client_max_window_bits"]) {
        using client = await FrameClient.open(served, "/ws", { "sec-websocket-extensions": offer });
        assert.equal(valueOf(client.head, "sec-websocket-extensions"), null);
      }
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
      await using chosen = await serveSockets(subject, { origins: (origin) => origin.endsWith(".example") });
      await using any = await serveSockets(subject, { origins: "any" });
      for (const [to, origin, status] of [
        [chosen, "https://a.example", 101],
        [chosen, "https://a.example.org", 403],
        [any, "https://a.example.org", 101],
        [any, "null", 101],
      ] as const) {
        using client = await FrameClient.open(to, "/ws", { origin });
        assert.match(client.head, new RegExp(`^HTTP/1\\.1 ${status} `));
      }
    });

    test("the first subprotocol of the server that the client offers is chosen", async () => {
      await using served = await serveSockets(subject, { protocols: ["v2", "v1"] });
      const offers: readonly (readonly [string | readonly string[], string | null])[] = [
        ["v1", "v1"],
        ["v1, v2", "v2"],
        [["v1", "v2"], "v2"],
        ["v3 , v1,", "v1"],
        ["v3", null],
        ["V1", null],
        [",", null],
        ["", null],
      ];
      for (const [offer, chosen] of offers) {
        using client = await FrameClient.open(served, "/ws", { "sec-websocket-protocol": offer });
        assert.equal(valueOf(client.head, "sec-websocket-protocol"), chosen, String(offer));
      }
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
