/** Signals that ask a server to stop: Ctrl-C, and what service managers and containers send. */
export type StopSignal = "SIGINT" | "SIGTERM";

/** npm and its like pass Ctrl-C on to a child that has had it from the terminal already: one press, two signals. */
const REPEAT_MS = 1_000;

/**
 * Calls `stop` at the first signal and ends the process when it is done: with 0, or 1 where stopping failed. A signal more than
 * a second later ends the process at once with the status that the signal would have given.
 *
 * @returns a function that takes the listeners away, unless a signal is what stops the process: then they stay to the end, so that
 *   the same signal coming again does not kill it on the last steps
 */
export function onStopSignals(
  signals: readonly StopSignal[],
  stop: (signal: StopSignal) => Promise<void>,
  onFailure: (error: unknown) => void,
): () => void {
  let stoppingSince: number | null = null;
  const listener = (signal: NodeJS.Signals): void => {
    if (stoppingSince !== null) {
      if (performance.now() - stoppingSince > REPEAT_MS) process.exit(signal === "SIGINT" ? 130 : 143);
      return;
    }
    stoppingSince = performance.now();
    stop(signal as StopSignal).then(
      () => process.exit(0),
      (error: unknown) => {
        onFailure(error);
        process.exit(1);
      },
    );
  };
  for (const signal of signals) process.on(signal, listener);
  return () => {
    if (stoppingSince !== null) return;
    for (const signal of signals) process.off(signal, listener);
  };
}
