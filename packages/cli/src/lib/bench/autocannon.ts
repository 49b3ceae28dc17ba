import type autocannonFunction from "autocannon";
import type { Request, Result } from "autocannon";
import { createRequire } from "node:module";
import { createHistogram, type RecordableHistogram } from "node:perf_hooks";
import { type LoadCall, type LoadGenerator, type LoadReport, type LoadRequest, PATIENCE_MS } from "./load.ts";

const TICK_MS = 100;

/** The autocannon that is installed beside the CLI; `null` where there is none. */
export async function findAutocannon(): Promise<LoadGenerator | null> {
  try {
    const { default: autocannon } = await import("autocannon");
    const { version } = createRequire(import.meta.url)("autocannon/package.json") as { version: string }; // npm's format
    return { name: `autocannon ${version}`, run: async (call) => await run(autocannon, call) };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND") return null;
    throw error;
  }
}

/** What is counted here; autocannon itself counts latencies in whole milliseconds. */
interface Counts {
  readonly micros: RecordableHistogram;
  requests: number;
  bytes: number;
  refused: number;
}

async function run(
  autocannon: typeof autocannonFunction,
  { origin, load, signal }: LoadCall,
): Promise<LoadReport> {
  const counts: Counts = { micros: createHistogram(), requests: 0, bytes: 0, refused: 0 };
  const options = {
    url: `${origin}${load.requests[0]?.path ?? "/"}`,
    requests: load.requests.map(toRequest),
    connections: load.connections,
    pipelining: load.depth,
    duration: load.seconds,
    timeout: PATIENCE_MS / 1000,
    sampleInt: TICK_MS,
  };
  return await new Promise((resolve, reject) => {
    const instance = autocannon(options, (error: Error | null, result) => {
      signal?.removeEventListener("abort", stop);
      if (error === null) resolve(toReport(counts, result));
      else reject(error);
    });
    const stop = (): void => instance.stop();
    signal?.addEventListener("abort", stop, { once: true });
    instance.on("response", (_client, status, bytes, milliseconds) => {
      counts.requests++;
      counts.bytes += bytes;
      if (status >= 400) counts.refused++;
      counts.micros.record(Math.max(1, Math.round(milliseconds * 1000)));
    });
  });
}

function toReport(
  { micros, requests, bytes, refused }: Counts,
  { duration, errors }: Pick<Result, "duration" | "errors">,
): LoadReport {
  const at = (share: number): number => (requests === 0 ? Number.NaN : micros.percentile(share) / 1000);
  return {
    requests,
    seconds: duration,
    bytes,
    p50Ms: at(50),
    p90Ms: at(90),
    p99Ms: at(99),
    refused,
    socketErrors: errors,
  };
}

function toRequest({ method = "GET", path, headers = {}, body }: LoadRequest): Request {
  const content = typeof body === "number" ? "x".repeat(body) : body;
  const named = method as NonNullable<Request["method"]>; // the methods that Node knows, see settings.ts
  return { method: named, path, headers, ...(content !== undefined && { body: content }) };
}
