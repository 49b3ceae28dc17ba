import cluster from "node:cluster";
import { availableParallelism } from "node:os";
import type { Logger } from "@armature/core";
import { ArmatureError } from "@armature/http";
import { createLogger } from "../create-logger.ts";
import type { Cluster } from "./cluster.ts";
import { Supervisor } from "./supervisor.ts";

/** How an application runs in several processes. */
export interface ClusterOptions {
  /** Builds the application and listens; called in each worker. */
  readonly start: () => unknown;
  /** How many workers. Default: one for each core that the process may use. */
  readonly workers?: number;
  /** Milliseconds that a worker may take to stop before it is killed; 40 000 by default, more than an application takes. */
  readonly stopTimeoutMs?: number;
  /** Where the primary says what happens to workers. Default: JSON to stdout. */
  readonly logger?: Logger;
}

/**
 * Runs an application in several processes that share its port, and starts a worker again that ends by itself. `SIGHUP` replaces all
 * workers without losing a request, as after a deployment; `SIGTERM` and `SIGINT` stop them and end the process.
 *
 * @returns the workers in the primary, `null` in a worker once it has started
 * @throws ArmatureError `E_OPTION_INVALID`; `E_CLUSTER_WORKER` where no worker comes up
 * @example
 * await runCluster({
 *   start: async () => {
 *     const app = await createApp(AppModule);
 *     await app.listen({ port: 3000 });
 *   },
 * });
 */
export async function runCluster(options: ClusterOptions): Promise<Cluster | null> {
  const {
    start,
    workers = availableParallelism(),
    stopTimeoutMs = 40_000,
    logger = createLogger(),
  } = options;
  assertWhole("workers", workers);
  assertWhole("stopTimeoutMs", stopTimeoutMs);
  if (!cluster.isPrimary) {
    await start();
    return null;
  }
  const supervisor = new Supervisor({ workers, stopTimeoutMs, logger });
  await supervisor.start();
  watchSignals(supervisor, logger);
  return supervisor;
}

function assertWhole(name: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new ArmatureError(
    "E_OPTION_INVALID",
    `The option "${name}" must be a whole number, at least 1 (got ${JSON.stringify(value)}).`,
  );
}

function watchSignals(supervisor: Supervisor, logger: Logger): void {
  process.on("SIGHUP", () => {
    supervisor.restart().catch((error: unknown) => logger.error({ err: error }, "the restart was given up"));
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      logger.info({ signal }, "stopping");
      void supervisor.stop().then(() => process.exit(0));
    });
  }
}
