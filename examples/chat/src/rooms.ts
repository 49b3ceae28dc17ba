import { Rooms } from "@armature/websocket";
import type { ChatMessages } from "./messages.ts";

/** The rooms of the chat, shared by both gateways; they know who is in them. With a bus, they would in all processes. */
export const rooms = new Rooms<ChatMessages["fromServer"]>({ presence: true });

/** Everyone in a room is told who is there, whenever that changes. */
rooms.onPresence(({ room }, here) => {
  const names = rooms.presentIn(room).map(({ info }) => String(info));
  here.emit("present", { room, names });
});
