import type { ListenerStats } from "@armature/http";

/** What the counters of a listener say. */
export type CounterStats = Pick<
  ListenerStats,
  | "accepted"
  | "requests"
  | "inFlight"
  | "refused"
  | "refusedBy"
  | "culled"
  | "bytesIn"
  | "bytesOut"
  | "handshakesFailed"
  | "http2"
>;

/** What a listener counts since its start, but for `inFlight`, which is now. */
export class Counters {
  accepted = 0;
  requests = 0;
  inFlight = 0;
  refused = 0;
  /** Refusals by their code. */
  readonly refusedBy: Record<string, number> = {};
  culled = 0;
  bytesIn = 0;
  bytesOut = 0;
  handshakesFailed = 0;
  http2Sessions = 0;
  http2Streams = 0;
  http2Resets = 0;

  /** A request or a connection was refused. */
  refuse(code: string): void {
    this.refused++;
    this.refusedBy[code] = (this.refusedBy[code] ?? 0) + 1;
  }

  /** The counters as they are now. */
  snapshot(): CounterStats {
    const { accepted, requests, inFlight, refused, refusedBy, culled } = this;
    const { bytesIn, bytesOut, handshakesFailed, http2Sessions, http2Streams, http2Resets } = this;
    return {
      accepted,
      requests,
      inFlight,
      refused,
      refusedBy: { ...refusedBy },
      culled,
      bytesIn,
      bytesOut,
      handshakesFailed,
      http2: { sessions: http2Sessions, streams: http2Streams, resets: http2Resets },
    };
  }
}
