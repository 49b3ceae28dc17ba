/** What the load process is told to do; bytes are in base64. */
export type LoadOrder =
  /** Opens sockets, which are added to those that are open. */
  | {
      readonly do: "connect";
      readonly path: string;
      readonly count: number;
      readonly takesDeflate: boolean;
    }
  /** Sends one message on one socket, and gives the frame that comes back to any of them. */
  | { readonly do: "probe"; readonly frame: string }
  /** Each socket sends `depth` messages at once, and again when all answers are there. */
  | {
      readonly do: "echo";
      readonly frame: string;
      readonly depth: number;
      readonly answerBytes: number;
      readonly seconds: number;
    }
  /** The socket that was opened last speaks to all others, and again when all of them have heard it. */
  | {
      readonly do: "broadcast";
      readonly frame: string;
      readonly answerBytes: number;
      readonly seconds: number;
    }
  /** Answers pings. */
  | { readonly do: "pong"; readonly seconds: number };

/** What came of an order. */
export interface LoadReport {
  /** Messages that came, or pings. */
  readonly messages: number;
  readonly seconds: number;
  /** Seconds of CPU time that the load process itself took. */
  readonly cpuSeconds: number;
  /** Milliseconds until the last socket had a broadcast, of each. */
  readonly lastMs: readonly number[];
  /** The frame that was probed, in base64. */
  readonly frame: string;
}

/** What the load process says: a report, or why there is none. */
export type LoadReply = { readonly report: LoadReport } | { readonly error: string };
