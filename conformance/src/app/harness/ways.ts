import { createServer, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { createNativeEngine, nativeEngineFault } from "@armature/engine-native";
import { createMemoryEngine, type MemoryListener } from "@armature/engine/memory";
import {
  createApp,
  createEngine,
  silentLogger,
  toNodeHandler,
  type Application,
  type AppBuilder,
  type AppOptions,
  type Engine,
  type ModuleRef,
} from "armature";
import { CERTIFICATE, PATIENT } from "../../engines.ts";
import { toStream } from "../../memory-stream.ts";
import { WireClient } from "../../wire-client.ts";
import { Answer } from "./answer.ts";
import { sendHttp2 } from "./http2-client.ts";
import { sendRequest, type RequestInit } from "./http-client.ts";

export type { RequestInit } from "./http-client.ts";

/** An application as its author writes it. */
export type Source = AppBuilder<unknown, string> | ModuleRef;

/** A running application and one way to it. */
export interface Running extends AsyncDisposable {
  readonly app: Application;
  request(method: string, target: string, init?: RequestInit): Promise<Answer>;
}

/** A running application that is reached byte by byte. */
export interface RunningOnWire extends Running {
  /** Opens a connection. */
  connect(): WireClient;
}

/** A way into an application. */
export interface Way<TRunning extends Running = Running> {
  readonly name: string;
  /** Whether requests can be anything: any target, several lines of one name, framing of their own. */
  readonly isWire: boolean;
  /** Whether the engine is ours, with its limits and deadlines. */
  readonly hasEngine: boolean;
  /** Whether it is encrypted. Default: it is not. */
  readonly isSecure?: boolean;
  /** Why it cannot be used on this machine; left out, or `null`, where it can. */
  readonly missing?: string | null;
  start(source: Source, options?: AppOptions): Promise<TRunning>;
}

/** The TypeScript engine over a real socket. */
export const SOCKET: Way<RunningOnWire> = {
  name: "socket",
  isWire: true,
  hasEngine: true,
  start: async (source, options = {}) => {
    const app = await build(source, { ...options, engine: createEngine() });
    const { port } = await app.listen({ port: 0 });
    return onWire(app, () => connect({ port, host: "127.0.0.1", noDelay: true }));
  },
};

/** The native engine over a real socket. */
export const NATIVE: Way<RunningOnWire> = {
  name: "native socket",
  isWire: true,
  hasEngine: true,
  missing: nativeEngineFault(),
  start: async (source, options = {}) => {
    const app = await build(source, { ...options, engine: createNativeEngine() });
    const { port } = await app.listen({ port: 0 });
    return onWire(app, () => connect({ port, host: "127.0.0.1", noDelay: true }));
  },
};

/** The TypeScript engine without a socket. */
export const MEMORY: Way<RunningOnWire> = {
  name: "memory",
  isWire: true,
  hasEngine: true,
  start: async (source, options = {}) => {
    const memory = createMemoryEngine();
    const listening = Promise.withResolvers<MemoryListener>();
    const engine: Engine = {
      name: "memory",
      listen: async (listenOptions, handler) => {
        const listener = await memory.listen(listenOptions, handler);
        listening.resolve(listener);
        return listener;
      },
    };
    const app = await build(source, { ...options, engine });
    await app.listen({ port: 0 });
    const listener = await listening.promise;
    return onWire(app, () => toStream(listener.connect()));
  },
};

/** The TypeScript engine over TLS, with a client of HTTP/2. */
export const HTTP2: Way = {
  name: "http2",
  isWire: false,
  hasEngine: true,
  isSecure: true,
  start: async (source, options = {}) => {
    const app = await build(source, { ...options, engine: createEngine() });
    const { key, cert } = CERTIFICATE;
    const { port } = await app.listen({ port: 0, tls: { key, cert } });
    return {
      app,
      request: (method, target, init) => sendHttp2(port, method, target, init),
      [Symbol.asyncDispose]: async () => void (await app.close({ graceMs: 0 })),
    };
  },
};

/** A Web `Request` and `Response`. */
export const FETCH: Way = {
  name: "fetch",
  isWire: false,
  hasEngine: false,
  start: async (source, options = {}) => new FetchRunning(await build(source, options)),
};

/** A server of `node:http` that hands its requests over. */
export const NODE: Way<RunningOnWire> = {
  name: "node:http",
  isWire: true,
  hasEngine: false,
  start: async (source, options = {}) => {
    const app = await build(source, options);
    const server = createServer(toNodeHandler(app));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo; // a TCP server that listens
    return onWire(
      app,
      () => connect({ port, host: "127.0.0.1", noDelay: true }),
      () => closeServer(server),
    );
  },
};

/** Every way in. */
export const WAYS: readonly Way[] = [SOCKET, HTTP2, MEMORY, FETCH, NODE];

/** The ways on which a test can send any bytes. */
export const WIRE_WAYS: readonly Way<RunningOnWire>[] = [SOCKET, MEMORY, NODE];

/** The ways of our own engine. */
export const ENGINE_WAYS: readonly Way<RunningOnWire>[] = [SOCKET, MEMORY];

/** Builds an application without an engine that a builder would bring along. */
export async function build(source: Source, options: AppOptions): Promise<Application> {
  const plan = typeof source === "object" && "plan" in source ? source.plan() : { root: source, options: {} };
  const { engine: _engine, ...planned } = plan.options;
  const limits = { ...PATIENT, ...planned.limits, ...options.limits };
  return await createApp(plan.root, { logger: silentLogger, ...planned, ...options, limits });
}

function onWire(
  app: Application,
  open: () => Duplex,
  stop: () => Promise<void> = async () => {},
): RunningOnWire {
  return {
    app,
    request: (method, target, init) => sendRequest(open, method, target, init),
    connect: () => new WireClient(open()),
    [Symbol.asyncDispose]: async () => {
      await app.close({ graceMs: 0 });
      await stop();
    },
  };
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

class FetchRunning implements Running {
  readonly app: Application;

  constructor(app: Application) {
    this.app = app;
  }

  async request(method: string, target: string, { headers = {}, body }: RequestInit = {}): Promise<Answer> {
    const pairs = Array.isArray(headers) ? headers : Object.entries(headers);
    const given = new Headers(pairs as [string, string][]);
    const host = given.get("host") ?? "localhost";
    try {
      const response = await this.app.fetch(
        new Request(`http://${host}${target}`, {
          method,
          headers: given,
          ...(body === undefined
            ? {}
            : { body: typeof body === "string" ? Buffer.from(body) : Buffer.from(body) }),
        }),
      );
      return await readResponse(response);
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError")
        return new Answer(0, [], Buffer.alloc(0), true);
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app.close({ graceMs: 0 });
  }
}

async function readResponse(response: Response): Promise<Answer> {
  const chunks: Uint8Array[] = [];
  let cut = false;
  try {
    for await (const chunk of response.body ?? []) chunks.push(chunk);
  } catch {
    cut = true;
  }
  return new Answer(response.status, [...response.headers], Buffer.concat(chunks), cut);
}
