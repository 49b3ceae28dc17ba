import { performance } from "node:perf_hooks"; // the global one is a getter, which costs at each use
import { Gate, type GateClock, type GateOptions, TICK_MS } from "./gate.ts";

/** The gate of a listener, and the timer that it goes by; that runs only while requests come. */
export class Admission implements GateClock {
  readonly gate: Gate;
  readonly #endTurn: () => void;
  /** Milliseconds since 1970 at the last read, by a clock that is set while requests come at each tick. */
  readWallMs = 0;
  /** What the time of day is ahead of `performance.now()`. */
  #wallAheadMs = 0;
  #timer: NodeJS.Timeout | null = null;
  #isOver = false;

  constructor(options: GateOptions) {
    const gate = new Gate(options, this);
    this.gate = gate;
    this.#endTurn = () => gate.endTurn();
  }

  /** Bytes were read that may hold requests; called once for each read. */
  read(): void {
    const nowMs = performance.now();
    if (this.gate.read(nowMs)) this.#startTimer();
    this.readWallMs = nowMs + this.#wallAheadMs;
  }

  now(): number {
    return performance.now();
  }

  atTurnEnd(): void {
    setImmediate(this.#endTurn);
  }

  /** The listener is closed. */
  stop(): void {
    this.#isOver = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #startTimer(): void {
    this.#wallAheadMs = Date.now() - performance.now();
    if (this.#isOver) return;
    if (this.#timer === null) this.#timer = setTimeout(() => this.#tick(), TICK_MS).unref();
    else this.#timer.refresh();
  }

  #tick(): void {
    if (this.gate.tick(performance.now())) this.#startTimer();
  }
}
