import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { createEngine } from "@armature/engine";
import { createNativeEngine, ioUringFault, nativeEngineFault } from "@armature/engine-native";
import { createMemoryEngine, type MemoryListener } from "@armature/engine/memory";
import type { Engine, ExchangeHandler, Limits, Listener, ListenOptions } from "@armature/http";
import { createTestCertificate, type TestCertificate } from "@armature/testing";
import { toStream } from "./memory-stream.ts";
import { WireClient } from "./wire-client.ts";

/** An engine that the suites run against. */
export interface EngineUnderTest {
  /** Short, for the command line and the names of tests. */
  readonly name: string;
  /** Whether its clients connect through the system: they have ports, and buffers that fill. */
  readonly hasSockets: boolean;
  /** Whether its connections are encrypted. */
  readonly isSecure: boolean;
  /** Why it cannot be used on this machine; left out, or `null`, where it can. */
  readonly missing?: string | null;
  create(): Engine;
  connect(listener: Listener, options?: ClientOptions): Promise<WireClient>;
}

/** How a client behaves. */
export interface ClientOptions {
  /** Whether its side stays open when the server has ended its own. Default `false`, as browsers do. */
  readonly allowHalfOpen?: boolean;
}

/** The certificate of every encrypted listener; its own authority. */
export const CERTIFICATE: TestCertificate = createTestCertificate({ isAuthority: true });

const TS: EngineUnderTest = {
  name: "ts",
  hasSockets: true,
  isSecure: false,
  create: () => createEngine(),
  connect: connectSocket,
};

const NATIVE: EngineUnderTest = {
  name: "native",
  hasSockets: true,
  isSecure: false,
  missing: nativeEngineFault(),
  create: () => createNativeEngine({ io: "epoll" }),
  connect: connectSocket,
};

/** The engines that can encrypt, which they do where a listener says so. */
export const SECURE_ENGINES: readonly EngineUnderTest[] = [TS, NATIVE];

/** Every engine, the default one first. */
export const ENGINES: readonly EngineUnderTest[] = [
  TS,
  {
    name: "ts-data-events",
    hasSockets: true,
    isSecure: false,
    create: () => createEngine({ sharedReads: false }),
    connect: connectSocket,
  },
  secured(TS),
  NATIVE,
  {
    name: "native-uring",
    hasSockets: true,
    isSecure: false,
    missing: ioUringFault(),
    create: () => createNativeEngine({ io: "io_uring" }),
    connect: connectSocket,
  },
  secured(NATIVE),
  { name: "memory", hasSockets: false, isSecure: false, create: createMemoryEngine, connect: connectMemory },
];

/** An engine, with every listener encrypted. */
function secured(engine: EngineUnderTest): EngineUnderTest {
  return {
    ...engine,
    name: `${engine.name}-tls`,
    isSecure: true,
    create: () => encrypted(engine.create()),
    connect: connectSecurely,
  };
}

function encrypted(engine: Engine): Engine {
  const { key, cert } = CERTIFICATE;
  return {
    name: engine.name,
    listen: (options, handler) => engine.listen({ tls: { key, cert }, ...options }, handler),
  };
}

async function openSocket(
  { address: { host, port } }: Listener,
  { allowHalfOpen = false }: ClientOptions = {},
): Promise<Socket> {
  const socket = connect({ host, port, allowHalfOpen, noDelay: true });
  await once(socket, "connect");
  return socket;
}

async function connectSocket(listener: Listener, options?: ClientOptions): Promise<WireClient> {
  return new WireClient(await openSocket(listener, options));
}

async function connectSecurely(listener: Listener, options?: ClientOptions): Promise<WireClient> {
  const below = await openSocket(listener, options);
  const socket = connectTls({ socket: below, ca: CERTIFICATE.cert, servername: "localhost" });
  await once(socket, "secureConnect");
  return new WireClient(socket, { below });
}

async function connectMemory(
  listener: Listener,
  { allowHalfOpen = false }: ClientOptions = {},
): Promise<WireClient> {
  // Listeners of the memory engine are the only ones that come here.
  const client = (listener as MemoryListener).connect();
  return new WireClient(toStream(client, { allowHalfOpen }), { unsent: () => client.pending });
}

/** What a test may choose when it starts an engine. */
export interface StartOptions {
  readonly limits?: Partial<Limits>;
  /** Default: an error fails the test process, because nothing in these tests should be lost. */
  readonly onError?: (error: unknown) => void;
  readonly onRefusal?: NonNullable<ListenOptions["onRefusal"]>;
  readonly priorityOf?: NonNullable<ListenOptions["priorityOf"]>;
  readonly proxyProtocol?: NonNullable<ListenOptions["proxyProtocol"]>;
  readonly constants?: NonNullable<ListenOptions["constants"]>;
}

/** A machine that does something else meanwhile makes the loop late, and no test of anything else may depend on that. */
export const PATIENT: Partial<Limits> = { maxLoopDelayMs: 0, maxQueueAgeMs: 0 };

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
    const options = {
      port: 0,
      host: "127.0.0.1",
      limits: { ...PATIENT, ...limits },
      onError,
      onRefusal,
      ...rest,
    };
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
