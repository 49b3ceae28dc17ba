import type { JoinPaths } from "./join-paths.ts";
import { joinPaths } from "./join-paths.ts";
import type { PathParams, PathValues } from "./path-params.ts";

type Expect<TTrue extends true> = TTrue;
/** The keys are compared too: an optional member alone makes no difference to assignability. */
type Equal<A, B> = [A, keyof A] extends [B, keyof B]
  ? [B, keyof B] extends [A, keyof A]
    ? true
    : false
  : false;

type NamesOf<TPath extends string> = keyof PathParams<TPath>;

export type Params = [
  Expect<Equal<NamesOf<"/">, never>>,
  Expect<Equal<NamesOf<"/users/all">, never>>,
  Expect<Equal<PathParams<"/users/:id">, { id: string }>>,
  Expect<Equal<PathParams<"/users/:id/">, { id: string }>>,
  Expect<Equal<PathParams<"/users/:id(int)">, { id: number }>>,
  Expect<Equal<PathParams<"/users/:id(range:1..100)">, { id: number }>>,
  Expect<Equal<PathParams<"/users/:id(range:..100)/x">, { id: number }>>,
  Expect<Equal<PathParams<"/users/:id(uuid)">, { id: string }>>,
  Expect<Equal<PathParams<"/users/:id(hex)">, { id: string }>>,
  Expect<Equal<PathParams<"/users/:id(length:2..8)">, { id: string }>>,
  Expect<Equal<PathParams<"/users/:id(regex:[a-z]+)">, { id: string }>>,
  Expect<Equal<PathParams<"/users/:id(regex:a|b)">, { id: string }>>,
  Expect<Equal<PathParams<"/users/:id(regex:(int|b))/:n(int)">, { id: string; n: number }>>,
  Expect<Equal<PathParams<"/:tab(a|b|c)">, { tab: "a" | "b" | "c" }>>,
  Expect<Equal<PathParams<"/:tab(int|uuid)">, { tab: "int" | "uuid" }>>,
  Expect<Equal<PathParams<"/users/:id(int)/:tab(a|b)?">, { id: number; tab?: "a" | "b" | undefined }>>,
  Expect<
    Equal<
      PathParams<"/:lang(en|de)?/posts/:page(int)?">,
      { lang?: "en" | "de" | undefined; page?: number | undefined }
    >
  >,
  Expect<Equal<PathParams<"/posts/:page?">, { page?: string | undefined }>>,
  Expect<Equal<PathParams<"/v1?/posts/:page">, { page: string }>>,
  Expect<Equal<PathParams<"/files/*path">, { path: string }>>,
  Expect<Equal<PathParams<"/files/*path?">, { path?: string | undefined }>>,
  Expect<Equal<PathParams<"/*path">, { path: string }>>,
  Expect<Equal<PathParams<"/:user/files/*path">, { user: string; path: string }>>,
  Expect<Equal<PathParams<"/:a/:b/:c/:d">, { a: string; b: string; c: string; d: string }>>,
  Expect<Equal<PathParams<"/:__proto__">, { __proto__: string }>>,
  Expect<Equal<PathParams<"/a%3Ab/:c">, { c: string }>>,
  Expect<Equal<PathParams<"/a/:x" | "/b/:y">, { x: string } | { y: string }>>,
  Expect<Equal<PathParams<string>, PathValues>>,
];

export type Joined = [
  Expect<Equal<JoinPaths<"/users", "/:id">, "/users/:id">>,
  Expect<Equal<JoinPaths<"/users", "/">, "/users">>,
  Expect<Equal<JoinPaths<"/users/", "/:id/">, "/users/:id/">>,
  Expect<Equal<JoinPaths<"users", ":id">, "/users/:id">>,
  Expect<Equal<JoinPaths<"//users//", "//:id">, "/users/:id">>,
  Expect<Equal<JoinPaths<"", "">, "/">>,
  Expect<Equal<JoinPaths<"/", "/">, "/">>,
  Expect<Equal<JoinPaths<"/", "/a">, "/a">>,
  Expect<Equal<JoinPaths<string, "/a">, string>>,
  Expect<Equal<JoinPaths<"/a", string>, string>>,
  Expect<Equal<PathParams<JoinPaths<"/users/:user", "/posts/:post(int)">>, { user: string; post: number }>>,
];

export const joined: "/users/:id" = joinPaths("/users", "/:id");

/** Parameters of a known path can be handed to whatever takes those of any path. */
export function widen(params: PathParams<"/users/:id(int)/:tab(a|b)?">): PathValues {
  return params;
}

export function read(params: PathParams<"/users/:id(int)/:tab(a|b)?">): void {
  // @ts-expect-error the constraint makes it a number
  const wrong: string = params.id;
  // @ts-expect-error an optional segment may be left out
  const missing: "a" | "b" = params.tab;
  // @ts-expect-error no such parameter
  void [wrong, missing, params.name];
}
