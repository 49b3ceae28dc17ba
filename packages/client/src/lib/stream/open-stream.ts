import { AnswerError, ClientError } from "../client-error.ts";
import { readAnswer } from "../answer/read-answer.ts";
import type { Deadline } from "../request/deadline.ts";
import { cutError, sendCall, type Attempt, type CallPlan } from "../request/send-call.ts";

/**
 * Sends a call and gives its answer as soon as its head is there; only the caller's signal ends it from then on.
 * @throws AnswerError for a status over 399
 */
export async function openStream(plan: CallPlan): Promise<Attempt> {
  return await sendCall(plan, async (attempt) => {
    const { response, deadline } = attempt;
    if (response.status >= 400) throw await answerError(plan, attempt);
    deadline.stopTimer();
    return { response, deadline };
  });
}

async function answerError({ route, method }: CallPlan, { response }: Attempt): Promise<unknown> {
  const { problem } = await readAnswer(route, method, response);
  return problem === null ? null : new AnswerError(route, problem, response);
}

/** Reads a body piece by piece; whoever leaves the loop closes the connection. */
export type ReadPieces<T> = (
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
) => AsyncGenerator<T, void, undefined>;

/** What a call is answered, piece by piece; sent when the first piece is asked for. */
export async function* readPieces<T>(
  plan: CallPlan,
  read: ReadPieces<T>,
): AsyncGenerator<T, void, undefined> {
  yield* piecesOf(plan.route, await openStream(plan), read);
}

/** The pieces of an answer that has begun. */
export async function* piecesOf<T>(
  route: string,
  { response, deadline }: Attempt,
  read: ReadPieces<T>,
): AsyncGenerator<T, void, undefined> {
  try {
    if (response.body !== null) yield* read(response.body, deadline.signal);
  } catch (cause) {
    throw toStreamError(route, response, deadline, cause);
  } finally {
    deadline.cancel();
  }
}

function toStreamError(route: string, response: Response, deadline: Deadline, cause: unknown): unknown {
  if (cause instanceof ClientError) return cause;
  return deadline.signal.aborted ? deadline.signal.reason : cutError(route, response, cause);
}

/** The bytes of an answer, for whoever reads them in their own way. */
export async function toByteStream(plan: CallPlan): Promise<ReadableStream<Uint8Array>> {
  const { response, deadline } = await openStream(plan);
  const reader = (response.body ?? new Blob([]).stream()).getReader();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        deadline.release();
        controller.close();
      } catch (cause) {
        deadline.release();
        throw toStreamError(plan.route, response, deadline, cause);
      }
    },
    async cancel(reason) {
      await reader.cancel(reason).catch(() => {});
      deadline.cancel();
    },
  });
}
