import { DEFAULT_LIMITS } from "@armature/http";
import { createClientViews } from "../context/client-view.ts";
import { resolveDecompression } from "../context/content-codings.ts";
import { resolveTrust } from "../context/trust-proxy.ts";
import { refusalLog, requestLog } from "../features/request-log.ts";
import type { Runtime } from "../pipeline/compiled-route.ts";
import type { AppOptions } from "./app-options.ts";
import { silentLogger } from "./logger.ts";
import { createRequestIds } from "./request-id.ts";

/** What is known of an application before its providers exist. */
export interface Plan {
  readonly options: AppOptions;
  readonly runtime: Runtime;
  /** Turned on when the application begins to stop. */
  readonly state: { draining: boolean };
  /** Aborted when the application takes no more requests. */
  readonly stop: AbortController;
}

/** What the options say, ready to run. */
export function planOf(options: AppOptions): Plan {
  const stop = new AbortController();
  return { options, runtime: createRuntime(options, stop.signal), state: { draining: false }, stop };
}

function createRuntime(
  {
    logger = silentLogger,
    debug = false,
    requestId = true,
    checkAnswers = !isProduction(),
    jsonSchema = {},
    requestLog: logs = false,
    etag = false,
    limits = {},
    decompress = true,
    trustProxy = false,
  }: AppOptions,
  stopping: AbortSignal,
): Runtime {
  const trust = resolveTrust(trustProxy);
  return {
    logger,
    debug,
    maxBodyBytes: limits.maxBodyBytes ?? DEFAULT_LIMITS.maxBodyBytes,
    checksAnswers: checkAnswers,
    jsonSchema,
    clientViews: trust === null ? null : createClientViews(trust),
    decompression: resolveDecompression(decompress, brotliVersion()),
    etag,
    stopping,
    sendsRequestId: requestId !== false,
    requestIdOf: createRequestIds(requestId === "trust"),
    onAnswer: logs ? requestLog(logger) : null,
    onRefusal: logs ? refusalLog(logger) : null,
  };
}

/** Not every runtime has a process. */
function isProduction(): boolean {
  return typeof process !== "undefined" && process.env["NODE_ENV"] === "production";
}

/** Other runtimes than Node need not have a `process`. */
function brotliVersion(): string | undefined {
  return typeof process === "undefined" ? undefined : process.versions["brotli"];
}
