import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as delay } from "node:timers/promises";
import type { Limits } from "@armature/http";
import { defineMessages, rawWebsocket, Rooms, websocket } from "@armature/websocket";
import { createEventChannel, defineSse } from "@armature/websocket/sse";
import {
  armature,
  contextKey,
  cors,
  defineModule,
  get,
  inject,
  post,
  provide,
  silentLogger,
  type AppBuilder,
  type Context,
  type ModuleRef,
  type RouteField,
} from "armature";
import { z } from "zod";
import { engineOfEnvironment } from "../engine-by-name.ts";
import { PATIENT } from "../engines.ts";
import { CensusTaker } from "./census.ts";

/** Made for each request that asks for it. */
class PerRequest {
  static readonly scope = "request" as const;
  readonly bytes = new Uint8Array(100);
}

/** What a handler hangs on a request, and on what runs asynchronously for it. */
class Note {
  readonly bytes = new Uint8Array(100);
}

const NOTE = contextKey<Note>("a note of the request");
const storage = new AsyncLocalStorage<Note>();

class ScopedController {
  static readonly path = "/scoped" as const;
  static readonly scope = "request" as const;
  readonly #own = inject(PerRequest);
  readonly #census = inject(CensusTaker);
  read = get("/", () => {
    this.#census.show(this);
    this.#census.show(this.#own);
    return this.#own.bytes.length;
  });
}

function scopedModule(census: CensusTaker): ModuleRef {
  return defineModule({
    name: "ScopedModule",
    providers: [PerRequest, provide(CensusTaker, { useValue: census })],
    controllers: [ScopedController],
  });
}

/** An application that has one of everything that could keep something of a request, and what counts what is kept. */
export interface KeptApp {
  readonly builder: AppBuilder<unknown, string>;
  readonly census: CensusTaker;
}

/** Makes the application; it shows the census what it has of its requests. */
export function keptApp(limits: Partial<Limits> = {}): KeptApp {
  const census = new CensusTaker();
  const builder = armature({
    engine: engineOfEnvironment(),
    logger: silentLogger,
    limits: { ...PATIENT, ...limits },
    trustProxy: "loopback",
    middleware: [
      cors({ origin: (origin) => origin !== "https://evil.example" }),
      (context, next) => {
        census.show(context);
        census.show(context.exchange);
        return next(context);
      },
    ],
  }).module(scopedModule(census));
  for (const route of [...plainRoutes(census), ...bodyRoutes(), ...streams(census), ...sockets(census)])
    builder.route(route);
  return { builder, census };
}

function plainRoutes(census: CensusTaker): RouteField[] {
  return [
    get("/", () => "hello"),
    get("/path/*rest", ({ params }) => params.rest.length),
    get("/echo", ({ request }) => String(request.query["text"] ?? "")),
    get("/seen", ({ request, cookies }) => `${request.ip} ${Object.keys(cookies).length}`),
    get("/named", (context) => {
      context.setHeader(String(context.request.query["name"]), "1");
      return "named";
    }),
    get("/noted", (context) => noted(context, census)),
    get("/late", async ({ exchange }) => {
      census.show(exchange.signal);
      await delay(60_000, null, { signal: exchange.signal }).catch(() => {});
      return "nobody waits";
    }),
  ];
}

async function noted(context: Context, census: CensusTaker): Promise<boolean> {
  const note = new Note();
  census.show(note);
  context.set(NOTE, note);
  return await storage.run(note, async () => {
    await delay(1);
    return storage.getStore() === context.get(NOTE);
  });
}

function bodyRoutes(): RouteField[] {
  return [
    post("/value", async ({ body }) => ({ kind: typeof (await body.value()) })),
    post("/form", async ({ body }) => {
      let parts = 0;
      for await (const part of body.multipart()) {
        if (part.kind === "file") await part.bytes();
        parts++;
      }
      return { parts };
    }),
    post("/upload", async ({ body }) => {
      let bytes = 0;
      for await (const piece of body.stream()) bytes += piece.length;
      return { bytes };
    }),
  ];
}

function streams(census: CensusTaker): RouteField[] {
  const ticks = defineSse({ events: { tick: z.number() }, heartbeatMs: 1_000 });
  const channel = createEventChannel({ replayEvents: 16 });
  return [
    get("/events", (context) =>
      ticks(context, async (stream) => {
        census.show(stream);
        stream.send("tick", 1);
        await stream.ended();
      }),
    ),
    get("/channel", (context) => channel.stream(context)),
    post("/publish", async ({ body }) => ({ id: channel.publish("text", await body.text()) })),
  ];
}

function sockets(census: CensusTaker): RouteField[] {
  const messages = defineMessages({ fromClient: { say: z.string() }, fromServer: { said: z.string() } });
  const rooms = new Rooms<typeof messages.fromServer>();
  return [
    rawWebsocket(
      "/raw",
      { compression: true },
      { open: (socket) => census.show(socket), message: (socket, message) => void socket.send(message) },
    ),
    websocket(
      "/rooms/:room",
      { messages, rooms },
      {
        open: (socket) => {
          census.show(socket);
          return socket.join(socket.context.params.room);
        },
        on: { say: (text, socket) => rooms.to(...socket.rooms).emit("said", text) },
      },
    ),
  ];
}
