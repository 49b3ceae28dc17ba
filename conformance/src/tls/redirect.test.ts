import assert from "node:assert/strict";
import { connect } from "node:net";
import { describe, test } from "node:test";
import { createEngine } from "@armature/engine";
import { ArmatureError, type Exchange, type Listener, type ListenOptions } from "@armature/http";
import { CERTIFICATE } from "../engines.ts";
import { getText, head, request } from "../serve.ts";
import { WireClient } from "../wire-client.ts";
import { headerOf } from "../wire/parse-answers.ts";

const TLS = { key: CERTIFICATE.key, cert: CERTIFICATE.cert };

function echoPath(exchange: Exchange): void {
  exchange.respond(head(200), exchange.target);
}

function listen(options: ListenOptions): Promise<Listener> {
  return createEngine().listen({ port: 0, host: "127.0.0.1", ...options }, echoPath);
}

async function codeOf(options: ListenOptions): Promise<string> {
  try {
    await (await listen(options)).close({ graceMs: 0 });
    return "none";
  } catch (error) {
    assert.ok(error instanceof ArmatureError, String(error));
    return error.code;
  }
}

function portOf({ redirectAddress }: Listener): number {
  assert.ok(redirectAddress);
  assert.equal(redirectAddress.url, `http://127.0.0.1:${redirectAddress.port}`);
  return redirectAddress.port;
}

describe("a listener that redirects from HTTP", () => {
  test("sends clients to the https URL of the same host and target, whatever the method", async () => {
    const listener = await listen({ tls: TLS, redirectHttp: { port: 0 } });
    try {
      const { port } = listener.address;
      using client = new WireClient(connect(portOf(listener), "127.0.0.1"));
      await client.send(request("GET /a?b=c"));
      await client.send(`${request("POST /form", "Content-Length: 5")}hello`);
      await client.send("GET http://localhost/absolute HTTP/1.1\r\nHost: localhost\r\n\r\n");
      const answers = await client.answers(3);
      assert.deepEqual(
        answers.map((answer) => [answer.status, headerOf(answer, "location")]),
        [
          [308, `https://a:${port}/a?b=c`],
          [308, `https://a:${port}/form`],
          [308, `https://localhost:${port}/absolute`],
        ],
      );
      const location = headerOf(answers[2] as (typeof answers)[number], "location") ?? ""; // there are three
      assert.equal(await getText(location), "/absolute");
    } finally {
      await listener.close({ graceMs: 0 });
    }
  });

  test("parses strictly, and names the port that clients see", async () => {
    const listener = await listen({ tls: TLS, redirectHttp: { port: 0, toPort: 443 } });
    try {
      using client = new WireClient(connect(portOf(listener), "127.0.0.1"));
      await client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
      await client.send(request("GET /x"));
      await client.send("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
      const answers = await client.answers(3);
      assert.deepEqual(
        answers.map((answer) => [answer.status, headerOf(answer, "location")]),
        [
          [400, undefined],
          [308, "https://a/x"],
          [400, undefined],
        ],
      );
    } finally {
      await listener.close({ graceMs: 0 });
    }
  });

  test("closes with the listener", async () => {
    const listener = await listen({ tls: TLS, redirectHttp: { port: 0 } });
    const port = portOf(listener);
    await listener.close();
    const refused = await new Promise((resolve) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("error", () => resolve(true));
      socket.once("connect", () => resolve(false));
    });
    assert.equal(refused, true);
  });

  test("does not listen at all where its second port is taken", async () => {
    const other = await listen({});
    const { port } = other.address;
    assert.equal(await codeOf({ tls: TLS, redirectHttp: { port } }), "E_PORT_IN_USE");
    await other.close();
  });

  test("needs TLS, and h2c needs none", async () => {
    assert.equal(await codeOf({ redirectHttp: { port: 0 } }), "E_OPTION_CONFLICT");
    assert.equal(await codeOf({ tls: TLS, h2c: true }), "E_OPTION_CONFLICT");
  });
});
