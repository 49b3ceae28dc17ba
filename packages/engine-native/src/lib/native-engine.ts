import cluster from "node:cluster";
import { createServer } from "node:net";
import { createEngine } from "@armature/engine";
import {
  addressOf,
  bind,
  ConnectionPool,
  type Door,
  type ListenPlan,
  noTls,
  resolveListenOptions,
} from "@armature/engine/transport";
import type {
  CloseOptions,
  CloseReport,
  Engine,
  ExchangeHandler,
  ListenAddress,
  Listener,
  ListenerStats,
} from "@armature/http";
import type { NativeBinding } from "./binding.ts";
import { listeningDescriptor } from "./listening-descriptor.ts";
import { loadBinding } from "./load-binding.ts";
import { NativeConstants } from "./native-constants.ts";
import { NativeHeads } from "./native-heads.ts";
import { NativeHub } from "./native-hub.ts";
import { type NativeIo, resolveIo } from "./native-io.ts";

/** How the native engine works. */
export interface NativeEngineOptions {
  /**
   * How it learns what clients send. Where io_uring is asked for and cannot be used, epoll is; {@link ioUringFault} says why. Default:
   * what the environment has as `ARMATURE_NATIVE_IO`, else `"epoll"`.
   */
  readonly io?: NativeIo;
}

/**
 * Makes the native engine: the sockets are those of Rust code inside the event loop of the thread, which hands over what all
 * connections brought in one call. Listeners that it has no sockets for (TLS, HTTP/2, Unix domain sockets, handles, and those that
 * share the socket of a cluster's primary) are the TypeScript engine's.
 *
 * @throws ArmatureError `E_NATIVE_ENGINE_MISSING` where it is not built; `E_OPTION_INVALID` for an option that has no such value
 * @example
 * const app = await createApp(AppModule, { engine: createNativeEngine() });
 */
export function createNativeEngine({ io: choice }: NativeEngineOptions = {}): Engine {
  const binding = loadBinding();
  const io = resolveIo(choice);
  const other = createEngine();
  return {
    name: "native",
    listen: async (options, handler) => {
      const plan = resolveListenOptions(options);
      return isOwn(plan)
        ? await listen({ binding, io }, plan, handler)
        : await other.listen(options, handler);
    },
  };
}

/** Whether the sockets of a listener can be native ones. */
function isOwn({ target, tls, h2c }: ListenPlan): boolean {
  if (tls !== null || h2c) return false;
  if (target.kind === "tcp") return !cluster.isWorker || target.exclusive || target.reusePort;
  // In a worker the number is that of a descriptor of the primary.
  return target.kind === "fd" && !cluster.isWorker;
}

/** What an engine has chosen. */
interface Means {
  readonly binding: NativeBinding;
  readonly io: NativeIo;
}

async function listen({ binding, io }: Means, plan: ListenPlan, handler: ExchangeHandler): Promise<Listener> {
  const server = createServer();
  await bind(server, plan.target);
  const address = addressOf(server);
  const unix = address.path !== undefined;
  const heads = new NativeHeads(binding);
  const constants = constantsOf(plan);
  const pool = new ConnectionPool({ ...plan, handler, knownHeads: heads, below: constants });
  try {
    const hub = new NativeHub(binding, listeningDescriptor(server), {
      ...plan,
      pool,
      heads,
      constants,
      unix,
      io,
    });
    return new NativeListener(hub, pool, address);
  } catch (error) {
    await pool.close({ graceMs: 0 }, NO_DOOR);
    throw error;
  } finally {
    // The hub has a duplicate of the socket; nobody was accepted here, as that takes a turn of the loop.
    server.close();
  }
}

/** Behind proxies connections begin with what is no request. */
function constantsOf({ constants, proxies }: ListenPlan): NativeConstants | null {
  return constants === null || proxies !== null ? null : new NativeConstants(constants);
}

/** Where nobody comes from. */
const NO_DOOR: Door = { stop: async () => {}, shut: () => {} };

class NativeListener implements Listener {
  readonly address: ListenAddress;
  readonly #hub: NativeHub;
  readonly #pool: ConnectionPool;
  #closing: Promise<CloseReport> | null = null;

  constructor(hub: NativeHub, pool: ConnectionPool, address: ListenAddress) {
    this.#hub = hub;
    this.#pool = pool;
    this.address = address;
  }

  stats(): ListenerStats {
    return this.#pool.stats();
  }

  async reloadTls(): Promise<void> {
    throw noTls();
  }

  close(options: CloseOptions = {}): Promise<CloseReport> {
    return (this.#closing ??= this.#close(options));
  }

  async #close(options: CloseOptions): Promise<CloseReport> {
    const hub = this.#hub;
    // The last answer on each connection says that it is the last.
    hub.stopConstants();
    const report = await this.#pool.close(options, { stop: () => stopBetweenBatches(hub), shut: () => {} });
    // Those who were turned away are told first that they are gone.
    await turn();
    hub.close();
    return report;
  }
}

/** Whoever closes a listener may do so within a batch, whose table is in use. */
async function stopBetweenBatches(hub: NativeHub): Promise<void> {
  await turn();
  hub.stop();
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
