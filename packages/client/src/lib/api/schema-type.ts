import type { Empty } from "./empty.ts";
import type { StandardSchemaV1 } from "@armature/schema";

/** What a schema takes; what it gives where it takes anything and converts it, as coercing schemas do. */
export type SentType<TSchema> =
  TSchema extends StandardSchemaV1<infer TInput, infer TOutput> ? SentParts<TInput, TOutput> : never;

type SentParts<TInput, TOutput> = {
  [K in keyof TInput]: Optional<TInput, K, unknown extends TInput[K] ? Known<TOutput, K> : TInput[K]>;
};

/** Members that may be left out may be `undefined` too: the client leaves them out then. */
type Optional<TInput, TKey extends keyof TInput, TValue> =
  Empty extends Pick<TInput, TKey> ? TValue | undefined : TValue;

type Known<TOutput, TKey> = TKey extends keyof TOutput ? TOutput[TKey] : unknown;
