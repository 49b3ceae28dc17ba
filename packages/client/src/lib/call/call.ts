import type { InferOutput, StandardSchemaV1 } from "@armature/schema";
import { readAnswer, type ReadAnswer } from "../answer/read-answer.ts";
import type { SuccessData } from "../api/route-answer.ts";
import { AnswerError, ClientError } from "../client-error.ts";
import { sendCall, type CallPlan } from "../request/send-call.ts";
import type { ServerEvent } from "../stream/event-parser.ts";
import { readPieces, toByteStream } from "../stream/open-stream.ts";
import { readEvents, readEventValues, type EventOptions } from "../stream/read-events.ts";
import { readLines } from "../stream/read-lines.ts";
import { readValues } from "../stream/read-values.ts";

/**
 * A call of a route. Awaited, it is the whole answer; its other methods give the answer in another form, and are called at
 * once.
 *
 * Nobody has to await it: it is sent in any case.
 * @example
 * const answer = await client("/users/:id").get({ params: { id: 7 } });
 * const user = await client("/users/:id").get({ params: { id: 7 } }).orThrow();
 * for await (const line of client("/logs").get().lines()) show(line);
 *
 * @typeParam TEvent the events that the route declares
 */
export class Call<TAnswer, TEvent = ServerEvent<unknown>> implements Promise<TAnswer> {
  readonly [Symbol.toStringTag]: string = "Call";
  readonly #plan: CallPlan;
  #answer: Promise<TAnswer> | null = null;
  #isTaken = false;

  constructor(plan: CallPlan) {
    this.#plan = plan;
    // A chained method runs before this does, and says what is wanted.
    queueMicrotask(() => {
      if (!this.#isTaken) void this.#whole();
    });
  }

  /**
   * The whole answer, whatever its status.
   * @throws ClientError `E_CLIENT_NETWORK`, `E_CLIENT_TIMEOUT`, `E_CLIENT_ABORTED`, `E_CLIENT_CUT`, `E_CLIENT_JSON`, and for
   * what cannot be sent
   */
  // oxlint-disable-next-line unicorn/no-thenable
  then<TFulfilled = TAnswer, TRejected = never>(
    onFulfilled?: ((answer: TAnswer) => TFulfilled | PromiseLike<TFulfilled>) | null,
    onRejected?: ((reason: unknown) => TRejected | PromiseLike<TRejected>) | null,
  ): Promise<TFulfilled | TRejected> {
    return this.#whole().then(onFulfilled, onRejected);
  }

  /** What `then` says, for the failure alone. */
  catch<TRejected = never>(
    onRejected?: ((reason: unknown) => TRejected | PromiseLike<TRejected>) | null,
  ): Promise<TAnswer | TRejected> {
    return this.#whole().catch(onRejected);
  }

  /** Runs a function behind the answer, or the failure. */
  finally(onFinally?: (() => void) | null): Promise<TAnswer> {
    return this.#whole().finally(onFinally);
  }

  /** The data of a successful answer. @throws AnswerError for a status over 399 */
  async orThrow(): Promise<SuccessData<TAnswer>> {
    const { problem, data, response } = (await this.#whole()) as ReadAnswer; // as in #whole
    if (problem !== null) throw new AnswerError(this.#plan.route, problem, response);
    return data as SuccessData<TAnswer>; // the status is under 400
  }

  /** The answer as `fetch` gives it, with its body unread, whatever its status. */
  async response(): Promise<Response> {
    this.#take();
    return await sendCall(this.#plan, async ({ response, deadline }) => {
      deadline.stopTimer();
      return await Promise.resolve(response);
    });
  }

  /** The bytes of a successful answer as they arrive. @throws AnswerError for a status over 399 */
  async stream(): Promise<ReadableStream<Uint8Array>> {
    this.#take();
    return await toByteStream(this.#plan);
  }

  /** The lines of a successful answer as they arrive; sent when the first is asked for. @throws AnswerError for a status over 399 */
  lines(): AsyncGenerator<string, void, undefined> {
    this.#take();
    return readPieces(this.#plan, readLines);
  }

  /**
   * The values of an answer that has one JSON value in each line (NDJSON), as they arrive; checked where a schema is given.
   * @throws AnswerError for a status over 399; ClientError `E_CLIENT_JSON`, `E_CLIENT_DATA`
   */
  values(): AsyncGenerator<unknown, void, undefined>;
  values<TSchema extends StandardSchemaV1>(
    schema: TSchema,
  ): AsyncGenerator<InferOutput<TSchema>, void, undefined>;
  values(schema?: StandardSchemaV1): AsyncGenerator<unknown, void, undefined> {
    this.#take();
    return readValues(this.#plan, schema);
  }

  /**
   * The events of an answer of type `text/event-stream`, over as many connections as it takes.
   * @throws AnswerError for a status over 399 that will not pass; ClientError `E_CLIENT_EVENTS` for another media type
   * @example
   * for await (const { type, data } of client("/news").get().events()) show(type, data);
   */
  events(options?: EventOptions & { readonly schema?: never }): AsyncGenerator<ServerEvent, void, undefined>;
  events<TSchema extends StandardSchemaV1>(
    options: EventOptions<TSchema> & { readonly schema: TSchema },
  ): AsyncGenerator<ServerEvent<InferOutput<TSchema>>, void, undefined>;
  events(options: EventOptions = {}): AsyncGenerator<ServerEvent<unknown>, void, undefined> {
    this.#take();
    const { schema } = options;
    return schema === undefined
      ? readEvents(this.#plan, options)
      : readEventValues(this.#plan, { ...options, schema });
  }

  /**
   * The events that the route declares, each with its data as the JSON that it is, over as many connections as it takes. Nothing is checked:
   * the types are those of the server that the client was made for.
   *
   * @throws AnswerError for a status over 399 that will not pass; ClientError `E_CLIENT_EVENTS`, `E_CLIENT_JSON`
   * @example
   * for await (const event of client("/clock").get().typedEvents()) if (event.type === "tick") show(event.data.at);
   */
  typedEvents(options: Omit<EventOptions, "schema"> = {}): AsyncGenerator<TEvent, void, undefined> {
    this.#take();
    // The types of the route say what its events are.
    return readEventValues(this.#plan, options) as AsyncGenerator<TEvent, void, undefined>;
  }

  #whole(): Promise<TAnswer> {
    if (this.#answer === null) {
      this.#take();
      this.#answer = readWhole(this.#plan) as Promise<TAnswer>; // the types of the route say what its answers are
    }
    return this.#answer;
  }

  #take(): void {
    if (this.#isTaken)
      throw new ClientError(
        "E_CLIENT_CALL_SENT",
        `${this.#plan.route} was sent already; say how to read its answer at once, as in client(path).get().lines().`,
      );
    this.#isTaken = true;
  }
}

async function readWhole(plan: CallPlan): Promise<ReadAnswer> {
  return await sendCall(plan, async ({ response, deadline }) => {
    const answer = await readAnswer(plan.route, plan.method, response);
    deadline.release();
    return answer;
  });
}
