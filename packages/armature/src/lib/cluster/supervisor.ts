import cluster, { type Worker } from "node:cluster";
import type { Logger } from "@armature/core";
import { ArmatureError } from "@armature/http";
import type { Cluster } from "./cluster.ts";

/** A worker that served for so long did not fail at its start. */
const STEADY_MS = 10_000;

/** The pause before a worker that failed at its start is tried again; doubled each time. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;

/** What a supervisor goes by. */
export interface SupervisorOptions {
  readonly workers: number;
  readonly stopTimeoutMs: number;
  readonly logger: Logger;
}

/** Keeps as many workers as there should be. */
export class Supervisor implements Cluster {
  readonly #options: SupervisorOptions;
  /** The workers that are to serve; one that is not among them ends because it was told to. */
  readonly #serving = new Set<Worker>();
  /** Restarts follow each other. */
  #restarting: Promise<void> = Promise.resolve();
  #stopping: Promise<void> | null = null;
  #pauseMs = FIRST_PAUSE_MS;

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  get pids(): readonly number[] {
    return [...this.#serving].flatMap(({ process }) => process.pid ?? []);
  }

  /** Starts all workers; where one of them cannot start, the others are stopped. */
  async start(): Promise<void> {
    const workers = Array.from({ length: this.#options.workers }, () => this.#add());
    try {
      await Promise.all(workers);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  restart(): Promise<void> {
    const restarting = this.#restarting.then(() => this.#replaceAll());
    this.#restarting = restarting.catch(() => {});
    return restarting;
  }

  stop(): Promise<void> {
    return (this.#stopping ??= this.#stopAll());
  }

  async #replaceAll(): Promise<void> {
    const { logger } = this.#options;
    const replaced = [...this.#serving];
    for (const worker of replaced) {
      if (this.#stopping !== null) return;
      await this.#add();
      await this.#end(worker);
    }
    logger.info({ pids: this.pids }, "restarted");
  }

  async #stopAll(): Promise<void> {
    await Promise.all([...this.#serving].map(async (worker) => await this.#end(worker)));
  }

  /** Starts a worker, and waits until it listens. */
  async #add(): Promise<void> {
    const worker = cluster.fork();
    const startMs = performance.now();
    await listening(worker);
    this.#serving.add(worker);
    this.#options.logger.info({ pid: worker.process.pid }, "worker listens");
    worker.once("exit", (code, signal) => this.#ended(worker, performance.now() - startMs, { code, signal }));
    // It may have ended, or all may have been told to, before there was someone to hear it.
    if (worker.isDead()) this.#ended(worker, 0, { code: null, signal: null });
    else if (this.#stopping !== null) await this.#end(worker);
  }

  /** A worker ended; if nobody told it to, there is another one in its place. */
  #ended(worker: Worker, servedMs: number, how: object): void {
    if (!this.#serving.delete(worker) || this.#stopping !== null) return;
    this.#options.logger.error({ pid: worker.process.pid, ...how }, "a worker ended by itself");
    this.#pauseMs = servedMs > STEADY_MS ? FIRST_PAUSE_MS : Math.min(LONGEST_PAUSE_MS, this.#pauseMs * 2);
    this.#addAgain();
  }

  #addAgain(): void {
    setTimeout(() => {
      if (this.#stopping !== null) return;
      this.#add().catch((error: unknown) => {
        this.#options.logger.error({ err: error }, "a worker could not be started again");
        this.#pauseMs = Math.min(LONGEST_PAUSE_MS, this.#pauseMs * 2);
        this.#addAgain();
      });
    }, this.#pauseMs);
  }

  /** Tells a worker to stop, and waits for its end. */
  async #end(worker: Worker): Promise<void> {
    this.#serving.delete(worker);
    if (worker.isDead()) return;
    const ended = new Promise<void>((resolve) => {
      worker.process.once("exit", () => resolve());
    });
    const late = setTimeout(() => worker.process.kill("SIGKILL"), this.#options.stopTimeoutMs);
    worker.process.kill("SIGTERM");
    await ended;
    clearTimeout(late);
  }
}

function listening(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once("listening", () => resolve());
    worker.process.once("exit", (code, signal) => reject(notStarted(worker, signal ?? code)));
  });
}

function notStarted({ process }: Worker, status: number | string | null): ArmatureError {
  return new ArmatureError(
    "E_CLUSTER_WORKER",
    `Worker ${process.pid} ended (${status}) before it listened; its output says why.`,
  );
}
