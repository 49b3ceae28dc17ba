/** uWebSockets.js, in the build for Node 20 that npm carries; runs on that Node, from the folder of the HTTP suite's peers. */
import { createRequire } from "node:module";
import { z } from "zod";

interface Socket {
  send(message: ArrayBuffer | string, isBinary?: boolean, compress?: boolean): number;
  subscribe(topic: string): boolean;
}
interface Behaviour {
  readonly compression?: number;
  readonly maxPayloadLength?: number;
  readonly idleTimeout?: number;
  readonly open?: (socket: Socket) => void;
  readonly message?: (socket: Socket, message: ArrayBuffer, isBinary: boolean) => void;
}
interface App {
  ws(path: string, behaviour: Behaviour): App;
  publish(topic: string, message: string, isBinary?: boolean): boolean;
  listen(host: string, port: number, done: (socket: unknown) => void): App;
}
interface Library {
  readonly SHARED_COMPRESSOR: number;
  App(): App;
  us_socket_local_port(socket: unknown): number;
}

const Say = z.object({ room: z.string(), text: z.string(), at: z.int() });
const Ask = z.object({ event: z.literal("say"), id: z.int(), data: Say });
const Tell = z.object({ event: z.literal("tell"), data: z.string() });

const load = createRequire(import.meta.url);
const uws = load("@trufflesuite/uws-js-unofficial") as Library; // see its dist/index.js
const maxPayloadLength = 1024 * 1024;
/** The shortest that it takes, in seconds; it pings a little before. */
const idleTimeout = 8;

function read(message: ArrayBuffer): unknown {
  return JSON.parse(Buffer.from(message).toString());
}

const app = uws.App();
app
  .ws("/echo", {
    maxPayloadLength,
    message: (socket, message, isBinary) => void socket.send(message, isBinary),
  })
  .ws("/deflate", {
    maxPayloadLength,
    compression: uws.SHARED_COMPRESSOR,
    message: (socket, message, isBinary) => void socket.send(message, isBinary, true),
  })
  .ws("/gateway", {
    message: (socket, message) => {
      const { id, data } = Ask.parse(read(message));
      socket.send(JSON.stringify({ ack: id, data }));
    },
  })
  .ws("/member", { open: (socket) => void socket.subscribe("all") })
  .ws("/speaker", {
    message: (_socket, message) => {
      const { data } = Tell.parse(read(message));
      app.publish("all", JSON.stringify({ event: "told", data }));
    },
  })
  .ws("/idle", { idleTimeout })
  .listen("127.0.0.1", 0, (socket) => {
    process.stdout.write(`listening ${uws.us_socket_local_port(socket)}\n`);
  });
process.once("SIGTERM", () => process.exit(0));
