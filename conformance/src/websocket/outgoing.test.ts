import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { defineMessages, Gateway, On, Rooms, websocket, type Socket } from "@armature/websocket";
import { armature, defineModule, silentLogger, type AppBuilder } from "armature";
import { z } from "zod";
import { PATIENT } from "../engines.ts";
import { PacketClient } from "./harness/packet-client.ts";

const User = z.object({ name: z.string().min(2), age: z.string().transform(Number) });

const messages = defineMessages({
  fromClient: {
    tell: z.unknown(),
    say: z.unknown(),
    reply: { data: z.unknown(), reply: User },
    later: { data: z.unknown(), reply: User },
  },
  fromServer: { user: User, nothing: z.undefined() },
});
type UserSocket = Socket<typeof messages>;
type UserRooms = Rooms<(typeof messages)["fromServer"]>;
/** What clients have sent is sent on: the compiler is told that it fits, as a database is believed. */
type UserData = z.input<typeof User>;

/** A gateway that sends on what it is sent, and what its hook was told. */
interface Made {
  readonly app: AppBuilder<unknown>;
  readonly errors: unknown[];
}

function asFunction(rooms: UserRooms, checkMessages?: boolean): Made {
  const errors: unknown[] = [];
  const options = { messages, rooms, ...(checkMessages === undefined ? {} : { checkMessages }) };
  const app = armature({ logger: silentLogger, limits: PATIENT }).route(
    websocket("/users", options, {
      open: (socket) => void socket.join("all"),
      on: {
        tell: (data, socket) => void socket.send("user", data as UserData),
        say: (data) => rooms.to("all").emit("user", data as UserData),
        reply: (data) => data as UserData,
        later: async (data) => await Promise.resolve(data as UserData),
      },
      error: (error) => void errors.push((error as { code: string }).code),
    }),
  );
  return { app, errors };
}

function asClass(rooms: UserRooms, checkMessages?: boolean): Made {
  const errors: unknown[] = [];
  const options = { messages, rooms, ...(checkMessages === undefined ? {} : { checkMessages }) };
  @Gateway("/users", options)
  class UserGateway {
    onOpen(socket: UserSocket): void {
      socket.join("all");
    }

    @On(messages, "tell")
    tell(data: unknown, socket: UserSocket): void {
      socket.send("user", data as UserData);
    }

    @On(messages, "say")
    say(data: unknown): void {
      rooms.to("all").emit("user", data as UserData);
    }

    @On(messages, "reply")
    reply(data: unknown): UserData {
      return data as UserData;
    }

    @On(messages, "later")
    async later(data: unknown): Promise<UserData> {
      return await Promise.resolve(data as UserData);
    }

    onError(error: unknown): void {
      errors.push((error as { code: string }).code);
    }
  }
  const module = defineModule({ name: "Users", controllers: [UserGateway] });
  return { app: armature({ logger: silentLogger, limits: PATIENT }).module(module), errors };
}

/** Serves a gateway, with a client that asks and one that listens. */
async function serve({ app, errors }: Made) {
  const { url } = await app.listen({ port: 0, signals: false });
  const socketUrl = `${url.replace("http", "ws")}/users`;
  const client = await PacketClient.open(socketUrl);
  const listener = await PacketClient.open(socketUrl);
  return {
    client,
    listener,
    errors,
    [Symbol.asyncDispose]: async () => void (await app.close({ graceMs: 0 })),
  };
}

const ADA = { name: "Ada", age: "36", password: "secret" };
const SENT = { name: "Ada", age: "36" };
const FAILED = { code: "E_INTERNAL", message: "Something went wrong inside." };

for (const [spelling, make] of Object.entries({ "a function": asFunction, "a class": asClass }))
  describe(`what a gateway sends that is ${spelling}`, () => {
    for (const checkMessages of [true, false])
      test(`is what the schema declares, as the schema takes it (checkMessages: ${checkMessages})`, async () => {
        await using served = await serve(make(new Rooms(), checkMessages));
        const { client, listener } = served;
        assert.deepEqual(await client.ask({ event: "tell", data: ADA }), { event: "user", data: SENT });
        client.send({ event: "say", data: ADA });
        await listener.until(() => listener.packets.length === 1);
        assert.deepEqual(listener.packets, [JSON.stringify({ event: "user", data: SENT })]);
        await client.until(() => client.packets.length === 2);
        for (const [id, event] of ["reply", "later"].entries())
          assert.deepEqual(await client.ask({ event, data: ADA, id }), { ack: id, data: SENT });
      });

    test("is nothing where it breaks its schema: the hook is told, and the socket lives on", async () => {
      await using served = await serve(make(new Rooms(), true));
      const { client, listener, errors } = served;
      const bad = { name: "A", age: "36" };
      for (const event of ["tell", "say"])
        assert.deepEqual(await client.ask({ event, data: bad }), { error: { ...FAILED, event } });
      for (const [id, event] of ["reply", "later"].entries())
        assert.deepEqual(await client.ask({ event, data: bad, id }), { ack: id, error: FAILED });
      assert.deepEqual(
        errors,
        Array.from({ length: 4 }, () => "E_MESSAGE_OUTGOING"),
      );
      assert.deepEqual(await client.ask({ event: "reply", data: ADA, id: 9 }), { ack: 9, data: SENT });
      assert.deepEqual(listener.packets, []);
    });

    test("is of the declared kind also where it is not checked in full", async () => {
      await using served = await serve(make(new Rooms(), false));
      const { client, errors } = served;
      const short = { name: "A", age: "36" };
      assert.deepEqual(await client.ask({ event: "tell", data: short }), { event: "user", data: short });
      const bad = { name: { secret: true }, age: "36" };
      assert.deepEqual(await client.ask({ event: "tell", data: bad }), {
        error: { ...FAILED, event: "tell" },
      });
      assert.deepEqual(errors, ["E_MESSAGE_OUTGOING"]);
    });
  });

describe("rooms", () => {
  test("say nothing to anybody, here or elsewhere, that breaks its schema", () => {
    const published: string[] = [];
    const bus = { start: () => {}, publish: (text: string) => void published.push(text), close: () => {} };
    const rooms: UserRooms = new Rooms({ bus });
    asFunction(rooms, true);
    const heard: unknown[] = [];
    rooms.join({ id: "1", send: ({ json }) => void heard.push(json) }, "all");
    assert.throws(() => rooms.to("all").emit("user", { name: "A", age: "1" }), {
      code: "E_MESSAGE_OUTGOING",
    });
    assert.deepEqual([heard, published], [[], []]);
    rooms.to("all").emit("nothing", undefined);
    rooms.to("all").emit("user", SENT);
    assert.deepEqual(heard, [undefined, JSON.stringify(SENT)]);
  });

  test("have one schema for an event", () => {
    const rooms: UserRooms = new Rooms();
    asFunction(rooms);
    asFunction(rooms);
    const other = defineMessages({
      fromClient: {},
      fromServer: { ...messages.fromServer, user: z.object({}) },
    });
    const options = { messages: other, rooms: rooms as unknown as Rooms<typeof other.fromServer> };
    assert.throws(() => websocket("/other", options, { on: {} }), {
      code: "E_GATEWAY_EVENT",
      message: /different schemas for user/,
    });
  });
});
