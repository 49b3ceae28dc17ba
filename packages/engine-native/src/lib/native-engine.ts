import cluster from "node:cluster";
import { createServer } from "node:net";
import { createEngine } from "@armature/engine";
import {
  addressOf,
  bind,
  ConnectionPool,
  type Door,
  type ListenPlan,
  loadTls,
  noTls,
  openRedirect,
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
  TlsOptions,
} from "@armature/http";
import type { NativeBinding } from "./binding.ts";
import { listeningDescriptor } from "./listening-descriptor.ts";
import { loadBinding } from "./load-binding.ts";
import { NativeConstants } from "./native-constants.ts";
import { NativeHeads } from "./native-heads.ts";
import { NativeHub } from "./native-hub.ts";
import { type NativeIo, resolveIo } from "./native-io.ts";
import { NativeTls, type NativeTlsPlan } from "./native-tls.ts";
import { canEncrypt, settingsOf } from "./tls-settings.ts";

/** How the native engine works. */
export interface NativeEngineOptions {
  /**
   * How it learns what clients send. Where io_uring is asked for and cannot be used, epoll is; {@link ioUringFault} says why. Listeners with TLS
   * have epoll. Default: what the environment has as `ARMATURE_NATIVE_IO`, else `"epoll"`.
   */
  readonly io?: NativeIo;
  /**
   * Whether listeners with TLS are native too, where rustls can do what their options ask: HTTP/1.1 is encrypted in Rust then, and
   * clients that choose HTTP/2 are handed over to the TypeScript engine. Default `true`.
   */
  readonly rustls?: boolean;
}

/**
 * Makes the native engine: the sockets are those of Rust code inside the event loop of the thread, which hands over what all
 * connections brought in one call. Listeners that it has no sockets for (HTTP/2 without TLS, Unix domain sockets, handles, certificates of clients, and
 * those that share the socket of a cluster's primary) are the TypeScript engine's.
 *
 * @throws ArmatureError `E_NATIVE_ENGINE_MISSING` where it is not built; `E_OPTION_INVALID` for an option that has no such value
 * @example
 * const app = await createApp(AppModule, { engine: createNativeEngine() });
 */
export function createNativeEngine({ io: choice, rustls = true }: NativeEngineOptions = {}): Engine {
  const binding = loadBinding();
  const io = resolveIo(choice);
  const other = createEngine();
  return {
    name: "native",
    listen: async (options, handler) => {
      const plan = resolveListenOptions(options);
      const means = { binding, io };
      if (!isOwn(plan)) return await other.listen(options, handler);
      if (plan.tls === null) return await listen(means, plan, handler);
      const secure = rustls ? await planTls(binding, plan, plan.tls) : null;
      if (secure === null) return await other.listen(options, handler);
      const listener = await listen({ ...means, io: "epoll", secure }, plan, handler);
      await listener.redirect(plan);
      return listener;
    },
  };
}

/** Whether the sockets of a listener can be native ones. */
function isOwn({ target, h2c }: ListenPlan): boolean {
  if (h2c) return false;
  if (target.kind === "tcp") return !cluster.isWorker || target.exclusive || target.reusePort;
  // In a worker the number is that of a descriptor of the primary.
  return target.kind === "fd" && !cluster.isWorker;
}

/** What an engine has chosen. */
interface Means {
  readonly binding: NativeBinding;
  readonly io: NativeIo;
  /** Left out where connections are not encrypted. */
  readonly secure?: NativeTlsPlan;
}

/** `null` where rustls cannot do what the options, keys and certificates ask. */
async function planTls(
  binding: NativeBinding,
  plan: ListenPlan,
  tls: TlsOptions,
): Promise<NativeTlsPlan | null> {
  if (!canEncrypt(plan)) return null;
  const { http2 } = plan;
  const loaded = await loadTls(tls);
  const settings = settingsOf(loaded, tls, http2);
  if (settings === null || binding.tlsFault(settings) !== undefined) return null;
  return { tls, http2, loaded, settings };
}

async function listen(means: Means, plan: ListenPlan, handler: ExchangeHandler): Promise<NativeListener> {
  const { binding, io, secure: secured } = means;
  const server = createServer();
  await bind(server, plan.target);
  const address = addressOf(server, secured === undefined ? "http" : "https");
  const unix = address.path !== undefined;
  const heads = new NativeHeads(binding);
  const constants = constantsOf(plan);
  const pool = new ConnectionPool({ ...plan, handler, knownHeads: heads, below: constants });
  try {
    const secure = secured === undefined ? null : new NativeTls(secured, { pool, unix });
    const hub = new NativeHub(binding, listeningDescriptor(server), {
      ...plan,
      pool,
      heads,
      constants,
      unix,
      io,
      secure,
    });
    return new NativeListener({ hub, pool, secure, address, means });
  } catch (error) {
    await pool.close({ graceMs: 0 }, NO_DOOR);
    throw error;
  } finally {
    // The hub has a duplicate of the socket; nobody was accepted here, as that takes a turn of the loop.
    server.close();
  }
}

/** Behind proxies connections begin with what is no request. */
function constantsOf({ constants, proxies, tls }: ListenPlan): NativeConstants | null {
  const isPlain = proxies === null && tls === null;
  return constants !== null && isPlain ? new NativeConstants(constants) : null;
}

/** Where nobody comes from. */
const NO_DOOR: Door = { stop: async () => {}, shut: () => {} };

interface ListenerParts {
  readonly hub: NativeHub;
  readonly pool: ConnectionPool;
  readonly secure: NativeTls | null;
  readonly address: ListenAddress;
  readonly means: Means;
}

class NativeListener implements Listener {
  readonly address: ListenAddress;
  readonly #parts: ListenerParts;
  #redirect: Listener | null = null;
  #closing: Promise<CloseReport> | null = null;

  constructor(parts: ListenerParts) {
    this.#parts = parts;
    this.address = parts.address;
  }

  get redirectAddress(): ListenAddress | undefined {
    return this.#redirect?.address;
  }

  /** Sends those who come without encryption here; where that fails this listener is closed. */
  async redirect(plan: ListenPlan): Promise<void> {
    const { binding, io } = this.#parts.means;
    const plain = { binding, io };
    try {
      this.#redirect = await openRedirect(plan, this.address, (options, handler) =>
        listen(plain, resolveListenOptions(options), handler),
      );
    } catch (error) {
      await this.close({ graceMs: 0 });
      throw error;
    }
  }

  stats(): ListenerStats {
    return this.#parts.pool.stats();
  }

  async reloadTls(options?: TlsOptions): Promise<void> {
    if (this.#parts.secure === null) throw noTls();
    await this.#parts.secure.reload(options);
  }

  close(options: CloseOptions = {}): Promise<CloseReport> {
    return (this.#closing ??= this.#close(options));
  }

  async #close(options: CloseOptions): Promise<CloseReport> {
    const { hub, pool, secure } = this.#parts;
    const redirecting = this.#redirect?.close(options);
    // The last answer on each connection says that it is the last.
    hub.stopConstants();
    const report = await pool.close(options, {
      stop: async () => {
        await stopBetweenBatches(hub);
        await secure?.left();
      },
      shut: () => secure?.shut(),
    });
    await redirecting;
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
