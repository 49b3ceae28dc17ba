import { ArmatureError, type ConnectionPhase } from "@armature/http";

/**
 * What a connection does with the bytes that arrive, and which deadline runs.
 *
 * ```
 *            first byte           head complete            body complete
 *   idle ---------------> reading ------------> receiving ----------------+
 *    ^  \                    |  (no body) \                               |
 *    |   \ idle time         | headers     +------> handling <------------+
 *    |    \ is over          | timeout: 408            | answers given
 *    |     v                 v                         |
 *    |   draining <----- error answer                  +---> upgraded (bytes go to a sink)
 *    |     |    ^------- answer that closes -----------+
 *    |     v                                           v
 *    |   closed <--- linger timeout, client gone    writing
 *    +------------------ answers left ----------------+
 * ```
 *
 * A request may come in any phase up to `writing`. Streamed answers are written while they are `handling`. The phase is looked at
 * when all that one read brought was taken, and at the end of a turn: a request that is answered at once leaves it `idle`.
 */
export const Phase = {
  /** No request has begun and none is in work. Idle time; for a new connection the headers timeout. */
  idle: 0,
  /** A part of a head is here. Headers timeout, request timeout. */
  reading: 1,
  /** A head was handed over and its body is arriving. Request timeout. */
  receiving: 2,
  /** All requests that arrived are in work. Their own handler timeouts. */
  handling: 3,
  /** All requests are answered, and the client is still taking the answers. */
  writing: 4,
  /** Another protocol runs here; bytes go to the sink. No timeout. */
  upgraded: 5,
  /** The last answer is given and our side is ended; what arrives is dropped. Linger timeout, once all has left. */
  draining: 6,
  /** Gone. */
  closed: 7,
} as const;

/** One of {@link Phase}. */
export type Phase = (typeof Phase)[keyof typeof Phase];

/** Every name of a phase; the one of phase `n` is the `n`th. */
export const PHASE_NAMES = Object.keys(Phase) as readonly ConnectionPhase[]; // the members of Phase are in the order of their numbers

/**
 * Which phases may follow each one. As one read may bring the rest of a request, many whole ones and a part of the next, those
 * in which requests come follow each other in any order; from the others the way leads out only.
 */
export const TRANSITIONS: Readonly<Record<ConnectionPhase, readonly ConnectionPhase[]>> = {
  idle: ["reading", "receiving", "handling", "writing", "upgraded", "draining", "closed"],
  reading: ["idle", "receiving", "handling", "writing", "upgraded", "draining", "closed"],
  receiving: ["idle", "reading", "handling", "writing", "upgraded", "draining", "closed"],
  handling: ["idle", "reading", "receiving", "writing", "upgraded", "draining", "closed"],
  writing: ["idle", "reading", "receiving", "handling", "upgraded", "draining", "closed"],
  upgraded: ["closed"],
  draining: ["closed"],
  closed: [],
};

/** The same, as one bit for each phase that may follow. */
const FOLLOWERS: readonly number[] = PHASE_NAMES.map((name) =>
  TRANSITIONS[name].reduce((bits, next) => bits | (1 << Phase[next]), 0),
);

/** Whether a phase may come right behind another one. */
export function mayFollow(phase: Phase, next: Phase): boolean {
  return (((FOLLOWERS[phase] ?? 0) >> next) & 1) === 1;
}

/** What is reported where a connection is about to do what its phase forbids. */
export function illegalTransition(phase: Phase, next: Phase): ArmatureError {
  return new ArmatureError(
    "E_CONNECTION_STATE",
    `A connection that is ${PHASE_NAMES[phase]} cannot be ${PHASE_NAMES[next]} next; it was cut. ` +
      "This is a mistake of the engine; please report it.",
  );
}
