import cluster, { type Worker } from "node:cluster";

/** The workers of `node:cluster` that can be told something. */
export function workers(): readonly Worker[] {
  return Object.values(cluster.workers ?? {}).flatMap((worker) =>
    worker?.isConnected() === true ? worker : [],
  );
}

/** Tells a worker; one that is killed meanwhile hears nothing, and its end is reported by itself. */
export function tellWorker(worker: Worker, message: object): void {
  if (worker.isConnected()) worker.send(message, ignore);
}

/** Tells the primary, if there is one. */
export function tellPrimary(message: object): void {
  if (process.connected) process.send?.(message, undefined, undefined, ignore);
}

function ignore(): void {
  // Without a function of its own an error would end the process.
}
