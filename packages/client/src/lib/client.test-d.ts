import { defineModule, get, post, del, defineMethod, reply, type AppBuilder } from "@armature/core";
import { defineError, type DefinedError } from "@armature/http";
import { z } from "zod";
import { createClient, type ApiOf, type Client, type ClientError, type GeneratedApi } from "../index.ts";

type Equal<A, B> =
  (<T>(value: T) => T extends A ? 1 : 2) extends <T>(value: T) => T extends B ? 1 : 2 ? true : false;
type Expect<T extends true> = T;

const User = z.object({ id: z.number().int(), name: z.string() });
const NewUser = User.omit({ id: true });
const UserId = z.object({ id: z.coerce.number().int() });
const Filter = z.object({
  search: z.string(),
  limit: z.coerce.number().default(20),
  tags: z.array(z.string()).optional(),
});

declare const builder: AppBuilder;

function build() {
  return builder
    .get("/users", { query: Filter, response: z.array(User) }, () => [])
    .get(
      "/users/:id",
      { params: UserId, response: { 200: User, 404: z.object({ reason: z.string() }), 304: null } },
      () => ({ id: 1, name: "Ada" }),
    )
    .post("/users", { body: NewUser, response: { 201: User } }, (context) =>
      context.reply(201, { id: 1, ...context.body }),
    )
    .delete("/users/:id", { params: UserId, response: { 204: null } }, () => {})
    .get("/typed/:id(int)/:tab(posts|likes)?", ({ params }) => params)
    .get("/dated", () => ({ at: new Date(), count: 1, call: () => 1 }))
    .get("/several", ({ query }) =>
      query["a"] === undefined ? reply(202, "later" as const) : { now: true as const },
    )
    .get("/nothing", () => {})
    .get("/bytes", () => new Uint8Array(1))
    .get("/stream", ({ reply: answer }) => answer.stream([]))
    .get("/counted", { headers: z.object({ "x-count": z.coerce.number() }) }, () => 1)
    .get("/themed", { cookies: z.object({ theme: z.enum(["dark", "light"]) }) }, () => 1)
    .post("/raw", () => 1)
    .get("/encoded", { response: z.object({ at: z.string().transform((text) => new Date(text)) }) }, () => ({
      at: "",
    }));
}
declare const client: Client<ReturnType<typeof build>>;

export async function answers(): Promise<void> {
  const found = await client("/users/:id").get({ params: { id: 7 } });
  if (found.status === 200) type<{ id: number; name: string }>()(found.data);
  else if (found.status === 304) type<undefined>()(found.data);
  else if (found.status === 404) type<{ reason: string } | undefined>()(found.data);
  else type<unknown>()(found.data);
  if (found.ok) type<200 | 304>()(found.status);
  else type<string>()(found.problem.code);
  // @ts-expect-error an answer has no data of a user before its status was looked at
  void found.data.name;
  // @ts-expect-error 201 is no status of this route
  void (found.status === 201);

  type<{ id: number; name: string }>()(
    await client("/users")
      .post({ body: { name: "Ada" } })
      .orThrow(),
  );
  type<undefined>()(
    await client("/users/:id")
      .delete({ params: { id: 7 } })
      .orThrow(),
  );
  type<{ id: number; tab?: "posts" | "likes" | undefined }>()(
    await client("/typed/:id(int)/:tab(posts|likes)?")
      .get({ params: { id: 7 } })
      .orThrow(),
  );
  type<{ at: string; count: number }>()(await client("/dated").get().orThrow());
  type<"later" | { now: true }>()(await client("/several").get().orThrow());
  const several = await client("/several").get();
  if (several.status === 202) type<"later">()(several.data);
  type<undefined>()(await client("/nothing").get().orThrow());
  type<Uint8Array>()(await client("/bytes").get().orThrow());
  type<unknown>()(await client("/stream").get().orThrow());
  type<{ at: string }>()(await client("/encoded").get().orThrow());
  const head = await client("/users/:id").head({ params: { id: 1 } });
  type<undefined>()(head.data);
  if (head.status === 200) type<undefined>()(head.data);
}

