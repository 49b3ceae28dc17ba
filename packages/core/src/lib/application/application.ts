import {
  ArmatureError,
  type CloseOptions,
  type CloseReport,
  type Engine,
  type Exchange,
  type ExchangeHandler,
  type Limits,
  type ListenAddress,
  type Listener,
  type ListenerStats,
  type ListenOptions,
  type RequestPriority,
  type TlsOptions,
} from "@armature/http";
import type { Token } from "@armature/di";
import { FetchExchange } from "../adapters/fetch-exchange.ts";
import type { RouteInfo } from "../route/route-info.ts";
import type { AppContainer } from "./app-container.ts";
import { NOTHING_CUT } from "./close-report.ts";
import { startHooks, stopHooks } from "./lifecycle.ts";
import { logSafely, type Logger } from "./logger.ts";
import { onStopSignals, type StopSignal } from "./signals.ts";

/** Where an application listens; its limits and what is done about errors belong to the application. */
export interface AppListenOptions extends Omit<
  ListenOptions,
  "limits" | "onError" | "onRefusal" | "priorityOf"
> {
  /**
   * Signals that close the application and end the process: with 0, or 1 where closing failed. Default none; a program that is
   * only this server wants ["SIGINT", "SIGTERM"].
   */
  readonly signals?: readonly StopSignal[];
}

/** Where an application looks for a provider. */
export interface AppGetOptions {
  /** Whether providers count that the root module does not see; for tests and tools. Default false. */
  readonly anywhere?: boolean;
}

/** How an application is stopped. */
export interface AppCloseOptions extends CloseOptions {
  /** What asked for it; handed to the hooks. */
  readonly signal?: string;
}

/** The parts that an application is put together from. */
export interface ApplicationParts {
  readonly handle: ExchangeHandler;
  /** Told of the requests that the engine refuses. */
  readonly onRefusal: NonNullable<ListenOptions["onRefusal"]>;
  readonly routes: readonly RouteInfo[];
  readonly container: AppContainer;
  readonly engine: Engine | undefined;
  readonly limits: Partial<Limits>;
  /** How much a request matters; `null` where all matter the same. */
  readonly priorityOf: ((exchange: Exchange) => RequestPriority) | null;
  readonly maxBodyBytes: number;
  readonly logger: Logger;
  /** Told when the application begins to stop, so that it reports not to be ready. */
  readonly onDraining: () => void;
}

/** A built application: it serves, and it stops in order. */
export class Application {
  /** Answers exchanges; what engines and adapters call. */
  readonly handle: ExchangeHandler;
  /** Every route. */
  readonly routes: readonly RouteInfo[];
  readonly #parts: ApplicationParts;
  #listener: Listener | null = null;
  /** The listening that began; `null` where none did, or it failed. */
  #listening: Promise<ListenAddress> | null = null;
  #bootstrap: Promise<void> | null = null;
  #closing: Promise<CloseReport> | null = null;
  #forgetSignals: () => void = () => {};

  constructor(parts: ApplicationParts) {
    this.#parts = parts;
    this.handle = parts.handle;
    this.routes = parts.routes;
  }

  /** Bytes that a request body may have where its route says nothing. */
  get maxBodyBytes(): number {
    return this.#parts.maxBodyBytes;
  }

  /** Whether `close` was called. */
  get closing(): boolean {
    return this.#closing !== null;
  }

  /** Where the application can be reached; `null` unless it listens. */
  get address(): ListenAddress | null {
    return this.#listener?.address ?? null;
  }

  /** The engine's counters; `null` unless it listens. */
  stats(): ListenerStats | null {
    return this.#listener?.stats() ?? null;
  }

  /**
   * The instance of a provider that the root module sees.
   * @throws DiError `E_DI_MISSING`, `E_DI_SCOPE` for what belongs to a request; `E_DI_AMBIGUOUS` where `anywhere` finds several
   */
  get<T>(token: Token<T>, { anywhere = false }: AppGetOptions = {}): T {
    const { container } = this.#parts;
    return anywhere ? container.getAnywhere(token) : container.get(token);
  }

