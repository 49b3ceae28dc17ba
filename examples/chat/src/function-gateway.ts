import { websocket } from "@armature/websocket";
import type { Chat } from "./chat.ts";
import { messages } from "./messages.ts";
import { rooms } from "./rooms.ts";

/** The gateway as a function. */
export function functionGateway(chat: Chat) {
  return websocket(
    "/socket/function",
    { messages, rooms },
    {
      on: {
        enter: (person, socket) => chat.enter(socket, person),
        say: (said, socket) => chat.say(socket, said),
        typing: (state, socket) => chat.typing(socket, state),
      },
      close: (socket) => chat.gone(socket),
    },
  );
}
