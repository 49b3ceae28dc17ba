import { Rooms } from "@armature/websocket";
import type { ChatMessages } from "./messages.ts";

/** The rooms of the chat, shared by both gateways. */
export const rooms = new Rooms<ChatMessages["fromServer"]>();
