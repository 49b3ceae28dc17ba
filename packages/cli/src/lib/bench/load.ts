/** A request of a load. */
export interface LoadRequest {
  readonly method?: string;
  /** With its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text, or so many times the letter x. */
  readonly body?: string | number;
}

/** What is sent, and by how many clients. */
export interface Load {
  /** Sent in turn by each connection. */
  readonly requests: readonly LoadRequest[];
  readonly connections: number;
  /** Requests that a connection sends at once. */
  readonly depth: number;
  readonly seconds: number;
}

/** What a load generator counted. */
export interface LoadReport {
  readonly requests: number;
  readonly seconds: number;
  /** Of the answers, with their heads. */
  readonly bytes: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  /** Answers of a status of 400 and above. */
  readonly refused: number;
  /** Connects, reads and writes that failed, and requests without an answer in two seconds. */
  readonly socketErrors: number;
}

/** Where and how a load is run. */
export interface LoadCall {
  /** E.g. "http://127.0.0.1:3000". */
  readonly origin: string;
  readonly load: Load;
  /** Ends the run before its time; its report is of no use then. */
  readonly signal?: AbortSignal | undefined;
}

/** What loads a server. */
export interface LoadGenerator {
  /** With its version, e.g. "wrk 4.1.0". */
  readonly name: string;
  run(call: LoadCall): Promise<LoadReport>;
}

/** Milliseconds after which a request counts as one without an answer. */
export const PATIENCE_MS = 2_000;
