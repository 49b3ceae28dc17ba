import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Gateway, Rooms, websocket } from "@armature/websocket";
import { ENGINES } from "../engines.ts";
import { eventually } from "../serve.ts";
import { messages, serveChat, SPELLINGS } from "./harness/chat.ts";

interface Answer {
  readonly ack?: number;
  readonly data?: unknown;
  readonly error?: { readonly code: string; readonly message: string; readonly event?: string };
}

const SUBJECTS = ENGINES.flatMap((subject) =>
  Object.entries(SPELLINGS).map(([spelling, make]) => ({ subject, spelling, make })),
);

for (const { subject, spelling, make } of SUBJECTS) {
  describe(`${spelling} on ${subject.name}`, { skip: subject.missing ?? false }, () => {
    test("answers events that have a reply", async () => {
      await using served = await serveChat(subject, make);
      using client = await served.join();
      assert.deepEqual(await client.ask({ event: "add", data: [1, 2, 3], id: 7 }), { ack: 7, data: 6 });
    });

    test("says what is wrong with a message, and lives on", async () => {
      await using served = await serveChat(subject, make);
      using client = await served.join();
      const errorOf = async (packet: unknown): Promise<Answer["error"]> =>
        ((await client.ask(packet)) as Answer).error;
      assert.partialDeepStrictEqual(await errorOf({ event: "say", data: { text: "" } }), {
        code: "E_MESSAGE_INVALID",
        event: "say",
      });
      assert.match(
        (await errorOf({ event: "add", data: ["1"], id: 1 }))?.message ?? "",
        /"add" is wrong: \/0: /,
      );
      assert.partialDeepStrictEqual(await errorOf({ event: "shout", data: 1 }), {
        code: "E_MESSAGE_UNKNOWN",
      });
      assert.partialDeepStrictEqual(await errorOf({ event: "toString", id: 1 }), {
        code: "E_MESSAGE_UNKNOWN",
      });
      assert.partialDeepStrictEqual(await errorOf([]), { code: "E_MESSAGE_MALFORMED" });
      assert.partialDeepStrictEqual(await errorOf({ session: "x", rooms: [] }), {
        code: "E_MESSAGE_MALFORMED",
      });
      assert.partialDeepStrictEqual(await errorOf({ event: "fail", data: "http", id: 2 }), {
        code: "E_NOT_FOUND",
        message: "There is no such thing.",
      });
      assert.deepEqual(served.log.errorMessages(), []);
      for (const data of ["error", "later"])
        assert.deepEqual(await errorOf({ event: "fail", data, id: 3 }), {
          code: "E_INTERNAL",
          message: "Something went wrong inside.",
        });
      assert.deepEqual(served.log.errorMessages(), ["a secret", "a secret"]);
      assert.deepEqual(await client.ask({ event: "add", data: [1], id: 9 }), { ack: 9, data: 1 });
    });

    test("asks its clients, and checks what they answer", async () => {
      await using served = await serveChat(subject, make);
      using client = await served.join();
      const answers: readonly [object, string][] = [
        [{ data: 42 }, "age 42"],
        [{ data: "old" }, "E_ACK_INVALID"],
        [{ error: { code: "E_NO", message: "no" } }, "E_ACK_REFUSED"],
      ];
      for (const [answer, expected] of answers) {
        const asked = (await client.ask({ event: "askMe", data: 60_000, id: 1 })) as { id: number };
        assert.partialDeepStrictEqual(asked, { event: "age", data: null });
        assert.deepEqual(await client.ask({ ack: asked.id, ...answer }), { ack: 1, data: expected });
      }
      client.packets.length = 0;
      client.send({ event: "askMe", data: 20, id: 2 });
      await client.until(() => client.packets.includes('{"ack":2,"data":"E_ACK_TIMEOUT"}'));
    });

    test("speaks to rooms, which sockets are in until they leave or close", async () => {
      await using served = await serveChat(subject, make);
      using ada = await served.join();
      using bob = await served.join();
      using eve = await served.join();
      assert.equal(served.rooms.membersOf("lobby").size, 3);
      eve.send({ event: "leave", data: null });
      await eventually(() => served.rooms.membersOf("lobby").size === 2);
      ada.send({ event: "say", data: { text: "hello" } });
      await bob.until(() => bob.packets.length === 1);
      assert.match(
        bob.packets[0] ?? "",
        /^\{"event":"said","data":\{"by":"[-0-9a-f]{36}","text":"hello"\}\}$/,
      );
      ada.socket.close(4000);
      await bob.until(() => bob.packets.length === 2);
      assert.deepEqual(JSON.parse(bob.packets[1] ?? ""), {
        event: "left",
        data: { rooms: ["lobby"], code: 4000 },
      });
      assert.deepEqual([ada.packets, eve.packets], [[], []]);
      bob.socket.terminate();
      await eventually(() => served.rooms.names.length === 0);
    });

    test("closes sockets that send bytes", async () => {
      await using served = await serveChat(subject, make);
      using client = await served.join();
      client.socket.send(Buffer.from("a"));
      assert.equal(await client.closing(), 1003);
    });
  });
}

describe("a gateway that does not fit its messages is refused when it is declared", () => {
  test("as a function", () => {
    const handlers = { on: { say: () => {} } };
    // @ts-expect-error: most events have no handler
    assert.throws(() => websocket("/chat", { messages }, handlers), { code: "E_GATEWAY_EVENT" });
  });

  test("as a class", () => {
    const decorate = Gateway("/chat", { messages, rooms: new Rooms() });
    class Deaf {}
    const context = { kind: "class", name: "Deaf", metadata: {} } as ClassDecoratorContext<typeof Deaf>;
    assert.throws(() => decorate(Deaf, context), {
      code: "E_GATEWAY_EVENT",
      message: /Deaf does not fit its messages: it does not handle "say"/,
    });
  });
});
