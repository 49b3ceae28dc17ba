import cluster from "node:cluster";
import {
  clusterHistory,
  redisHistory,
  relayRooms,
  Rooms,
  websocket,
  type RoomHistory,
} from "@armature/websocket";
import { armature, silentLogger } from "armature";
import { Redis } from "ioredis";
import { PATIENT } from "../../engines.ts";
import { messages } from "./durable-messages.ts";

const WORKERS = 3;

/** Where the history is: at a port of Redis, or in the primary. */
function historyAt(redisPort: number): RoomHistory {
  if (redisPort === 0) return clusterHistory();
  const connect = (): Redis =>
    new Redis({ port: redisPort, maxRetriesPerRequest: null, retryStrategy: () => 20 });
  return redisHistory({ connect });
}

/** A worker behind the port of all. */
async function work(port: number, redisPort: number): Promise<void> {
  const rooms = new Rooms<typeof messages.fromServer>({ history: historyAt(redisPort) });
  await rooms.start();
  const app = armature({ logger: silentLogger, limits: PATIENT }).route(
    websocket(
      "/rooms",
      { messages, rooms },
      {
        on: {
          enter: ({ room }, socket) => void socket.join(room, { from: "start" }),
          say: async ({ room, ...said }, _socket, { key }) => ({
            id: await rooms.publish(room, "said", said, { key }),
          }),
        },
      },
    ),
  );
  await app.listen({ port });
  process.stdout.write(`worker ${process.pid}\n`);
}

if (cluster.isPrimary) {
  relayRooms();
  for (let count = 0; count < WORKERS; count++) cluster.fork();
  cluster.on("exit", () => cluster.fork());
} else {
  await work(Number(process.argv[2]), Number(process.argv[3]));
}
