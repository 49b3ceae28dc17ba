import type { InferInput, StandardSchemaV1 } from "@armature/schema";

/** Event names with the schemas of their data. */
export type EventMap = Readonly<Record<string, StandardSchemaV1>>;

/** Events of any name with any data that JSON has a form for. */
export type AnyEvents = Readonly<Record<string, StandardSchemaV1>>;

/** What is sent for an event: what its schema takes. */
export type EventData<TEvents extends EventMap, TName extends keyof TEvents> = InferInput<TEvents[TName]>;