  /**
   * Runs the bootstrap hooks and starts to accept connections.
   * @throws ArmatureError `E_ENGINE_MISSING`, `E_APP_LISTENING`, `E_APP_CLOSED`, and what the engine throws
   */
  async listen(options: AppListenOptions = {}): Promise<ListenAddress> {
    const { engine } = this.#parts;
    assertKnown(options);
    if (engine === undefined)
      throw new ArmatureError(
        "E_ENGINE_MISSING",
        "The application has no engine; pass { engine: createEngine() }.",
      );
    if (this.#closing !== null) throw closed();
    if (this.#listening !== null)
      throw new ArmatureError("E_APP_LISTENING", "The application listens already; call listen() once.");
    this.#listening = this.#listen(engine, options);
    try {
      return await this.#listening;
    } catch (error) {
      this.#listening = null;
      throw error;
    }
  }

  async #listen(engine: Engine, options: AppListenOptions): Promise<ListenAddress> {
    const { limits, priorityOf, logger, onRefusal } = this.#parts;
    const { signals = [], ...where } = options;
    const onError = (error: unknown): void => logSafely(() => logger.error({ err: error }, "engine error"));
    await this.bootstrap();
    if (this.#closing !== null) throw closed();
    const asked = priorityOf === null ? {} : { priorityOf };
    const listener = await engine.listen({ ...where, ...asked, limits, onError, onRefusal }, this.handle);
    this.#listener = listener;
    if (signals.length > 0) this.#watch(signals);
    return listener.address;
  }

  /**
   * Takes other certificates, or reads the files of the present ones again, without a restart: handshakes that begin afterwards use
   * them. Where something is wrong with them nothing changes.
   * @throws ArmatureError `E_TLS_OFF` unless it listens with TLS; `E_TLS_INVALID`, `E_TLS_FILE`, `E_TLS_CERTIFICATE`
   */
  async reloadTls(options?: TlsOptions): Promise<void> {
    if (this.#listener === null)
      throw new ArmatureError("E_TLS_OFF", "The application does not listen; call listen({ tls }) first.");
    await this.#listener.reloadTls(options);
  }

  /** Answers a Web `Request`; for runtimes without an engine, and for tests. */
  readonly fetch = async (request: Request): Promise<Response> => {
    if (this.#closing !== null) throw closed();
    await this.bootstrap();
    const exchange = new FetchExchange(request, this.#parts.maxBodyBytes);
    this.handle(exchange);
    return await exchange.response;
  };

  /** Runs the bootstrap hooks once; `listen` and `fetch` do so by themselves. */
  bootstrap(): Promise<void> {
    return (this.#bootstrap ??= startHooks(this.#parts.container.instances, "onApplicationBootstrap"));
  }

  /**
   * Stops in order: `beforeApplicationShutdown`, then the listener drains, then `onModuleDestroy` and `onApplicationShutdown`.
   * Calls after the first give the first one's promise.
   * @throws AggregateError `errors` has what the hooks threw; all of them ran
   */
  close(options: AppCloseOptions = {}): Promise<CloseReport> {
    return (this.#closing ??= this.#close(options));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close({ signal, ...options }: AppCloseOptions): Promise<CloseReport> {
    const { container, onDraining } = this.#parts;
    onDraining();
    // What has begun to start is let finish, so that nothing starts behind the stop.
    await Promise.allSettled([this.#bootstrap, this.#listening]);
    const failures = await stopHooks(container.instances, "beforeApplicationShutdown", signal);
    const report = (await this.#listener?.close(options)) ?? NOTHING_CUT;
    this.#listener = null;
    failures.push(...(await stopHooks(container.instances, "onModuleDestroy", signal)));
    failures.push(...(await stopHooks(container.instances, "onApplicationShutdown", signal)));
    await container.dispose().catch((error: unknown) => failures.push(error));
    this.#forgetSignals();
    if (failures.length > 0)
      throw new AggregateError(
        failures,
        `${failures.length} provider(s) failed while the application stopped.`,
      );
    return report;
  }

  #watch(signals: readonly StopSignal[]): void {
    const { logger } = this.#parts;
    this.#forgetSignals = onStopSignals(
      signals,
      async (signal) => {
        logger.info({ signal }, "stopping");
        const { cut } = await this.close({ signal });
        logger.info({ signal, cut }, "stopped");
      },
      (error) => logger.error({ err: error }, "the application did not stop cleanly"),
    );
  }
}

function closed(): ArmatureError {
  return new ArmatureError("E_APP_CLOSED", "The application is stopped; build a new one.");
}

/** Every option; the type makes the compiler notice one that is missing here. */
const LISTEN_OPTIONS: Readonly<Record<keyof AppListenOptions, true>> = {
  port: true,
  host: true,
  backlog: true,
  ipv6Only: true,
  exclusive: true,
  reusePort: true,
  path: true,
  mode: true,
  fd: true,
  handle: true,
  tls: true,
  signals: true,
};

function assertKnown(options: AppListenOptions): void {
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(LISTEN_OPTIONS, name)) continue;
    throw new ArmatureError(
      "E_OPTION_UNKNOWN",
      `There is no listen option "${name}"; the options are ${Object.keys(LISTEN_OPTIONS).join(", ")}.`,
    );
  }
}
