import type { Empty } from "./empty.ts";
import type { PathParams } from "@armature/router";
import type { StandardSchemaV1 } from "@armature/schema";
import type { ApiRoute, GeneratedRoute } from "./api.ts";
import type { SentType } from "./schema-type.ts";

/** A value that a path, a query, a field or a cookie can carry; dates go as ISO 8601. */
export type ParamValue = string | number | bigint | boolean | Date;

/** Query parameters of a route that declares none; lists are sent as repeated names, `undefined` and `null` are left out. */
export type QueryValues = Readonly<Record<string, ParamValue | readonly ParamValue[] | null | undefined>>;

/** Header fields or cookies of a route that declares none. */
export type FieldValues = Readonly<Record<string, ParamValue | undefined>>;

/** What a route takes, by part; `never` for a part that it cannot have. */
export type RouteInput<TRoute> = TRoute extends GeneratedRoute
  ? GeneratedInput<TRoute["method"], TRoute["input"]>
  : TRoute extends ApiRoute
    ? SchemaInput<TRoute["method"], TRoute["path"], TRoute["options"]>
    : never;

interface SchemaInput<TMethod, TPath extends string, TOptions> {
  readonly params: TOptions extends { readonly params: infer TSchema }
    ? SentType<TSchema>
    : NamedParams<TPath>;
  readonly query: TOptions extends { readonly query: infer TSchema } ? SentType<TSchema> : QueryValues;
  readonly headers: TOptions extends { readonly headers: infer TSchema }
    ? SentType<TSchema> & FieldValues
    : FieldValues;
  readonly cookies: TOptions extends { readonly cookies: infer TSchema }
    ? Partial<SentType<TSchema>>
    : FieldValues;
  readonly body: TOptions extends { readonly body: infer TSchema } ? BodyOf<TSchema> : NoBody<TMethod>;
}

/** The same of what a generated API declares. */
interface GeneratedInput<TMethod, TInput> {
  readonly params: TInput extends { readonly params: infer TParams } ? TParams : never;
  readonly query: TInput extends { readonly query: infer TQuery } ? TQuery : QueryValues;
  readonly headers: TInput extends { readonly headers: infer THeaders }
    ? THeaders & FieldValues
    : FieldValues;
  readonly cookies: TInput extends { readonly cookies: infer TCookies } ? TCookies : FieldValues;
  readonly body: TInput extends { readonly body: infer TBody } ? TBody : NoBody<TMethod>;
}

/** Any body, but none for methods where it means nothing. */
type NoBody<TMethod> = TMethod extends "GET" | "HEAD" ? never : unknown;

type NamedParams<TPath extends string> =
  PathParams<TPath> extends infer TParams ? ([keyof TParams] extends [never] ? never : TParams) : never;

type BodyOf<TSchema> = TSchema extends StandardSchemaV1<infer TInput, unknown> ? TInput : never;

/** The parts of a call: those that a route requires must be there. */
export type CallParts<TInput> = {
  readonly [K in keyof TInput as IsOptional<TInput[K]> extends true ? never : K]: TInput[K];
} & {
  readonly [K in keyof TInput as IsOptional<TInput[K]> extends true ? K : never]?: TInput[K] | undefined;
};

/** A part that has no required member, or cannot be there at all. */
type IsOptional<TPart> = [TPart] extends [never]
  ? true
  : undefined extends TPart
    ? true
    : Empty extends TPart
      ? true
      : false;
