import type { Refusal } from "@armature/http";
import type { Context } from "../context/context.ts";

/** What became of a request. */
export interface AnswerReport {
  readonly context: Context;
  /** The status that was sent, also where the engine refused the request; 0 where the client left before an answer. */
  readonly status: number;
  /** Milliseconds from the request's head to the end of its answer's handing over. */
  readonly durationMs: number;
  /** The error behind the answer; `undefined` where there was none. */
  readonly error: unknown;
}

/** Told once for each request, when its answer was handed to the engine or its stream ended. */
export type AnswerListener = (report: AnswerReport) => void;

/** Told of a request that the engine refused, with the id that it was given. */
export type RefusalListener = (refusal: Refusal, id: string) => void;
