import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { defineMessages, Gateway, rawWebsocket, websocket } from "@armature/websocket";
import {
  armature,
  defineModule,
  securityHeaders,
  type Guard,
  type Middleware,
  type ModuleRef,
} from "armature";
import { ENGINES } from "../engines.ts";
import { closeOf, FrameClient } from "./harness/frame-client.ts";
import { ServedApp } from "./harness/serve-app.ts";

const messages = defineMessages({ fromClient: {}, fromServer: {} });

/** Sets what a 101 can carry, and what it cannot. */
const setFields: Middleware = (context, next) => {
  context.setHeader("X-Tenant", "first");
  context.setHeader("X-Tenant", "second");
  context.setCookie("session", "1", { httpOnly: true });
  context.addHeader("set-cookie", "seen=yes");
  for (const name of ["Connection", "Upgrade", "Content-Length", "Content-Type", "Transfer-Encoding"])
    context.setHeader(name, "7");
  for (const name of ["accept", "extensions", "protocol"])
    context.setHeader(`Sec-WebSocket-${name}`, "middleware");
  return next(context);
};

const setGuarded: Guard = (context) => {
  context.setHeader("x-guarded", "yes");
  return true;
};

const OPTIONS = { protocols: ["v2", "v1"], guards: [setGuarded] } as const;

function gatewayClass(): ModuleRef {
  @Gateway("/ws", { ...OPTIONS, messages })
  class Deaf {}
  return defineModule({ name: "Deaf", controllers: [Deaf] });
}

/** Every spelling of an endpoint. */
const ENDPOINTS: Readonly<Record<string, () => ModuleRef>> = {
  "texts and bytes": () => defineModule({ routes: [rawWebsocket("/ws", OPTIONS, {})] }),
  "a gateway as a function": () =>
    defineModule({ routes: [websocket("/ws", { ...OPTIONS, messages }, { on: {} })] }),
  "a gateway as a class": gatewayClass,
};

/** The values of a field, in the lines of a head. */
function valuesOf(head: string, name: string): string[] {
  return head.split("\r\n").flatMap((line) => {
    const [start, value] = line.split(/: (.*)/);
    return start?.toLowerCase() === name && value !== undefined ? [value] : [];
  });
}

for (const subject of ENGINES)
  describe(`the fields of a 101 on ${subject.name}`, { skip: subject.missing ?? false }, () => {
    for (const [spelling, endpoint] of Object.entries(ENDPOINTS))
      test(`are those that stages set, beside those of the endpoint: ${spelling}`, async () => {
        const app = armature().use(setFields).use(securityHeaders()).module(endpoint());
        await using served = await ServedApp.start(subject, app);
        using client = await FrameClient.open(served, "/ws", { "sec-websocket-protocol": "v1, v2" });
        assert.match(client.head, /^HTTP\/1\.1 101 Switching Protocols\r\n/);
        const expected = {
          "x-tenant": ["second"],
          "x-guarded": ["yes"],
          "x-content-type-options": ["nosniff"],
          upgrade: ["websocket"],
          connection: ["Upgrade"],
          "sec-websocket-accept": ["s3pPLMBiTxaQ9kYGzzhZRbK+xOo="],
          "sec-websocket-protocol": ["v2"],
          "sec-websocket-extensions": [],
          "content-length": [],
          "content-type": [],
          "transfer-encoding": [],
        };
        for (const [name, values] of Object.entries(expected))
          assert.deepEqual(valuesOf(client.head, name), values, name);
        const [session, ...cookies] = valuesOf(client.head, "set-cookie");
        assert.match(session ?? "", /^session=1; .*httponly/i);
        assert.deepEqual(cookies, ["seen=yes"]);
        assert.equal(valuesOf(client.head, "date").length, 1);
        client.send(closeOf(1000));
        assert.deepEqual(await client.notes(), ["close 1000"]);
        assert.deepEqual(served.log.errorMessages(), []);
      });

    test("have the id of the request, where answers carry it", async () => {
      const app = armature({ requestId: true }).route(rawWebsocket("/ws", {}, {}));
      await using served = await ServedApp.start(subject, app);
      using client = await FrameClient.open(served);
      assert.equal(valuesOf(client.head, "x-request-id").length, 1);
    });

    test("are not sent where one of them cannot be, which is an error of the application", async () => {
      let opened = 0;
      const app = armature()
        .use((context, next) => {
          context.setHeader("x-bad", "a\r\nb: c");
          return next(context);
        })
        .route(rawWebsocket("/ws", {}, { open: () => void opened++ }));
      await using served = await ServedApp.start(subject, app);
      using client = await FrameClient.open(served);
      assert.match(client.head, /^HTTP\/1\.1 500 /);
      assert.doesNotMatch(client.head, /\r\nb: c/);
      assert.equal(opened, 0);
      assert.equal(served.log.errorCodes()[0], "E_HEADER_VALUE_INVALID");
    });
  });
