import { armature, silentLogger } from "armature";
import { defineMessages, rawWebsocket, Rooms, websocket } from "@armature/websocket";
import { z } from "zod";

const Say = z.object({ room: z.string(), text: z.string(), at: z.int() });
const chat = defineMessages({ fromClient: { say: { data: Say, reply: Say } }, fromServer: {} });
const news = defineMessages({ fromClient: { tell: z.string() }, fromServer: { told: z.string() } });
const rooms = new Rooms<typeof news.fromServer>();

const MANY = 20_000;
const limits = { maxSockets: MANY, maxSocketsPerAddress: MANY, maxHandshakesPerSecond: MANY };
const echo = rawWebsocket("/echo", { limits }, { message: (socket, message) => void socket.send(message) });
const deflate = rawWebsocket(
  "/deflate",
  { limits, compression: { thresholdBytes: 0 } },
  { message: (socket, message) => void socket.send(message) },
);
const gateway = websocket("/gateway", { limits, messages: chat }, { on: { say: (data) => data } });
const member = websocket(
  "/member",
  { limits, messages: news, rooms },
  { open: (socket) => void socket.join("all"), on: { tell: () => {} } },
);
const speaker = websocket(
  "/speaker",
  { limits, messages: news, rooms },
  { on: { tell: (text) => rooms.to("all").emit("told", text) } },
);
const idle = rawWebsocket("/idle", { limits: { ...limits, heartbeatMs: 2_000 } }, {});

const engine = process.argv.includes("--engine=native") ? "native" : "ts";
const app = armature({ engine, logger: silentLogger, requestLog: false, limits: { maxConnections: MANY } });
for (const route of [echo, deflate, gateway, member, speaker, idle]) app.route(route);
const address = await app.listen({ port: 0, signals: ["SIGTERM"] });
process.stdout.write(`listening ${address.port}\n`);
