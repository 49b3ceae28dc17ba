import { describe } from "node:test";
import { type Exchange, HeaderBlock, type Limits, type Listener, type ResponseHead } from "@armature/http";
import { createSocketEngine } from "../engine.ts";
import { createMemoryEngine } from "../memory-engine.ts";
import { connectMemory, connectSocket, type WireClient } from "./wire-client.test.ts";

/** An engine that listens for one test. */
export interface Bench extends AsyncDisposable {
  readonly listener: Listener;
  /** What the engine reported to `onError`. */
  readonly errors: unknown[];
  connect(): Promise<WireClient>;
}

/** What a test needs to start an engine. */
export type Start = (handler: (exchange: Exchange) => unknown, limits?: Partial<Limits>) => Promise<Bench>;

interface EngineUnderTest {
  readonly name: string;
  readonly start: Start;
}

const PLAIN = new HeaderBlock(["content-type", "text/plain"]);

/** The head of an answer with a status and fields. */
export function headOf(status: number = 200, fields: readonly string[] | null = null): ResponseHead {
  return { status, block: PLAIN, fields };
}

/** Every engine must pass the same tests. */
const ENGINES: readonly EngineUnderTest[] = [
  { name: "sockets, one shared read buffer", start: socketStart(true) },
  { name: "sockets, data events", start: socketStart(false) },
  { name: "memory", start: memoryStart },
];

/** Declares tests once for each engine. */
export function forEachEngine(topic: string, declare: (start: Start) => void): void {
  for (const { name, start } of ENGINES) describe(`${topic} (${name})`, () => declare(start));
}

function socketStart(sharedReads: boolean): Start {
  return async (handler, limits = {}) => {
    const errors: unknown[] = [];
    const onError = (error: unknown): number => errors.push(error);
    const engine = createSocketEngine({ sharedReads });
    const listener = await engine.listen({ port: 0, limits, onError }, (exchange) => void handler(exchange));
    return benchOf(listener, errors, () => connectSocket(listener.address.port));
  };
}

async function memoryStart(...[handler, limits = {}]: Parameters<Start>): Promise<Bench> {
  const errors: unknown[] = [];
  const listener = await createMemoryEngine().listen(
    { limits, onError: (error) => errors.push(error) },
    handler,
  );
  return benchOf(listener, errors, async () => connectMemory(listener.connect()));
}

function benchOf(listener: Listener, errors: unknown[], open: () => Promise<WireClient>): Bench {
  const clients: WireClient[] = [];
  return {
    listener,
    errors,
    connect: async () => {
      const client = await open();
      clients.push(client);
      return client;
    },
    [Symbol.asyncDispose]: async () => {
      for (const client of clients) client.destroy();
      await listener.close({ graceMs: 0 });
    },
  };
}