export function requests(): void {
  void client("/users").get({ query: { search: "a", tags: ["b"] } });
  // @ts-expect-error there is no such path
  void client("/user");
  void client("/users").get({ query: { search: "a", limit: 3, tags: undefined } });
  // @ts-expect-error the query is required
  void client("/users").get();
  void client("/users").get({ query: { search: "a" } });
  // @ts-expect-error a member of the query is missing
  void client("/users").get({ query: {} });
  void client("/users").get({ query: { search: "a", limit: 1 } });
  // @ts-expect-error a limit is a number
  void client("/users").get({ query: { search: "a", limit: "many" } });
  void client("/users/:id").get({ params: { id: 1 } });
  // @ts-expect-error the id is a number
  void client("/users/:id").get({ params: { id: "one" } });
  void client("/users/:id").get({ params: { id: 1 } });
  // @ts-expect-error there is no such parameter
  void client("/users/:id").get({ params: { id: 1, tab: "posts" } });
  void client("/users").post({ body: { name: "Ada" } });
  // @ts-expect-error the body lacks its name
  void client("/users").post({ body: {} });
  void client("/users").post({ body: { name: "Ada" } });
  // @ts-expect-error the route has no PUT
  void client("/users").put({ body: { name: "Ada" } });
  void client("/typed/:id(int)/:tab(posts|likes)?").get({ params: { id: 7, tab: "likes" } });
  // @ts-expect-error there is no such tab
  void client("/typed/:id(int)/:tab(posts|likes)?").get({ params: { id: 7, tab: "friends" } });
  void client("/counted").get({ headers: { "x-count": 1, "x-other": "a" } });
  // @ts-expect-error a count is a number
  void client("/counted").get({ headers: { "x-count": "one" } });
  void client("/counted").get({ headers: { "x-count": 1 } });
  // @ts-expect-error the count is required
  void client("/counted").get();
  void client("/themed").get({ cookies: { theme: "dark" } });
  // @ts-expect-error there is no such theme
  void client("/themed").get({ cookies: { theme: "blue" } });
  void client("/themed").get();
  void client("/dated").get({ query: { any: ["thing", 1] }, headers: { accept: "*/*" }, timeoutMs: null });
  // @ts-expect-error a query has no objects
  void client("/dated").get({ query: { any: { thing: 1 } } });
  void client("/raw").post({ body: new FormData() });
  // @ts-expect-error GET has no body
  void client("/dated").get({ body: "x" });
  void client("/dated").get({ retry: null });
  // @ts-expect-error there is no such option
  void client("/dated").get({ retries: null });
}

class UserController {
  static readonly path = "/users";
  readonly list = get("/", { response: z.array(User) }, () => []);
  readonly create = post("/", { body: NewUser, response: { 201: User } }, (context) =>
    context.reply(201, { id: 1, ...context.body }),
  );
  readonly find = get("/:id(int)", ({ params }) => ({ found: params.id }));
  readonly report = defineMethod("REPORT")("/", () => "report" as const);
  helper(): string {
    return "";
  }
}
class LooseController {
  static path: string = "/loose";
  readonly list = get("/", () => 1);
}
class RootController {
  readonly ping = get("/ping", () => "pong" as const);
}

export async function controllers(): Promise<void> {
  const users = createClient<typeof UserController | typeof RootController>("http://localhost");
  type<{ id: number; name: string }[]>()(await users("/users").get().orThrow());
  type<{ found: number }>()(
    await users("/users/:id(int)")
      .get({ params: { id: 1 } })
      .orThrow(),
  );
  // @ts-expect-error the id is a number
  void users("/users/:id(int)").get({ params: { id: "x" } });
  type<"pong">()(await users("/ping").get().orThrow());
  type<"report">()(await users("/users").request("REPORT").orThrow());
  // @ts-expect-error there is no such method
  void users("/users").request("PURGE");
  const loose = createClient<typeof LooseController>("http://localhost");
  // @ts-expect-error a path that is no literal is a message, not a route
  void loose("/loose");
}

function defineModules() {
  const users = defineModule({ controllers: [UserController] });
  const root = defineModule({
    prefix: "/api",
    controllers: [RootController],
    routes: [del("/all", () => 1)],
  });
  return defineModule({ imports: [users, root, () => users], routes: [get("/own", () => true as const)] });
}

export async function modules(): Promise<void> {
  const app = createClient<ReturnType<typeof defineModules>>("http://localhost");
  type<"pong">()(await app("/api/ping").get().orThrow());
  type<number>()(await app("/api/all").delete().orThrow());
  type<true>()(await app("/own").get().orThrow());
  type<{ found: number }>()(
    await app("/users/:id(int)")
      .get({ params: { id: 1 } })
      .orThrow(),
  );
  // @ts-expect-error the module has a prefix
  void app("/ping");
  type Paths = ApiOf<ReturnType<typeof defineModules> | AppBuilder>["path"];
  const checks: [Expect<Equal<Paths, "/own" | "/api/ping" | "/api/all" | "/users" | "/users/:id(int)">>] = [
    true,
  ];
  void checks;
}

