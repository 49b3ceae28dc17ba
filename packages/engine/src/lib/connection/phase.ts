/**
 * What a connection does with the bytes that arrive, and which deadline runs.
 *
 * ```
 *            first byte           head complete            body complete
 *   idle ---------------> reading ------------> receiving ----------------+
 *    ^  \                    |  (no body) \                               |
 *    |   \ keepAlive         | headers     +------> handling <------------+
 *    |    \ timeout          | timeout: 408            |
 *    |     v                 v                         | answers written
 *    |   draining <----- error answer                  |
 *    |     |    ^------- answer that closes -----------+
 *    |     v                                           |
 *    |   closed <--- linger timeout, client gone       +---> upgraded (bytes go to a sink)
 *    +-------------------------------------------------+
 * ```
 *
 * Answers may be written in any phase but `closed`: writing runs beside reading, through the connection's output.
 */
export const Phase = {
  /** No request has begun and none is in work. Keep-alive timeout; for a new connection the headers timeout. */
  idle: 0,
  /** A part of a head is here. Headers timeout, request timeout. */
  reading: 1,
  /** A head was handed over and its body is arriving. Request timeout. */
  receiving: 2,
  /** All requests that arrived are in work. Their own handler timeouts. */
  handling: 3,
  /** Another protocol runs here; bytes go to the sink. No timeout. */
  upgraded: 4,
  /** The last answer is on its way and our side is ended; what arrives is dropped. Linger timeout. */
  draining: 5,
  /** Gone. */
  closed: 6,
} as const;

/** One of {@link Phase}. */
export type Phase = (typeof Phase)[keyof typeof Phase];
