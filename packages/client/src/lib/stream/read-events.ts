import type { StandardSchemaV1 } from "@armature/schema";
import { mediaTypeOf } from "../answer/read-answer.ts";
import { ClientError } from "../client-error.ts";
import { pause } from "../request/deadline.ts";
import { backoffMs, isIdempotent, toRetryPlan } from "../request/retry.ts";
import type { Attempt, CallPlan } from "../request/send-call.ts";
import { EventParser, type ServerEvent } from "./event-parser.ts";
import { openStream, piecesOf } from "./open-stream.ts";
import { parseValue } from "./parse-value.ts";
import { textPieces } from "./text-pieces.ts";

/** How events are read. */
export interface EventOptions<TSchema extends StandardSchemaV1 = StandardSchemaV1> {
  /** What the data of every event is as JSON. Default: the data is text. */
  readonly schema?: TSchema;
  /**
   * Whether to connect again where the stream ends or breaks, as the HTML standard says; a server ends it for good with 204.
   * Default: true for idempotent methods, as GET.
   */
  readonly reconnect?: boolean;
  /** How often in a row it may fail to connect before that is an error. Default 10. */
  readonly reconnectLimit?: number;
  /** Where to go on: the id of the last event that was seen. Default: none. */
  readonly lastEventId?: string;
}

/**
 * The events that a call is answered with, over as many connections as it takes.
 * @throws ClientError `E_CLIENT_EVENTS` for an answer that is no event stream; AnswerError for an error that will not pass
 */
export async function* readEvents(
  plan: CallPlan,
  options: EventOptions,
): AsyncGenerator<ServerEvent, void, undefined> {
  const { reconnect = isIdempotent(plan.method), reconnectLimit = 10 } = options;
  const state: EventState = {
    lastEventId: options.lastEventId ?? "",
    retryMs: DEFAULT_RETRY_MS,
    failures: 0,
  };
  for (;;) {
    try {
      const attempt = await openStream(withLastId(plan, state.lastEventId));
      if (attempt.response.status === 204) return attempt.deadline.cancel();
      yield* connectionEvents(plan, attempt, state);
    } catch (error) {
      if (!reconnect || !isLoss(error) || state.failures >= reconnectLimit) throw error;
      state.failures++;
    }
    if (!reconnect) return;
    await pause(pauseFor(state), plan.route, plan.options.signal);
  }
}

/** The same with their data as values, checked where a schema is given. */
export async function* readEventValues(
  plan: CallPlan,
  options: EventOptions,
): AsyncGenerator<ServerEvent<unknown>, void, undefined> {
  for await (const event of readEvents(plan, options)) {
    yield { ...event, data: await parseValue(plan.route, event.data, options.schema) };
  }
}

const DEFAULT_RETRY_MS = 1000;
const MAX_RETRY_MS = 86_400_000;
const MAX_BACKOFF_MS = 30_000;

interface EventState {
  lastEventId: string;
  retryMs: number;
  /** Connections in a row that gave no event. */
  failures: number;
}

async function* connectionEvents(
  plan: CallPlan,
  attempt: Attempt,
  state: EventState,
): AsyncGenerator<ServerEvent, void, undefined> {
  assertEvents(plan, attempt);
  const parser = new EventParser(state.lastEventId);
  for await (const piece of piecesOf(plan.route, attempt, textPieces)) {
    for (const event of parser.push(piece)) {
      state.failures = 0;
      state.lastEventId = event.id;
      yield event;
    }
    state.lastEventId = parser.lastEventId;
    state.retryMs = Math.min(parser.retryMs ?? state.retryMs, MAX_RETRY_MS);
  }
}

function assertEvents({ route }: CallPlan, { response, deadline }: Attempt): void {
  const type = mediaTypeOf(response);
  if (type === "text/event-stream") return;
  deadline.cancel();
  throw new ClientError(
    "E_CLIENT_EVENTS",
    `${route} was answered ${response.status} with ${type || "no media type"} instead of text/event-stream.`,
    { response },
  );
}

/** The pause that the server asked for; longer, and different for each client, where it fails again and again. */
function pauseFor({ retryMs, failures }: EventState): number {
  if (failures === 0) return retryMs;
  const plan = toRetryPlan({ baseMs: retryMs, maxMs: Math.max(retryMs, MAX_BACKOFF_MS) });
  return Math.max(retryMs, backoffMs(plan, failures, Math.random()));
}

const LOST = new Set(["E_CLIENT_NETWORK", "E_CLIENT_CUT", "E_CLIENT_TIMEOUT"]);
const PASSING = new Set([408, 425, 429, 502, 503, 504]);

/** Whether a connection was lost, or refused for a while. */
function isLoss(error: unknown): boolean {
  if (!(error instanceof ClientError)) return false;
  return LOST.has(error.code) || (error.response !== null && PASSING.has(error.response.status));
}

/** Retries are the reader's own here: an answer of an earlier connection counts too. */
function withLastId(plan: CallPlan, lastEventId: string): CallPlan {
  const headers = {
    accept: "text/event-stream",
    ...plan.options.headers,
    ...(lastEventId === "" ? {} : { "last-event-id": lastEventId }),
  };
  return { ...plan, retry: null, options: { ...plan.options, headers } };
}
