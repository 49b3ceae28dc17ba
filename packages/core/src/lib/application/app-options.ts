import type { Provider } from "@armature/di";
import type { Engine, Limits } from "@armature/http";
import type { JsonSchemaOptions } from "@armature/schema";
import type { DecompressOptions } from "../context/content-codings.ts";
import type { EtagMode } from "../conditional/body-tag.ts";
import type { TrustProxy } from "../context/trust-proxy.ts";
import type { HealthOptions } from "../features/health.ts";
import type { Versioning } from "../route/conditions.ts";
import type { ErrorOptions, StageOptions } from "../route/route-options.ts";
import type { Logger } from "./logger.ts";

/** How an application is built. */
export interface AppOptions extends StageOptions, ErrorOptions {
  /** What turns bytes into exchanges; needed for `listen` only. */
  readonly engine?: Engine;
  /** Where errors and requests are logged. Default: nowhere. */
  readonly logger?: Logger;
  /** Whether every request is logged when it is answered. Default false. */
  readonly requestLog?: boolean;
  /** Limits that differ from the engine's defaults. */
  readonly limits?: Partial<Limits>;
  /**
   * The proxies that may say which client they speak for, over which scheme and to which host: addresses and ranges, "loopback",
   * "private", "link-local", or how many there are. Default false: nobody is believed.
   */
  readonly trustProxy?: TrustProxy;
  /**
   * Whether request bodies with a `content-encoding` are decompressed as they are read, and within which limits; those that are not
   * are refused with 415. Default true.
   */
  readonly decompress?: boolean | DecompressOptions;
  /** Whether errors tell the client what went wrong inside; never in production. Default false. */
  readonly debug?: boolean;
  /**
   * Whether answers are checked in full by the `response` schema of their route. Without it the kinds of their values are still
   * checked, and what the schema does not declare is still left out; formats, lengths and refinements are not looked at, and
   * schemas that change values run as ever. Default: true, unless the environment variable NODE_ENV is "production".
   */
  readonly checkAnswers?: boolean;
  /** How schemas become JSON Schemas, which serialisers and documents are made from. */
  readonly jsonSchema?: JsonSchemaOptions;
  /**
   * Whether every answer that is not constant carries `x-request-id`; "trust" takes over a well-formed one of the client, as behind a proxy that
   * sets it. Default true: a new one for each request.
   */
  readonly requestId?: boolean | "trust";
  /**
   * Whether answers of text, bytes and JSON to GET and HEAD get an `etag` of their bytes, so that a client that has them gets 304 in
   * their place: `true` and "weak" make weak tags, "strong" such that `if-match` and `if-range` take. Tags of your own stay. Default
   * false: hashing a small answer costs about as much as routing and writing it.
   */
  readonly etag?: EtagMode;
  /** Serves `/health`, `/health/live` and `/health/ready`. Default: not served. */
  readonly health?: boolean | HealthOptions;
  /** In front of the paths of all routes. Default "". */
  readonly prefix?: string;
  /** How a request says which version of a route it wants. Default: there are no versions. */
  readonly versioning?: Versioning;
  /** Path constraints by name, for `:param(name)`; each says whether a decoded segment fits. */
  readonly constraints?: Readonly<Record<string, (segment: string) => boolean>>;
  /** Providers that replace those of the same token everywhere; for tests. */
  readonly overrides?: readonly Provider[];
}
