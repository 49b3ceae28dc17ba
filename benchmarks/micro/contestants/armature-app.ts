import type * as ArmatureModule from "armature";
import type { Middleware } from "armature";
import type * as EngineModule from "@armature/engine/memory";
import type { MemoryClient, MemoryListener } from "@armature/engine/memory";
import { lastWord } from "../benchmarks.ts";
import type { Operation } from "../operation.ts";
import { CREATED, HEALTH, MEDIUM } from "../payloads.ts";
import { load } from "./load.ts";

type Armature = typeof ArmatureModule;
type App = Awaited<ReturnType<ReturnType<Armature["armature"]>["ready"]>>;

/** An application, and a client that is connected to it in memory. */
interface Served {
  readonly app: App;
  readonly client: MemoryClient;
}

const pass: Middleware = (context, next) => next(context);

/** The application of a `full_cycle` or `middleware` benchmark. */
async function serve(benchmark: string): Promise<Served> {
  const { armature, silentLogger } = await load<Armature>("armature/dist/index.js");
  const { createMemoryEngine } = await load<typeof EngineModule>("engine/dist/memory.js");
  const memory = createMemoryEngine();
  const listeners: MemoryListener[] = [];
  const engine: typeof memory = {
    ...memory,
    listen: async (options, handler) => {
      const listener = await memory.listen(options, handler);
      listeners.push(listener);
      return listener;
    },
  };
  const count = benchmark.startsWith("middleware") ? Number(lastWord(benchmark)) : 0;
  const middleware = Array.from({ length: count }, () => pass);
  const app = await armature({ logger: silentLogger, requestId: false, engine, middleware })
    .get("/health", () => HEALTH)
    .get("/api/users/:id", ({ params }) => ({ id: params.id, name: "John Doe", email: "john@example.com" }))
    .post("/api/users", async ({ body, reply }) => {
      await body.json();
      return reply(201, CREATED);
    })
    .ready();
  await app.listen({ port: 0, signals: [] });
  const client = listeners[0]?.connect();
  if (client === undefined) throw new Error("The application did not listen on the memory engine.");
  return { app, client };
}

/** The request of a `full_cycle` or `middleware` benchmark. */
export function requestOf(benchmark: string): { method: string; path: string; body: string | null } {
  if (benchmark.endsWith("get_with_param")) return { method: "GET", path: "/api/users/123", body: null };
  if (benchmark.endsWith("post_with_body"))
    return { method: "POST", path: "/api/users", body: JSON.stringify(MEDIUM) };
  return { method: "GET", path: "/health", body: null };
}

/** From the bytes of the request to the bytes of the answer, with parser, connection and encoder of the engine. */
export async function throughEngine(benchmark: string): Promise<Operation> {
  const { client } = await serve(benchmark);
  const { method, path, body } = requestOf(benchmark);
  const fields = body === null ? "" : `content-type: application/json\r\ncontent-length: ${body.length}\r\n`;
  const bytes = Buffer.from(`${method} ${path} HTTP/1.1\r\nhost: localhost\r\n${fields}\r\n${body ?? ""}`);
  const runNow = (): Uint8Array => {
    client.write(bytes);
    return client.readNow();
  };
  const runLater = async (): Promise<Uint8Array> => {
    client.write(bytes);
    return (await client.read()) ?? new Uint8Array();
  };
  const isAsync = runNow().length === 0;
  if (isAsync) await client.read();
  const run = isAsync ? runLater : runNow;
  return { run, isAsync, answer: async () => toAnswer(Buffer.from(await run()).toString()) };
}

/** The status and the body of an answer. */
function toAnswer(text: string): string {
  return `${text.slice(9, 12)} ${text.slice(text.indexOf("\r\n\r\n") + 4)}`;
}

/** From a `Request` to the bytes of a `Response`. */
export async function throughFetch(benchmark: string): Promise<Operation> {
  const { app } = await serve(benchmark);
  return fetchOperation((request) => app.fetch(request), requestOf(benchmark));
}

/** An operation on a handler of the fetch interface, with a new `Request` for each. */
export function fetchOperation(
  handle: (request: Request) => Response | Promise<Response>,
  { method, path, body }: ReturnType<typeof requestOf>,
): Operation {
  const init = body === null ? { method } : { method, body, headers: { "content-type": "application/json" } };
  const run = async (): Promise<ArrayBuffer> => {
    const response = await handle(new Request(`http://localhost${path}`, init));
    return await response.arrayBuffer();
  };
  const answer = async (): Promise<string> => {
    const response = await handle(new Request(`http://localhost${path}`, init));
    return `${response.status} ${await response.text()}`;
  };
  return { run, isAsync: true, answer };
}
