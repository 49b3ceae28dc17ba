import { defineMessages } from "@armature/websocket/client";
import { z } from "zod";

const Name = z.string().trim().min(1).max(40);

/** What goes over the sockets of the chat, both ways; the page has its types. */
export const messages = defineMessages({
  fromClient: {
    /** Comes into a room, and leaves the one before. */
    enter: z.object({ room: Name, name: Name }),
    say: { data: z.object({ text: z.string().trim().min(1).max(1_000) }), reply: z.object({ id: z.int() }) },
    typing: z.object({ isTyping: z.boolean() }),
  },
  fromServer: {
    said: z.object({ id: z.int(), by: z.string(), text: z.string(), at: z.iso.datetime() }),
    /** Who is in the room now. */
    present: z.object({ room: z.string(), names: z.array(z.string()) }),
    typing: z.object({ name: z.string(), isTyping: z.boolean() }),
  },
});

export type ChatMessages = typeof messages;
