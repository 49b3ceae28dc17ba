import type { InferOutput, StandardSchemaV1 } from "@armature/schema";
import type { ServerEvent } from "../stream/event-parser.ts";
import type { ApiRoute, GeneratedRoute } from "./api.ts";
import type { JsonType } from "./json-type.ts";

/** The events that a route streams, to be told apart by `type`; any where it does not declare them. */
export type RouteEvent<TRoute> = TRoute extends GeneratedRoute
  ? TRoute extends { readonly events: infer TEvents }
    ? EventOf<TEvents>
    : ServerEvent<unknown>
  : TRoute extends ApiRoute
    ? TRoute["options"] extends { readonly events: infer TEvents }
      ? EventOf<SentBy<TEvents>>
      : ServerEvent<unknown>
    : never;

/** What the schemas of events write. */
type SentBy<TEvents> = {
  readonly [K in keyof TEvents]: TEvents[K] extends StandardSchemaV1
    ? JsonType<InferOutput<TEvents[K]>>
    : unknown;
};

/** A map whose names are not known before run time says no more than that there are events. */
type EventOf<TMap> = string extends keyof TMap
  ? ServerEvent<unknown>
  : { [K in keyof TMap & string]: TypedEvent<K, TMap[K]> }[keyof TMap & string];

/** An event whose name says what its data is. */
export interface TypedEvent<TName extends string, TData> extends ServerEvent<TData> {
  readonly type: TName;
}
