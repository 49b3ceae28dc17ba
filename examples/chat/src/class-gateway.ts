import { Gateway, On } from "@armature/websocket";
import { inject } from "armature";
import { Chat, type ChatSocket } from "./chat.ts";
import { messages } from "./messages.ts";
import { rooms } from "./rooms.ts";

/** The gateway as a class. */
@Gateway("/socket/class", { messages, rooms })
export class ClassGateway {
  readonly #chat = inject(Chat);

  @On(messages, "enter")
  enter(person: { room: string; name: string }, socket: ChatSocket) {
    this.#chat.enter(socket, person);
  }

  @On(messages, "say")
  say(said: { text: string }, socket: ChatSocket) {
    return this.#chat.say(socket, said);
  }

  @On(messages, "typing")
  typing(state: { isTyping: boolean }, socket: ChatSocket) {
    this.#chat.typing(socket, state);
  }

  onClose(socket: ChatSocket) {
    this.#chat.gone(socket);
  }
}
