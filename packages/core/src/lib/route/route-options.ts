import type { InferOutput, StandardSchemaV1 } from "@armature/schema";
import type { PathParams } from "@armature/router";
import type { EtagMode } from "../conditional/body-tag.ts";
import type { BodyReader } from "../context/body-reader.ts";
import type { Context, Query } from "../context/context.ts";
import type { Cookies, ErrorRef, HeaderList, RequestPriority } from "@armature/http";
import type { ReplyFactory } from "../context/reply-factory.ts";
import type { RouteDocs } from "./route-docs.ts";
import type { ResponsesOf, RouteSchemas } from "./route-schemas.ts";
import type { FilterRef, GuardRef, InterceptorRef, MiddlewareRef } from "../pipeline/stages.ts";

/** The stages that run before and around a handler. */
export interface StageOptions {
  /** Outermost; may answer in place of everything behind it. */
  readonly middleware?: readonly MiddlewareRef[];
  /** Decide who may pass; run before the body is read. */
  readonly guards?: readonly GuardRef[];
  /** Around the handler, behind validation. */
  readonly interceptors?: readonly InterceptorRef[];
  /** Turn errors into answers; the innermost level is asked first. */
  readonly filters?: readonly FilterRef[];
}

/** What everything around a route, and the route itself, can declare. */
export interface ErrorOptions {
  /**
   * Errors that may be answered: what `defineError` made, classes of HttpErrors with a static status and code, or statuses that stand
   * for the framework's own, as 404 for `E_NOT_FOUND`. They reach documents and clients; errors that nobody declares are answered too.
   */
  readonly errors?: readonly ErrorRef[];
}

/** Everything that can be said of a route beside its method, path and handler. */
export interface RouteOptions extends RouteSchemas, StageOptions, ErrorOptions {
  /** Bytes that the body of this route may have. Default: the limit `maxBodyBytes` of the application. */
  readonly maxBodyBytes?: number;
  /** Serve the route only for these hosts, e.g. "api.example.com" or "*.example.com". Default: all. */
  readonly host?: string | readonly string[];
  /** Serve the route only for these versions; needs the `versioning` option of the application. Default: all. */
  readonly version?: string | readonly string[];
  /** What documents of the API say of the route. */
  readonly docs?: RouteDocs;
  /**
   * How much requests of the route matter when there is no time for all: "high" is never shed for lack of time and goes first,
   * "low" is shed first. Default that of its controller or group, else "normal".
   */
  readonly priority?: RequestPriority;
  /**
   * Whether answers of text, bytes and JSON to GET and HEAD get an `etag` of their bytes, so that a client that has them gets 304 in
   * their place: `true` and "weak" make weak tags, "strong" such that `if-match` and `if-range` take. Tags of your own stay. Default that of
   * its controller or group, else of the application.
   */
  readonly etag?: EtagMode;
  /** Facts for your own stages, read from `context.route.meta`. */
  readonly meta?: Readonly<Record<string, unknown>>;
}

/** No option at all. */
// The empty object type is meant: an intersection with it changes nothing.
// oxlint-disable-next-line typescript/ban-types
export type NoOptions = {};

/** The parameters that a handler gets: those of its schema, else those that the path names. */
export type ParamsOf<TPath extends string, TOptions> = PartOf<TOptions, "params", NamedParams<TPath>>;

/** Written out, so that messages show the members and not how they were found. A path may leave out its first slash. */
type NamedParams<TPath extends string> =
  PathParams<
    TPath extends `/${string}` ? TPath : string extends TPath ? TPath : `/${TPath}`
  > extends infer TParams
    ? { [K in keyof TParams]: TParams[K] }
    : never;

/** What the schema of a part gives; or either, where options leave open whether there is a schema. */
type PartOf<TOptions, TKey extends keyof RouteSchemas, TElse> = TKey extends keyof TOptions
  ? OutputOf<TOptions[TKey], TElse>
  : TElse;

type OutputOf<TSchema, TElse> = TSchema extends StandardSchemaV1 ? InferOutput<TSchema> : TElse;

/** What a handler is called with: the context, with everything that the path and the schemas say about its types. */
export interface RouteContext<TPath extends string = string, TOptions = NoOptions> extends Context {
  /** Path parameters: the output of the `params` schema, else what the path names. */
  readonly params: ParamsOf<TPath, TOptions>;
  /** The output of the `query` schema, else all query parameters as strings. */
  readonly query: PartOf<TOptions, "query", Query>;
  /** The output of the `headers` schema, else the list of header fields. */
  readonly headers: PartOf<TOptions, "headers", HeaderList>;
  /** The output of the `cookies` schema, else all cookies as strings. */
  readonly cookies: PartOf<TOptions, "cookies", Cookies>;
  /** The output of the `body` schema, else a reader. */
  readonly body: PartOf<TOptions, "body", BodyReader>;
  /** Makes an answer with another status, header fields or cookies; knows the statuses that the route declares. */
  readonly reply: ReplyFactory<ResponsesOf<TOptions>>;
}
