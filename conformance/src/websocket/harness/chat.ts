import {
  defineMessages,
  Gateway,
  On,
  Rooms,
  type Socket,
  type SocketClose,
  websocket,
} from "@armature/websocket";
import { type AppBuilder, armature, defineModule, inject, notFound } from "armature";
import { z } from "zod";
import type { LogLines } from "../../app/harness/log-lines.ts";
import type { EngineUnderTest } from "../../engines.ts";
import { PacketClient } from "./packet-client.ts";
import { ServedApp } from "./serve-app.ts";

/** What goes over the sockets of the chat. */
export const messages = defineMessages({
  fromClient: {
    say: z.object({ text: z.string().min(1) }),
    add: { data: z.array(z.number()), reply: z.number() },
    fail: { data: z.enum(["http", "error", "later"]), reply: z.null() },
    askMe: { data: z.number(), reply: z.string() },
    leave: z.null(),
  },
  fromServer: {
    said: z.object({ by: z.string(), text: z.string() }),
    left: z.object({ rooms: z.array(z.string()), code: z.number() }),
    age: { data: z.null(), reply: z.number().int() },
  },
});

/** A socket of the chat. */
export type ChatSocket = Socket<typeof messages>;
type Chat = Rooms<(typeof messages)["fromServer"]>;

async function fail(kind: "http" | "error" | "later"): Promise<null> {
  if (kind === "http") notFound("There is no such thing.");
  if (kind === "later") await new Promise(setImmediate);
  throw new Error("a secret");
}

async function askAge(timeoutMs: number, socket: ChatSocket): Promise<string> {
  try {
    return `age ${await socket.ask("age", null, { timeoutMs })}`;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

/** The chat as a function. */
function chatFunction(rooms: Chat): AppBuilder<unknown> {
  return armature().route(
    websocket(
      "/chat",
      { messages, rooms },
      {
        open: (socket) => void socket.join("lobby"),
        on: {
          say: ({ text }, socket) =>
            rooms.to("lobby").except(socket.member).emit("said", { by: socket.id, text }),
          add: (numbers) => numbers.reduce((sum, number) => sum + number, 0),
          fail,
          askMe: (timeoutMs, socket) => askAge(timeoutMs, socket),
          leave: (_data, socket) => void socket.leave("lobby"),
        },
        close: (_socket, close) =>
          rooms.to("lobby").emit("left", { rooms: [...close.rooms], code: close.code }),
      },
    ),
  );
}

class Adder {
  add(numbers: readonly number[]): number {
    return numbers.reduce((sum, number) => sum + number, 0);
  }
}

/** The chat as a class. */
function chatClass(rooms: Chat): AppBuilder<unknown> {
  @Gateway("/chat", { messages, rooms })
  class ChatGateway {
    readonly #adder = inject(Adder);

    onOpen(socket: ChatSocket): void {
      socket.join("lobby");
    }

    @On(messages, "say")
    say({ text }: { text: string }, socket: ChatSocket): void {
      rooms.to("lobby").except(socket.member).emit("said", { by: socket.id, text });
    }

    @On(messages, "add")
    add(numbers: number[]): number {
      return this.#adder.add(numbers);
    }

    @On(messages, "fail")
    fail(kind: "http" | "error" | "later"): Promise<null> {
      return fail(kind);
    }

    @On(messages, "askMe")
    askMe(timeoutMs: number, socket: ChatSocket): Promise<string> {
      return askAge(timeoutMs, socket);
    }

    @On(messages, "leave")
    leave(_data: null, socket: ChatSocket): void {
      socket.leave("lobby");
    }

    onClose(_socket: ChatSocket, { rooms: left, code }: SocketClose): void {
      rooms.to("lobby").emit("left", { rooms: [...left], code });
    }
  }
  const module = defineModule({ name: "Chat", providers: [Adder], controllers: [ChatGateway] });
  return armature().module(module);
}

/** Both spellings. */
export const SPELLINGS: Readonly<Record<string, (rooms: Chat) => AppBuilder<unknown>>> = {
  "a gateway as a function": chatFunction,
  "a gateway as a class": chatClass,
};

/** A chat that listens. */
export interface ServedChat extends AsyncDisposable {
  readonly served: ServedApp;
  readonly rooms: Chat;
  readonly log: LogLines;
  /** A client of the chat. */
  join(): Promise<PacketClient>;
}

/** Serves a chat. */
export async function serveChat(
  subject: EngineUnderTest,
  spelling: (rooms: Chat) => AppBuilder<unknown>,
  rooms: Chat = new Rooms(),
): Promise<ServedChat> {
  const served = await ServedApp.start(subject, spelling(rooms));
  return {
    served,
    rooms,
    log: served.log,
    join: () => PacketClient.over(served.dial("/chat")),
    [Symbol.asyncDispose]: () => served[Symbol.asyncDispose](),
  };
}
