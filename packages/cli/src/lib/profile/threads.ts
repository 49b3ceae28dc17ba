import { getEnvironmentData, isMainThread, setEnvironmentData } from "node:worker_threads";

const KEY = "armature-profile";
/** The cells that all threads share: whether the process ends, and how many threads have something to write. */
const ENDS = 0;
const OPEN = 1;

/** Milliseconds that the process waits for its worker threads: one that is in a loop of its own never hears of the end. */
const PATIENCE_MS = 2_000;

/** `Atomics.waitAsync`, which the library of this target does not know. */
type WaitAsync = (cells: Int32Array, at: number, value: number) => { readonly value: unknown };

/** The recordings of the threads of a process: those of workers are written before the main thread lets the process end. */
export class ThreadRecordings {
  readonly #cells: Int32Array;

  constructor() {
    if (isMainThread) setEnvironmentData(KEY, new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
    this.#cells = new Int32Array(getEnvironmentData(KEY) as SharedArrayBuffer); // of the main thread
  }

  /** Has a recording written once: when its thread ends, or when the process does. */
  onEnd(write: () => void): void {
    const cells = this.#cells;
    if (isMainThread) {
      process.once("exit", () => {
        write();
        this.#endWorkers();
      });
      return;
    }
    Atomics.add(cells, OPEN, 1);
    let isWritten = false;
    const end = (): void => {
      if (isWritten) return;
      isWritten = true;
      write();
      Atomics.sub(cells, OPEN, 1);
      Atomics.notify(cells, OPEN);
    };
    process.once("exit", end);
    const { waitAsync } = Atomics as unknown as { readonly waitAsync: WaitAsync };
    void Promise.resolve(waitAsync(cells, ENDS, 0).value).then(end);
  }

  #endWorkers(): void {
    const cells = this.#cells;
    Atomics.store(cells, ENDS, 1);
    Atomics.notify(cells, ENDS);
    const end = performance.now() + PATIENCE_MS;
    for (let left = PATIENCE_MS; left > 0; left = end - performance.now()) {
      const open = Atomics.load(cells, OPEN);
      if (open === 0) return;
      Atomics.wait(cells, OPEN, open, left);
    }
  }
}
