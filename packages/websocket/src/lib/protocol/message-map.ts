import type { InferInput, InferOutput, StandardSchemaV1 } from "@armature/schema";

/** The schemas of an event that is answered: of what is sent, and of its reply. */
export interface AckSchemas {
  readonly data: StandardSchemaV1;
  readonly reply: StandardSchemaV1;
}

/** Event names with the schema of their data, or with those of their data and reply. */
export type MessageMap = Readonly<Record<string, StandardSchemaV1 | AckSchemas>>;

/** What goes over a socket: one map for each direction; the types of server and client are made from it. */
export interface Messages<
  TFromClient extends MessageMap = MessageMap,
  TFromServer extends MessageMap = MessageMap,
> {
  /** Events that clients send and the server handles. */
  readonly fromClient: TFromClient;
  /** Events that the server sends and clients handle. */
  readonly fromServer: TFromServer;
}

/** The names of a map's events. */
export type EventName<TMap extends MessageMap> = keyof TMap & string;

type DataSchema<TEntry> = TEntry extends StandardSchemaV1
  ? TEntry
  : TEntry extends AckSchemas
    ? TEntry["data"]
    : never;

type ReplySchema<TEntry> = TEntry extends StandardSchemaV1
  ? never
  : TEntry extends AckSchemas
    ? TEntry["reply"]
    : never;

/** What a sender gives for an event: what its schema takes. */
export type SentData<TMap extends MessageMap, TEvent extends keyof TMap> = InferInput<
  DataSchema<TMap[TEvent]>
>;

/** What a handler of an event gets: what its schema gives. */
export type ReceivedData<TMap extends MessageMap, TEvent extends keyof TMap> = InferOutput<
  DataSchema<TMap[TEvent]>
>;

/** What a handler of an event returns as its reply; nothing where the event has none. */
export type SentReply<TMap extends MessageMap, TEvent extends keyof TMap> = [
  ReplySchema<TMap[TEvent]>,
] extends [never]
  ? void
  : InferInput<ReplySchema<TMap[TEvent]>>;

/** What the sender of an event gets as its reply; nothing where the event has none. */
export type ReceivedReply<TMap extends MessageMap, TEvent extends keyof TMap> = [
  ReplySchema<TMap[TEvent]>,
] extends [never]
  ? void
  : InferOutput<ReplySchema<TMap[TEvent]>>;

/**
 * Keeps the exact types of a map of messages; share it between server and client.
 *
 * @example
 * const messages = defineMessages({
 *   fromClient: { say: z.object({ text: z.string() }), time: { data: z.null(), reply: z.number() } },
 *   fromServer: { said: z.object({ by: z.string(), text: z.string() }) },
 * });
 */
export function defineMessages<const TFromClient extends MessageMap, const TFromServer extends MessageMap>(
  messages: Messages<TFromClient, TFromServer>,
): Messages<TFromClient, TFromServer> {
  return messages;
}

/** Whether an entry of a map has a reply. Some libraries' schemas are functions, and a schema may have members of these names. */
export function isAckSchemas(entry: StandardSchemaV1 | AckSchemas): entry is AckSchemas {
  return !("~standard" in entry);
}
