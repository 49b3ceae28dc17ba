import cluster from "node:cluster";
import { clusterBus, defineMessages, relayRooms, Rooms, websocket } from "@armature/websocket";
import { armature, silentLogger } from "armature";
import { z } from "zod";
import { PATIENT } from "../../engines.ts";

const WORKERS = 2;

const messages = defineMessages({
  fromClient: { say: z.number(), pid: { data: z.null(), reply: z.number() } },
  fromServer: { said: z.number() },
});

/** A worker with a port of its own, so that a test knows whom it speaks to. */
async function work(): Promise<void> {
  const rooms = new Rooms<typeof messages.fromServer>({ bus: clusterBus() });
  await rooms.start();
  const app = armature({ logger: silentLogger, limits: PATIENT }).route(
    websocket(
      "/chat",
      { messages, rooms },
      {
        open: (socket) => void socket.join("all"),
        on: {
          say: (number, socket) => rooms.to("all").except(socket.member).emit("said", number),
          pid: () => process.pid,
        },
      },
    ),
  );
  const { url } = await app.listen({ port: 0, exclusive: true });
  process.stdout.write(`ready ${url}\n`);
}

if (cluster.isPrimary) {
  relayRooms();
  for (let count = 0; count < WORKERS; count++) cluster.fork();
} else {
  await work();
}
