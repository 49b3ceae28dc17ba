import {
  ArmatureError,
  type CloseOptions,
  type CloseReport,
  type ConstantAnswers,
  type Engine,
  type Exchange,
  type ExchangeHandler,
  type FieldList,
  type Limits,
  type ListenAddress,
  type Listener,
  type ListenerStats,
  type ListenOptions,
  type Refusal,
  type RequestPriority,
  type TlsOptions,
} from "@armature/http";
import type { Token } from "@armature/di";
import { FetchExchange } from "../adapters/fetch-exchange.ts";
import type { RouteInfo } from "../route/route-info.ts";
import type { AppContainer } from "./app-container.ts";
import { NOTHING_CUT, withGuests } from "./close-report.ts";
import { InWork, type GuestExchange } from "./in-work.ts";
import { HOOK_TIMEOUT_MS, startHooks, stopHooks } from "./lifecycle.ts";
import { logSafely, type Logger } from "./logger.ts";
import { stopOnSignals, type StopSignal } from "./signals.ts";
import { withTimeLimit } from "./time-limit.ts";

/** Where an application listens; its limits and what is done about errors belong to the application. */
export interface AppListenOptions extends Omit<
  ListenOptions,
  "limits" | "onError" | "onRefusal" | "priorityOf" | "constants"
> {
  /**
   * Signals that close the application and end the process: with 0, or 1 where closing failed. All applications of the process
   * close before it ends, and a second signal ends it at once. `false` or an empty list leaves signals alone. Default
   * ["SIGINT", "SIGTERM"].
   */
  readonly signals?: readonly StopSignal[] | false;
  /** How signals close it. Default: as `close()` without options. */
  readonly stop?: Omit<AppCloseOptions, "signal">;
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
  /** Milliseconds that each hook of the stop may take before it is left behind; 0 means any time. Default 10 000. */
  readonly hookTimeoutMs?: number;
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
  /** What engines may answer by themselves; `null` where that is nothing. */
  readonly constants: ConstantAnswers | null;
  /** How much a request matters; `null` where all matter the same. */
  readonly priorityOf: ((exchange: Exchange) => RequestPriority) | null;
  readonly maxBodyBytes: number;
  readonly logger: Logger;
  /** Told when the application begins to stop, so that it reports not to be ready. */
  readonly onDraining: () => void;
  /** Aborted when it takes no more requests. */
  readonly stop: AbortController;
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
  readonly #inWork = new InWork();

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

  /** Aborts when the application takes no more requests, so that what has no end can end. */
  get stopping(): AbortSignal {
    return this.#parts.stop.signal;
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
   * Runs the bootstrap hooks and starts to accept connections. Where it fails the application is closed, so that what its providers
   * hold does not keep the process alive.
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
      const { logger } = this.#parts;
      const failed = (failure: unknown): void => logger.error({ err: failure }, NOT_CLEAN);
      await this.close({ graceMs: 0 }).catch((failure: unknown) => logSafely(() => failed(failure)));
      throw error;
    }
  }

  async #listen(engine: Engine, options: AppListenOptions): Promise<ListenAddress> {
    const { limits, priorityOf, constants, logger, onRefusal } = this.#parts;
    const { signals = STOP_SIGNALS, stop = {}, ...where } = options;
    const onError = (error: unknown): void => logSafely(() => logger.error({ err: error }, "engine error"));
    await this.bootstrap();
    if (this.#closing !== null) throw closed();
    const own = {
      ...(priorityOf === null ? {} : { priorityOf }),
      ...(constants === null ? {} : { constants }),
    };
    const listener = await engine.listen({ ...where, ...own, limits, onError, onRefusal }, this.handle);
    this.#listener = listener;
    if (signals !== false) this.#watch(signals, stop);
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
    this.serve(exchange);
    return await exchange.response;
  };

  /** Answers an exchange that no listener knows of; `close` waits for it. */
  serve(exchange: GuestExchange): void {
    this.#inWork.add(exchange);
    this.handle(exchange);
  }

  /** Numbers, logs and publishes a request that an adapter refuses by itself; gives fields for its answer, or `null`. */
  refused(refusal: Refusal): FieldList | null {
    return this.#parts.onRefusal(refusal);
  }

  /** Logs what keeps the application from starting, where nobody else is told. */
  notStarted(error: unknown): void {
    logSafely(() => this.#parts.logger.error({ err: error }, "the application did not start"));
  }

  /** Runs the bootstrap hooks once; `listen` and `fetch` do so by themselves. */
  bootstrap(): Promise<void> {
    return (this.#bootstrap ??= startHooks(this.#parts.container.instances, "onApplicationBootstrap"));
  }

  /**
   * Stops in order: `beforeApplicationShutdown`, then requests in work finish, whichever way they came in, then `onModuleDestroy` and
   * `onApplicationShutdown`. Calls after the first give the first one's promise.
   * @throws AggregateError `errors` has what the hooks threw, and `E_HOOK_TIMEOUT` for those that took too long; all of them ran
   */
  close(options: AppCloseOptions = {}): Promise<CloseReport> {
    return (this.#closing ??= this.#close(options));
  }

  /** Closes it; clients that keep connections open without a request are not waited for. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close({ lingerMs: 0 });
  }

  async #close({ signal, hookTimeoutMs, ...options }: AppCloseOptions): Promise<CloseReport> {
    const { container, onDraining } = this.#parts;
    const hooks = { signal, timeoutMs: hookTimeoutMs ?? HOOK_TIMEOUT_MS };
    onDraining();
    // What has begun to start is let finish, so that nothing starts behind the stop.
    await Promise.allSettled([this.#bootstrap, this.#listening]);
    const failures = await stopHooks(container.instances, "beforeApplicationShutdown", hooks);
    const report = await this.#drain(options);
    failures.push(...(await stopHooks(container.instances, "onModuleDestroy", hooks)));
    failures.push(...(await stopHooks(container.instances, "onApplicationShutdown", hooks)));
    await withTimeLimit(container.dispose(), hooks.timeoutMs, "The disposal of the providers").catch(
      (error: unknown) => failures.push(error),
    );
    this.#forgetSignals();
    if (failures.length > 0)
      throw new AggregateError(
        failures,
        `${failures.length} provider(s) failed while the application stopped.`,
      );
    return report;
  }

  /** Lets requests in work finish, whichever way they came in. */
  async #drain(options: CloseOptions): Promise<CloseReport> {
    this.#parts.stop.abort(new DOMException("The application stops.", "AbortError"));
    const [report = NOTHING_CUT, guests] = await Promise.all([
      this.#listener?.close(options),
      this.#inWork.drain(options.graceMs ?? GRACE_MS),
    ]);
    this.#listener = null;
    return withGuests(report, guests);
  }

  #watch(signals: readonly StopSignal[], options: AppCloseOptions): void {
    const { logger } = this.#parts;
    this.#forgetSignals = stopOnSignals({
      signals,
      stop: async (signal) => {
        logger.info({ signal }, "stopping");
        const report = await this.close({ ...options, signal });
        logger.info({ signal, ...report }, "stopped");
      },
      failed: (error) => logger.error({ err: error }, NOT_CLEAN),
    });
  }
}

const STOP_SIGNALS: readonly StopSignal[] = ["SIGINT", "SIGTERM"];

const NOT_CLEAN = "the application did not stop cleanly";

/** As long as a listener waits for its requests. */
const GRACE_MS = 30_000;

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
  http2: true,
  h2c: true,
  redirectHttp: true,
  proxyProtocol: true,
  signals: true,
  stop: true,
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
