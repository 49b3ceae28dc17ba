import { createRouter } from "@armature/router";
import { FetchExchange } from "../adapters/fetch-exchange.ts";
import type { Logger } from "../application/logger.ts";
import { defineModule, type ModuleDefinition } from "../module/module-definition.ts";
import type { ModuleRuntime, RequestScope } from "../module/module-runtime.ts";
import { compileRoute } from "../pipeline/compile-route.ts";
import type { CompiledRoute, Runtime } from "../pipeline/compiled-route.ts";
import type { Constructor, Next } from "../pipeline/stages.ts";
import type { ResolvedStages } from "../route/route-definition.ts";
import type { RouteSchemas } from "../route/route-schemas.ts";
import { testRouteInfo } from "../route/test-route-info.test.kit.ts";
import { resolveDecompression } from "./content-codings.ts";
import { RequestContext } from "./request-context.ts";

/** The route that a test's request has matched. */
export interface TestRoute {
  /** Default: the path of the request. */
  readonly path?: string;
  readonly schemas?: RouteSchemas;
  readonly handler?: Next;
  readonly stages?: Partial<ResolvedStages>;
  readonly maxBodyBytes?: number;
  readonly module?: ModuleRuntime;
  readonly runtime?: Partial<Runtime>;
}

/** The context of a test's request. */
export interface TestContext {
  readonly context: RequestContext;
  readonly exchange: FetchExchange;
}

/** Makes the context that the dispatcher would make for a request. */
export function testContext(request: Request, route: TestRoute = {}): TestContext {
  const exchange = new FetchExchange(request, 1024);
  const path = route.path ?? new URL(request.url).pathname;
  const compiled = testRoute({ ...route, path }, request.method);
  const match = createRouter([{ method: request.method, path, value: compiled }]).matchString(
    exchange.method,
    exchange.target,
  );
  return { context: new RequestContext(exchange, compiled, match), exchange };
}

/** Compiles a route that nothing but its options tells from others. */
export function testRoute(route: TestRoute, method = "GET"): CompiledRoute {
  const { path = "/", schemas = {}, handler = () => undefined, stages = {} } = route;
  return compileRoute(
    {
      info: testRouteInfo({ method, path, schemas }),
      handler,
      stages: { middleware: [], guards: [], interceptors: [], filters: [], ...stages },
      maxBodyBytes: route.maxBodyBytes,
      priority: "normal",
      etag: undefined,
      module: route.module ?? new PlainModule(),
    },
    testRuntime(route.runtime),
  );
}

/** What the routes of a test share: nothing is logged, nothing is added to answers. */
export function testRuntime(runtime: Partial<Runtime> = {}): Runtime {
  return {
    logger: new LogNotes(),
    debug: false,
    maxBodyBytes: 1024,
    clientViews: null,
    decompression: resolveDecompression(true, undefined),
    checksAnswers: true,
    jsonSchema: {},
    etag: false,
    sendsRequestId: false,
    stopping: new AbortController().signal,
    requestIdOf: () => "id-1",
    onAnswer: null,
    onRefusal: null,
    ...runtime,
  };
}

/** A module that makes its classes by `new`, once each. */
export class PlainModule implements ModuleRuntime {
  readonly name: string = "TestModule";
  readonly definition: ModuleDefinition;
  readonly isConstructed: boolean = true;
  readonly #instances = new Map<Constructor<object>, object>();

  constructor(definition: ModuleDefinition = defineModule({})) {
    this.definition = definition;
  }

  isPerRequest(): boolean {
    return false;
  }

  instanceOf<T extends object>(type: Constructor<T>): T {
    const known = this.#instances.get(type) ?? new type();
    this.#instances.set(type, known);
    return known as T; // the map goes from a class to its instance
  }

  sampleOf<T extends object>(type: Constructor<T>): T {
    return new type();
  }

  openScope(): RequestScope {
    throw new Error("Nothing of this module belongs to a request.");
  }
}

/** A line that was logged. */
export interface LogNote {
  readonly level: string;
  readonly message: string | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A logger that keeps its lines. */
export class LogNotes implements Logger {
  readonly notes: LogNote[];
  readonly #bound: Readonly<Record<string, unknown>>;

  constructor(notes: LogNote[] = [], bound: Readonly<Record<string, unknown>> = {}) {
    this.notes = notes;
    this.#bound = bound;
  }

  debug(fields: object, message?: string): void {
    this.#note("debug", fields, message);
  }

  info(fields: object, message?: string): void {
    this.#note("info", fields, message);
  }

  warn(fields: object, message?: string): void {
    this.#note("warn", fields, message);
  }

  error(fields: object, message?: string): void {
    this.#note("error", fields, message);
  }

  child(fields: Record<string, unknown>): Logger {
    return new LogNotes(this.notes, { ...this.#bound, ...fields });
  }

  #note(level: string, fields: object, message: string | undefined): void {
    this.notes.push({ level, message, fields: { ...this.#bound, ...fields } });
  }
}
