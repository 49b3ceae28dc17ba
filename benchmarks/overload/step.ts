/** What was measured at one rate; all but the latencies and `failed` are for each second. */
export interface Step {
  /** Of the capacity. */
  readonly factor: number;
  readonly offered: number;
  /** The part of a core that the server had; less than 1 at full load means that others had the rest. */
  readonly cpu: number;
  /** Answers 200 within the patience of clients. */
  readonly goodput: number;
  /** Answers 503. */
  readonly shed: number;
  readonly gaveUp: number;
  /** Connections that broke, in all. */
  readonly failed: number;
  /** Of the answers 200; `null` where there are none. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** Of the answers 503. */
  readonly shedP99Ms: number | null;
}

/** One kind of handler. */
export interface Case {
  readonly name: string;
  /** Answers in a second, of CPU time where it computes, to clients that wait for each. */
  readonly capacity: number;
  readonly shedding: Step[];
  readonly without: Step[];
}

/** A run of all cases. */
export interface Report {
  readonly date: string;
  readonly machine: string;
  readonly node: string;
  /** Of each step. */
  readonly seconds: number;
  readonly patienceMs: number;
  readonly loadAverage: number;
  readonly cases: readonly Case[];
}