interface Routes {
  readonly "/users/:id":
    | {
        readonly method: "GET";
        readonly input: { readonly params: { readonly id: number } };
        readonly answers: { readonly 200: { readonly name: string }; readonly 410: undefined };
      }
    | {
        readonly method: "PUT";
        readonly input: {
          readonly params: { readonly id: number };
          readonly body: { readonly name: string };
        };
        readonly answers: unknown;
      };
  readonly "/open": {
    readonly method: "POST";
    readonly input: unknown;
    readonly answers: { readonly 202: undefined };
  };
}

export async function generated(): Promise<void> {
  const api = createClient<GeneratedApi<Routes> | typeof RootController>("http://localhost");
  const answer = await api("/users/:id").get({ params: { id: 1 } });
  if (answer.status === 200) type<string>()(answer.data.name);
  if (answer.status === 410) type<string>()(answer.problem.code);
  // @ts-expect-error the id is a number
  void api("/users/:id").get({ params: { id: "x" } });
  type<unknown>()(
    await api("/users/:id")
      .put({ params: { id: 1 }, body: { name: "Ada" } })
      .orThrow(),
  );
  // @ts-expect-error the body is required
  void api("/users/:id").put({ params: { id: 1 } });
  void api("/open").post({ body: 1, query: { a: 1 } });
  type<"pong">()(await api("/ping").get().orThrow());
  for await (const event of api("/ping").get().events({ schema: User })) type<number>()(event.data.id);
  for await (const event of api("/ping").get().events()) type<string>()(event.data);
  for await (const value of api("/ping").get().values(User)) type<string>()(value.name);
}

const Taken: DefinedError<409, "E_TAKEN", undefined> = defineError(409, "E_TAKEN");
const Detail = z.object({ limit: z.int() });
const Quota: DefinedError<429, "E_QUOTA", typeof Detail> = defineError(429, "E_QUOTA", { details: Detail });

class StockController {
  static readonly path = "/stock";
  static readonly options = { errors: [Quota] as const };
  readonly take = post(
    "/",
    { errors: [Taken, 404], response: { 204: null, 410: z.object({ gone: z.boolean() }) } },
    () => {},
  );
}

function declare() {
  return builder.get("/", { errors: [Taken, Quota] }, () => 1);
}

export async function problems(): Promise<void> {
  const stock = createClient<typeof StockController>("http://localhost");
  const answer = await stock("/stock").post();
  if (answer.status === 409) type<"E_TAKEN" | "E_CLIENT_NO_PROBLEM">()(answer.problem.code);
  if (answer.status === 429 && answer.problem.code === "E_QUOTA") type<number>()(answer.problem.limit);
  if (answer.status === 404)
    type<"E_NOT_FOUND" | "E_ROUTE_NOT_FOUND" | "E_CLIENT_NO_PROBLEM">()(answer.problem.code);
  if (answer.status === 410) type<{ gone: boolean } | undefined>()(answer.data);
  if (answer.status === 418) type<string>()(answer.problem.code);
  if (answer.status === 409) {
    // @ts-expect-error no error of this status has details
    void answer.problem.limit.toFixed();
    // @ts-expect-error this code has another status
    void (answer.problem.code === "E_QUOTA");
  }
  const root = await createClient<ReturnType<typeof declare>>("http://localhost")("/").get();
  if (root.status === 429 && root.problem.code === "E_QUOTA") type<number>()(root.problem.limit);
  if (root.status === 200) type<number>()(root.data);

  interface Table {
    readonly "/": {
      readonly method: "GET";
      readonly input: unknown;
      readonly answers: { readonly 200: string };
      readonly errors: { readonly 404: "A" | "B"; readonly 429: "C" };
      readonly details: { readonly C: { limit: number } };
    };
  }
  const generatedAnswer = await createClient<GeneratedApi<Table>>("http://localhost")("/").get();
  if (generatedAnswer.status === 404) type<"A" | "B" | "E_CLIENT_NO_PROBLEM">()(generatedAnswer.problem.code);
  if (generatedAnswer.status === 429 && generatedAnswer.problem.code === "C")
    type<number>()(generatedAnswer.problem.limit);
}

/** Holds a value against a type in both directions. */
declare function type<TExpected>(): <TGot>(
  value: TGot,
  ...same: Equal<TGot, TExpected> extends true ? [] : [wrong: TExpected]
) => void;

export type { ClientError };
