import { Gate, type GateClock, type GateOptions, TICK_MS } from "./gate.ts";

/** The gate of a listener, and the timer that it goes by; that runs only while requests come. */
export class Admission implements GateClock {
  readonly gate: Gate;
  readonly #endTurn: () => void;
  #timer: NodeJS.Timeout | null = null;
  #isOver = false;

  constructor(options: GateOptions) {
    const gate = new Gate(options, this);
    this.gate = gate;
    this.#endTurn = () => gate.endTurn();
  }

  /** Bytes were read that may hold requests; called once for each read. */
  read(): void {
    if (this.gate.read(performance.now())) this.#startTimer();
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
    if (this.#isOver) return;
    if (this.#timer === null) this.#timer = setTimeout(() => this.#tick(), TICK_MS).unref();
    else this.#timer.refresh();
  }

  #tick(): void {
    if (this.gate.tick(performance.now())) this.#startTimer();
  }
}
