import { connect } from "node:net";
import { createEngine } from "@armature/engine";
import { createMemoryEngine, type MemoryListener } from "@armature/engine/memory";
import type { Engine, ExchangeHandler, Limits, Listener, ListenOptions } from "@armature/http";
import { toStream } from "./memory-stream.ts";
import { WireClient } from "./wire-client.ts";

/** An engine that the suites run against. */
export interface EngineUnderTest {
  /** Short, for the command line and the names of tests. */
  readonly name: string;
  /** Whether its clients connect through the system: they have ports, and buffers that fill. */
  readonly hasSockets: boolean;
  create(): Engine;
  connect(listener: Listener, options?: ClientOptions): Promise<WireClient>;
}

/** How a client behaves. */
export interface ClientOptions {
  /** Whether its side stays open when the server has ended its own. Default `false`, as browsers do. */
  readonly allowHalfOpen?: boolean;
}

/** Every engine, the default one first. */
export const ENGINES: readonly EngineUnderTest[] = [
  { name: "ts", hasSockets: true, create: () => createEngine(), connect: connectSocket },
  {
    name: "ts-data-events",
    hasSockets: true,
    create: () => createEngine({ sharedReads: false }),
    connect: connectSocket,
  },
  { name: "memory", hasSockets: false, create: createMemoryEngine, connect: connectMemory },
];

async function connectSocket(
  { address: { host, port } }: Listener,
  { allowHalfOpen = false }: ClientOptions = {},
): Promise<WireClient> {
  const socket = connect({ host, port, allowHalfOpen, noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  return new WireClient(socket);
}

async function connectMemory(
  listener: Listener,
  { allowHalfOpen = false }: ClientOptions = {},
): Promise<WireClient> {
  // Listeners of the memory engine are the only ones that come here.
  const client = (listener as MemoryListener).connect();
  return new WireClient(toStream(client, { allowHalfOpen }), () => client.pending);
}

/** What a test may choose when it starts an engine. */
export interface StartOptions {
  readonly limits?: Partial<Limits>;
  /** Default: an error fails the test process, because nothing in these tests should be lost. */
  readonly onError?: (error: unknown) => void;
  readonly onRefusal?: NonNullable<ListenOptions["onRefusal"]>;
  readonly priorityOf?: NonNullable<ListenOptions["priorityOf"]>;
}

function rethrow(error: unknown): void {
  throw error;
}

function addNothing(): null {
  return null;
}

/** An engine that listens for one test, on a free port where it has ports. */
export class RunningEngine implements AsyncDisposable {
  readonly listener: Listener;
  readonly #subject: EngineUnderTest;

  private constructor(subject: EngineUnderTest, listener: Listener) {
    this.#subject = subject;
    this.listener = listener;
  }

  static async start(
    subject: EngineUnderTest,
    handler: ExchangeHandler,
    { limits = {}, onError = rethrow, onRefusal = addNothing, ...rest }: StartOptions = {},
  ): Promise<RunningEngine> {
    const options = { port: 0, host: "127.0.0.1", limits, onError, onRefusal, ...rest };
    return new RunningEngine(subject, await subject.create().listen(options, handler));
  }

  /** A new connection to it. */
  connect(options?: ClientOptions): Promise<WireClient> {
    return this.#subject.connect(this.listener, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.listener.close({ graceMs: 0 });
  }
}
