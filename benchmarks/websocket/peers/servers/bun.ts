/** Bun's own WebSockets; runs on Bun. */
import { z } from "zod";

interface Socket {
  readonly data: { readonly path: string };
  send(message: string | Uint8Array, compress?: boolean): number;
  subscribe(topic: string): void;
}
interface Server {
  readonly port: number;
  upgrade(request: Request, options: { data: { path: string } }): boolean;
  publish(topic: string, message: string): number;
}
declare const Bun: {
  serve(options: {
    port: number;
    hostname: string;
    fetch(request: Request, server: Server): Response | undefined;
    websocket: Record<string, unknown>;
  }): Server;
};

const Say = z.object({ room: z.string(), text: z.string(), at: z.int() });
const Ask = z.object({ event: z.literal("say"), id: z.int(), data: Say });
const Tell = z.object({ event: z.literal("tell"), data: z.string() });

type Take = (socket: Socket, message: string | Uint8Array) => void;

const HANDLERS: Readonly<Record<string, Take>> = {
  "/echo": (socket, message) => void socket.send(message),
  "/deflate": (socket, message) => void socket.send(message, true),
  "/gateway": (socket, message) => {
    const { id, data } = Ask.parse(JSON.parse(String(message)));
    socket.send(JSON.stringify({ ack: id, data }));
  },
  "/speaker": (_socket, message) => {
    const { data } = Tell.parse(JSON.parse(String(message)));
    server.publish("all", JSON.stringify({ event: "told", data }));
  },
};

/** A server has one set of handlers and one of options for all of its sockets; compression is offered to those who ask for it. */
const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch(request, own) {
    const path = new URL(request.url).pathname;
    return own.upgrade(request, { data: { path } }) ? undefined : new Response(null, { status: 426 });
  },
  websocket: {
    perMessageDeflate: true,
    idleTimeout: 8,
    open(socket: Socket) {
      if (socket.data.path === "/member") socket.subscribe("all");
    },
    message(socket: Socket, message: string | Uint8Array) {
      HANDLERS[socket.data.path]?.(socket, message);
    },
  },
});
process.stdout.write(`listening ${server.port}\n`);
process.once("SIGTERM", () => process.exit(0));
