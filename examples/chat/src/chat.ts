import type { ReceivedData, Socket } from "@armature/websocket";
import { conflict } from "armature";
import type { ChatMessages } from "./messages.ts";
import { rooms } from "./rooms.ts";

/** A socket of the chat. */
export type ChatSocket = Socket<ChatMessages>;

type FromClient<TEvent extends keyof ChatMessages["fromClient"]> = ReceivedData<
  ChatMessages["fromClient"],
  TEvent
>;

interface Person {
  readonly name: string;
  readonly room: string;
}

/** What happens in the chat, whichever gateway it comes through. */
export class Chat {
  /** Who is there, by the id of their socket. */
  readonly #people = new Map<string, Person>();
  #lastId = 0;

  enter(socket: ChatSocket, person: FromClient<"enter">): void {
    this.#leave(socket);
    this.#people.set(socket.id, person);
    socket.join(person.room, { info: person.name });
  }

  say(socket: ChatSocket, { text }: FromClient<"say">): { id: number } {
    const { name, room } = this.#personOf(socket);
    const id = ++this.#lastId;
    rooms.to(room).emit("said", { id, by: name, text, at: new Date().toISOString() });
    return { id };
  }

  typing(socket: ChatSocket, { isTyping }: FromClient<"typing">): void {
    const { name, room } = this.#personOf(socket);
    rooms.to(room).except(socket.member).emit("typing", { name, isTyping });
  }

  /** The socket is closed. */
  gone(socket: ChatSocket): void {
    this.#leave(socket);
  }

  #leave(socket: ChatSocket): void {
    const person = this.#people.get(socket.id);
    if (person === undefined) return;
    this.#people.delete(socket.id);
    socket.leave(person.room);
  }

  /** @throws HttpError 409 `NOT_IN_A_ROOM`, which the client is told */
  #personOf(socket: ChatSocket): Person {
    return this.#people.get(socket.id) ?? conflict("Enter a room first.", { code: "NOT_IN_A_ROOM" });
  }
}
