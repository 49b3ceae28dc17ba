import { defineMessages } from "@armature/websocket/client";
import { z } from "zod";

/** What goes over the sockets of the application whose processes are killed. */
export const messages = defineMessages({
  fromClient: {
    enter: z.object({ room: z.string() }),
    say: {
      data: z.object({ room: z.string(), from: z.string(), number: z.int() }),
      reply: z.object({ id: z.string() }),
    },
  },
  fromServer: { said: z.object({ from: z.string(), number: z.int() }) },
});
