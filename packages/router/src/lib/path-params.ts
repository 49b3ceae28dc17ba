/** The parameters of a path whose pattern is not known to the compiler: what `PathParams<string>` is. */
export type PathValues = Record<string, string | number | undefined>;

/**
 * The parameters of a path pattern.
 *
 * `int` and `range` give numbers, enums give unions, everything else strings; optional segments give optional members.
 * @example
 * type Params = PathParams<"/users/:id(int)/:tab(posts|likes)?">; // { id: number; tab?: "posts" | "likes" | undefined }
 */
export type PathParams<TPath extends string> = TPath extends unknown
  ? string extends TPath
    ? PathValues
    : Flat<Members<Marks<TPath>>>
  : never;

/** What follows each sign: "id(int)" and "tab(a|b)?" and, for a wildcard, "*path". */
type Marks<TPath extends string> = TPath extends `${string}/:${infer TRest}`
  ? TRest extends `${infer TMark}/${infer TTail}`
    ? TMark | Marks<`/${TTail}`>
    : TRest
  : TPath extends `${string}/*${infer TName}`
    ? TName
    : never;

type Members<TMark extends string> = {
  [K in TMark as K extends `${string}?` ? never : NameOf<K>]: ValueOf<K>;
} & { [K in TMark as K extends `${infer TKept}?` ? NameOf<TKept> : never]?: ValueOf<K> | undefined };

/** One object type instead of an intersection: what people see in their editor. */
type Flat<TMembers> = { [K in keyof TMembers]: TMembers[K] };

type NameOf<TMark extends string> = TMark extends `${infer TName}(${string}` ? TName : TMark;

type ValueOf<TMark extends string> = TMark extends `${string}(${infer TRest}`
  ? TRest extends `${infer TConstraint})${"" | "?"}`
    ? ValueOfConstraint<TConstraint>
    : string
  : string;

type ValueOfConstraint<TConstraint extends string> = TConstraint extends "int" | `range:${string}`
  ? number
  : TConstraint extends `regex:${string}` | `length:${string}`
    ? string
    : TConstraint extends `${string}|${string}`
      ? Split<TConstraint>
      : string;

type Split<TText extends string> = TText extends `${infer THead}|${infer TTail}`
  ? THead | Split<TTail>
  : TText;
