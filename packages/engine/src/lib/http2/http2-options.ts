import type { ServerOptions } from "node:http2";
import type { Limits } from "@armature/http";

/** Bytes that a field takes in the size of a header list beside its name and value (RFC 9113, 6.5.2). */
const FIELD_BYTES = 32;
/** Pseudo-fields of a request. */
const PSEUDO_FIELDS = 5;
/** The smallest window that RFC 9113 starts with. */
const LEAST_WINDOW = 65_535;
/** Entries of a SETTINGS frame; RFC 9113 knows six. */
const MAX_SETTINGS = 32;
/** Pings that this side may wait for; it sends none. */
const MAX_PINGS = 1;

/**
 * What `node:http2` is told of limits. Its own answers are resets, so it is given twice what is allowed: in between a request is
 * answered with 414 or 431.
 */
export function sessionOptions(limits: Limits): ServerOptions {
  const { maxRequestLineBytes, maxHeaderBytes, maxHeaderFields, highWaterBytes } = limits;
  const { http2MaxStreams, http2MaxResetsPerSecond } = limits;
  const fields = maxHeaderFields + PSEUDO_FIELDS;
  return {
    settings: {
      maxConcurrentStreams: http2MaxStreams,
      maxHeaderListSize: 2 * (maxRequestLineBytes + maxHeaderBytes + fields * FIELD_BYTES),
      initialWindowSize: Math.max(LEAST_WINDOW, highWaterBytes),
      enableConnectProtocol: false,
    },
    maxHeaderListPairs: 2 * fields,
    strictSingleValueFields: false,
    // Within one read Node has to count by itself; what it cuts off is told as an error of the server.
    streamResetBurst: 2 * http2MaxResetsPerSecond,
    streamResetRate: 2 * http2MaxResetsPerSecond,
    maxSettings: MAX_SETTINGS,
    maxOutstandingPings: MAX_PINGS,
  };
}
