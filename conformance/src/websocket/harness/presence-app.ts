import cluster from "node:cluster";
import {
  clusterBus,
  defineMessages,
  redisBus,
  relayRooms,
  Rooms,
  websocket,
  type RoomBus,
} from "@armature/websocket";
import { armature, silentLogger } from "armature";
import { Redis } from "ioredis";
import { z } from "zod";
import { PATIENT } from "../../engines.ts";

const messages = defineMessages({
  fromClient: { enter: z.object({ name: z.string() }), who: { data: z.null(), reply: z.array(z.string()) } },
  fromServer: { came: z.string(), left: z.string() },
});

function busAt(redisPort: number): RoomBus {
  if (redisPort === 0) return clusterBus();
  const connect = (): Redis =>
    new Redis({ port: redisPort, maxRetriesPerRequest: null, retryStrategy: () => 20 });
  return redisBus({ connect });
}

/** A process with a port of its own, so that a test knows whom it speaks to. */
async function work(redisPort: number): Promise<void> {
  const rooms = new Rooms<typeof messages.fromServer>({
    bus: busAt(redisPort),
    // The primary of a cluster tells of workers that are killed; at a Redis their lease has to end.
    presence: { leaseMs: redisPort === 0 ? 3_600_000 : 1_000 },
  });
  rooms.onPresence(({ kind, member }, here) =>
    here.emit(kind === "join" ? "came" : "left", (member.info as { name: string }).name),
  );
  await rooms.start();
  const app = armature({ logger: silentLogger, limits: PATIENT }).route(
    websocket(
      "/room",
      { messages, rooms },
      {
        on: {
          enter: (info, socket) => void socket.join("all", { info }),
          who: () =>
            rooms
              .presentIn("all")
              .map(({ info }) => (info as { name: string }).name)
              .toSorted(),
        },
      },
    ),
  );
  const { url } = await app.listen({ port: 0, exclusive: true });
  process.stdout.write(`ready ${process.pid} ${url.replace("http", "ws")}/room\n`);
}

if (cluster.isPrimary) {
  relayRooms();
  for (let count = 0; count < 3; count++) cluster.fork();
} else {
  await work(Number(process.argv[2]));
}
