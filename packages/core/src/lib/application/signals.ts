/** Signals that ask a server to stop: Ctrl-C, and what service managers and containers send. */
export type StopSignal = "SIGINT" | "SIGTERM";

/** npm and its like pass Ctrl-C on to a child that has had it from the terminal already: one press, two signals. */
const REPEAT_MS = 1_000;

/** How long the primary of a cluster may take to see a worker off. */
const FAREWELL_MS = 1_000;

/** What a signal stops. */
export interface Stoppable {
  readonly signals: readonly StopSignal[];
  stop(signal: StopSignal): Promise<void>;
  /** Told why stopping failed. */
  failed(error: unknown): void;
}

/** Everything in the process that signals stop; they all stop before it ends. */
const stoppables = new Set<Stoppable>();

let stoppingSince: number | null = null;

/**
 * Stops something at the first signal, and ends the process when all that was to be stopped is: with 0, or 1 where stopping
 * failed. A signal more than a second later ends the process at once with the status that the signal would have given.
 *
 * @returns a function that forgets it, unless a signal is what stops the process: then the listeners stay to the end, so that
 *   the same signal coming again does not kill it on the last steps
 */
export function stopOnSignals(stoppable: Stoppable): () => void {
  for (const signal of stoppable.signals) if (!isWanted(signal)) process.on(signal, onSignal);
  stoppables.add(stoppable);
  return () => {
    if (stoppingSince !== null) return;
    stoppables.delete(stoppable);
    for (const signal of stoppable.signals) if (!isWanted(signal)) process.off(signal, onSignal);
  };
}

function isWanted(signal: StopSignal): boolean {
  return [...stoppables].some(({ signals }) => signals.includes(signal));
}

function onSignal(signal: NodeJS.Signals): void {
  if (stoppingSince === null) {
    stoppingSince = performance.now();
    void stopAll(signal as StopSignal); // it listens to these only
  } else if (performance.now() - stoppingSince > REPEAT_MS) {
    process.exit(signal === "SIGINT" ? 130 : 143);
  }
}

async function stopAll(signal: StopSignal): Promise<void> {
  const due = [...stoppables].filter(({ signals }) => signals.includes(signal));
  const stopped = await Promise.all(due.map((stoppable) => stopOne(stoppable, signal)));
  await leaveCluster();
  process.exit(stopped.includes(false) ? 1 : 0);
}

async function stopOne(stoppable: Stoppable, signal: StopSignal): Promise<boolean> {
  try {
    await stoppable.stop(signal);
    return true;
  } catch (error) {
    stoppable.failed(error);
    return false;
  }
}

/**
 * The primary of a cluster may have sent connections that were on their way when the worker stopped to take any. They are refused
 * when they arrive, and others get them; so a worker stays until the primary has seen that it leaves.
 */
async function leaveCluster(): Promise<void> {
  const { default: cluster } = await import("node:cluster");
  const { worker } = cluster;
  if (worker === undefined || !worker.isConnected()) return;
  const gone = new Promise<void>((resolve) => {
    worker.once("disconnect", () => resolve());
    setTimeout(resolve, FAREWELL_MS);
  });
  worker.disconnect();
  await gone;
}
