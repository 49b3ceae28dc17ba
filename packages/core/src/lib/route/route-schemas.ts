import type { InferInput, StandardSchemaV1 } from "@armature/schema";

/** The schema of each answer by status; `null` for an answer without a body. */
export interface ResponseMap {
  readonly [status: number]: StandardSchemaV1 | null;
}

/** The data of each event of a stream, by the name of the event. */
export type EventSchemas = Readonly<Record<string, StandardSchemaV1>>;

/** The schemas of a route: what comes in is checked by them, what goes out as well. */
export interface RouteSchemas {
  /** Path parameters, decoded; of the prefix too. Texts become the numbers and booleans that the schema takes. */
  readonly params?: StandardSchemaV1;
  /** Query parameters: texts, or lists where a name is repeated; they become what the schema takes. */
  readonly query?: StandardSchemaV1;
  /** Header fields by their lower-case names; texts become what the schema takes. */
  readonly headers?: StandardSchemaV1;
  /** Cookies by their names; texts become what the schema takes. */
  readonly cookies?: StandardSchemaV1;
  /** The parsed body: JSON, an urlencoded form, or text. Multipart bodies are read piece by piece, with `body.multipart()`. */
  readonly body?: StandardSchemaV1;
  /** The answer: one schema for status 200, or a schema for each status. */
  readonly response?: StandardSchemaV1 | ResponseMap;
  /**
   * The events of an answer that is a stream of them (`text/event-stream`), for documents and clients; what sends them checks them, as
   * `defineSse` does with the same map.
   */
  readonly events?: EventSchemas;
}

/** The answers that a route declares, by status; `undefined` where it declares none, or leaves that open. */
export type ResponsesOf<TOptions> = TOptions extends { readonly response: infer TResponse }
  ? TResponse extends StandardSchemaV1
    ? { readonly 200: TResponse }
    : TResponse
  : undefined;

/** What goes into an answer's schema: `undefined` for an answer without a body. */
export type AnswerBody<TSchema> = TSchema extends StandardSchemaV1 ? InferInput<TSchema> : undefined;
