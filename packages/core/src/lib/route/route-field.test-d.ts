import { type } from "arktype";
import * as v from "valibot";
import { z } from "zod";
import {
  type Context,
  defineMethod,
  del,
  get,
  head,
  type NoOptions,
  options,
  patch,
  post,
  put,
  type Query,
  reply,
  type Reply,
  type RouteField,
  type RouteOptions,
} from "../../index.ts";

// The wrong ones say which error they expect; wrong-types.test.ts holds it against what the compiler prints.

type Equal<A, B> =
  (<T>(value: T) => T extends A ? 1 : 2) extends <T>(value: T) => T extends B ? 1 : 2 ? true : false;
type Expect<T extends true> = T;

const User = z.object({ id: z.number().int(), name: z.string() });
const UserList = z.array(User);
const NewUser = User.omit({ id: true });
const UserId = z.object({ id: z.coerce.number().int() });
const Page = z.object({ page: z.coerce.number().default(1), tags: z.array(z.string()).optional() });
const Login = v.object({ email: v.string(), at: v.pipe(v.string(), v.transform(Number)) });
const Search = type({ "limit?": "string.numeric.parse" });
const Trace = z.object({ "x-trace": z.string() });
const Session = z.object({ sid: z.string().transform((sid) => sid.length) });

const Kind = z.object({ kind: z.enum(["a", "b"]), pair: z.tuple([z.string(), z.number()]) });
const Shape = z.discriminatedUnion("as", [
  z.object({ as: z.literal("dot") }),
  z.object({ as: z.literal("disc"), radius: z.number() }),
]);

interface UserShape {
  readonly id: number;
  readonly name: string;
}
const ann: UserShape = { id: 1, name: "Ann" };
declare const maybe: UserShape | undefined;
declare function load(): Promise<UserShape>;
declare const anyPath: string;
declare const anyOptions: RouteOptions;

// Parameters of the path.
get("/:id", ({ params }) => params.id);
// @ts-expect-error 2339 Property 'uid' does not exist on type '{ id: string; }'
get("/:id", ({ params }) => params.uid);
get(":id", ({ params }) => params.id);
// @ts-expect-error 2339 Property 'uid' does not exist on type '{ id: string; }'
get(":id", ({ params }) => params.uid);
get("/", ({ params }) => Object.keys(params));
// @ts-expect-error 2339 Property 'id' does not exist on type '{}'
get("/", ({ params }) => params.id);
get("/:id(int)", ({ params }) => params.id.toFixed());
// @ts-expect-error 2551 Property 'toFixed' does not exist on type 'string'
get("/:id", ({ params }) => params.id.toFixed());
get("/:page(range:1..9)", ({ params }) => params.page * 2);
// @ts-expect-error 2362 The left-hand side of an arithmetic operation must be of type
get("/:page(length:1..9)", ({ params }) => params.page * 2);
get("/:tab(posts|likes)", ({ params }) => params.tab === "posts");
// @ts-expect-error 2367 have no overlap
get("/:tab(posts|likes)", ({ params }) => params.tab === "users");
get("/:tab?", ({ params }) => params.tab?.length ?? 0);
// @ts-expect-error 18048 'params.tab' is possibly 'undefined'
get("/:tab?", ({ params }) => params.tab.length);
get("/files/*path", ({ params }) => params.path.split("/"));
// @ts-expect-error 2339 Property 'join' does not exist on type 'string'
get("/files/*path", ({ params }) => params.path.join("/"));
get(anyPath, ({ params }) => params["id"] ?? "none");
// @ts-expect-error 2532 Object is possibly 'undefined'
get(anyPath, ({ params }) => params["id"].toString());

// What the schemas give.
get("/:id", { params: UserId }, ({ params }) => params.id.toFixed());
// @ts-expect-error 2339 Property 'trim' does not exist on type 'number'
get("/:id", { params: UserId }, ({ params }) => params.id.trim());
get("/", { query: Page }, ({ query }) => query.page.toFixed());
// @ts-expect-error 2551 Property 'pag' does not exist on type '{ page: number; tags?: string[] | undefined; }'
get("/", { query: Page }, ({ query }) => query.pag.toFixed());
get("/", ({ query }) => Number(query["page"]));
// @ts-expect-error 2339 Property 'toFixed' does not exist on type 'string | readonly string[]'
get("/", ({ query }) => query["page"]?.toFixed());
get("/", { headers: Trace }, ({ headers }) => headers["x-trace"].length);
// @ts-expect-error 2339 Property 'get' does not exist on type '{ "x-trace": string; }'
get("/", { headers: Trace }, ({ headers }) => headers.get("x-trace"));
get("/", ({ headers }) => headers.get("x-trace"));
// @ts-expect-error 7052 Did you mean to call 'headers.get'?
get("/", ({ headers }) => headers["x-trace"]);
get("/", { cookies: Session }, ({ cookies }) => cookies.sid.toFixed());
// @ts-expect-error 2551 Property 'toFixed' does not exist on type 'string'
get("/", ({ cookies }) => cookies["sid"]?.toFixed());
post("/", { body: NewUser }, ({ body }) => body.name);
// @ts-expect-error 2551 Property 'nam' does not exist on type '{ name: string; }'
post("/", { body: NewUser }, ({ body }) => body.nam);
put("/", { body: Login }, ({ body }) => body.at.toFixed() + body.email);
// @ts-expect-error 2339 Property 'trim' does not exist on type 'number'
put("/", { body: Login }, ({ body }) => body.at.trim() + body.email);
patch("/", { body: Search }, ({ body }) => body.limit?.toFixed());
// @ts-expect-error 18048 'body.limit' is possibly 'undefined'
patch("/", { body: Search }, ({ body }) => body.limit.toFixed());
post("/", ({ body }) => body.text());
// @ts-expect-error 2339 Property 'name' does not exist on type 'BodyReader'
post("/", ({ body }) => body.name);
post("/", { body: NewUser }, ({ request }) => request.body.length);
// @ts-expect-error 2339 Property 'text' does not exist on type '{ name: string; }'
post("/", { body: NewUser }, ({ body }) => body.text());
post("/", anyOptions, ({ body }) => String(body));
// @ts-expect-error 18046 'body' is of type 'unknown'
post("/", anyOptions, ({ body }) => body.text());

// Handlers that name their own types.
get("/:id", ({ params }: { params: { id: string } }) => params.id);
// @ts-expect-error 2345 Property 'uid' is missing in type '{ id: string; }'
get("/:id", ({ params }: { params: { uid: string } }) => params.uid);
get("/:id", (context: Context) => context.id);
// @ts-expect-error 2345 Target signature provides too few arguments
get("/:id", (context: Context, extra: string) => context.id + extra);

// One answer.
get("/", { response: User }, () => ann);
// @ts-expect-error 2322 Type 'string' is not assignable to type 'number'
get("/", { response: User }, () => ({ id: "1", name: "Ann" }));
get("/", { response: User }, () => maybe ?? ann);
// @ts-expect-error 2322 Type 'undefined' is not assignable to type
get("/", { response: User }, () => maybe);
get("/", { response: User }, () => ({ id: 1, name: "Ann" }));
// @ts-expect-error 2322 Type '{ id: number; }' is not assignable to type
get("/", { response: User }, () => ({ id: 1 }));
get("/", { response: User }, async () => ann);
// @ts-expect-error 2322 Property 'name' is missing in type '{ id: number; }'
get("/", { response: User }, async () => ({ id: 1 }));
get("/", { response: User }, () => ann);
// @ts-expect-error 2322 Type 'undefined' is not assignable to type
get("/", { response: User }, () => void ann);
get("/", { response: UserList }, () => [ann]);
// @ts-expect-error 2322 Type 'UserShape' is not assignable to type
get("/", { response: UserList }, () => ann);
get("/", { response: z.string() }, () => "text");
// @ts-expect-error 2322 Type 'Response' is not assignable to type
get("/", { response: z.string() }, () => new Response("text"));
get("/", () => new Response("text"));
// @ts-expect-error 2322 Type 'Reply<200, StreamBody>' is not assignable to type
get("/", { response: z.string() }, () => reply.stream(["text"]));

// Literals are read as what the schema wants.
get("/", { response: Kind }, () => ({ kind: "a", pair: ["one", 1] }));
// @ts-expect-error 2322 Type '"c"' is not assignable to type '"a" | "b"'
get("/", { response: Kind }, () => ({ kind: "c", pair: ["one", 1] }));
get("/", { response: Kind }, async ({ id }) => ({ kind: "a", pair: [id, 1] }));
// @ts-expect-error 2322 Type 'string' is not assignable to type 'number'
get("/", { response: Kind }, async ({ id }) => ({ kind: "a", pair: ["one", id] }));
get("/", { response: Shape }, ({ id }) => (id === "" ? { as: "dot" } : { as: "disc", radius: 1 }));
// @ts-expect-error 2322 Property 'radius' is missing in type
get("/", { response: Shape }, ({ id }) => (id === "" ? { as: "dot" } : { as: "disc" }));
post("/", { response: { 200: Kind, 201: Shape } }, (context) =>
  context.id === "" ? context.reply(201, { as: "dot" }) : { kind: "b", pair: ["two", 2] },
);
post("/", { response: { 200: Kind, 201: Shape } }, (context) =>
  // @ts-expect-error 2322 Type '"b"' is not assignable to type
  context.id === "" ? context.reply(201, { as: "b" }) : { kind: "b", pair: ["two", 2] },
);

// Answers by status.
post("/", { response: { 201: User } }, (context) => context.reply(201, ann));
// @ts-expect-error 2345 Argument of type '200' is not assignable to parameter of type '201'
post("/", { response: { 201: User } }, (context) => context.reply(200, ann));
post("/", { response: { 201: User } }, ({ reply: answer }) => answer(201, { id: 1, name: "Ann" }));
// @ts-expect-error 2322 Type 'string' is not assignable to type 'number'
post("/", { response: { 201: User } }, ({ reply: answer }) => answer(201, { id: "1", name: "Ann" }));
post("/", { response: { 202: null } }, (context) => context.reply(202));
// @ts-expect-error 2554 Expected 2 arguments, but got 1
post("/", { response: { 202: User } }, (context) => context.reply(202));
post("/", { response: { 201: User, 204: null } }, (context) => context.reply(204));
// @ts-expect-error 2554 Expected 1 arguments, but got 2
post("/", { response: { 201: User, 204: null } }, (context) => context.reply(204, ann));
post("/", { response: { 200: User, 201: User } }, () => ann);
// @ts-expect-error 2322 Type 'UserShape' is not assignable to type 'Awaitable<Reply<201,
post("/", { response: { 201: User } }, () => ann);
post("/", { response: { 201: User } }, () => reply(201, ann));
// @ts-expect-error 2322 Type 'Reply<200, UserShape>' is not assignable to type
post("/", { response: { 201: User } }, () => reply(200, ann));
del("/", { response: { 204: null } }, () => undefined);
// @ts-expect-error 2322 Type 'undefined' is not assignable to type
del("/", { response: { 202: null } }, () => undefined);
del("/", { response: { 200: null } }, () => {});
// @ts-expect-error 2322 Type 'UserShape' is not assignable to type
del("/", { response: { 200: null } }, () => ann);
get("/", { response: { 302: null } }, (context) => context.reply.redirect("/"));
// @ts-expect-error 2322 Type 'Reply<301, undefined>' is not assignable to type
get("/", { response: { 302: null } }, (context) => context.reply.redirect("/", 301));
get("/", { response: { 201: User } }, (context) => context.reply.json(ann, 201));
// @ts-expect-error 2322 Type 'Reply<201, { id: number; }>' is not assignable to type
get("/", { response: { 201: User } }, (context) => context.reply.json({ id: 1 }, 201));
get("/", { response: { 200: User } }, async () => reply(200, ann));
// @ts-expect-error 2322 Type '201' is not assignable to type '200'
get("/", { response: { 200: User } }, async () => reply(201, ann));

// Any answer.
get("/", () => ({ at: 1 }));
// @ts-expect-error 2345 Type '() => { at: number; }' is not assignable to type
get("/", () => () => ({ at: 1 }));
get("/", () => [1]);
// @ts-expect-error 2322 Type 'Set<number>' is not assignable to type
get("/", () => new Set([1]));
get("/", () => 1);
// @ts-expect-error 2322 Type 'bigint' is not assignable to type
get("/", () => 1n);
post("/", async ({ body }) => await body.json());
// @ts-expect-error 2322 Type 'symbol' is not assignable to type 'AnyReply | AnyResult'
post("/", async () => Symbol.iterator as symbol);
post("/", { guards: [] }, ({ body }) => body.json());
// @ts-expect-error 2345 Type '() => Promise<UserShape>' is not assignable to type
post("/", { guards: [] }, () => load);
get("/", () => load());
// @ts-expect-error 2345 Type '() => Promise<UserShape>' is not assignable to type
get("/", () => load);
get("/", ({ id }) => (id === "" ? Promise.resolve(1) : "text"));
// @ts-expect-error 2322 Type 'unique symbol' is not assignable to type 'AnyReply | AnyResult'
get("/", ({ id }) => (id === "" ? Promise.resolve(Symbol.iterator) : "text"));
get("/", async function* stream() {
  yield "text";
});
// @ts-expect-error 2345 Type 'number' is not assignable to type 'string | Uint8Array
get("/", async function* stream() {
  yield 1;
});

/** The class's own type is the contract that a typed client reads: what is declared, and else what is inferred. */
export function typesOfFields(): readonly true[] {
  class Users {
    static readonly path = "/users" as const;
    readonly list = get("/", { query: Page, response: UserList }, () => [ann]);
    readonly find = get("/:id", { params: UserId }, ({ params }) => ({ id: params.id, name: "Ann" }));
    readonly create = post("/", { body: NewUser, response: { 201: User } }, ({ body }) =>
      reply(201, { id: 1, name: body.name }),
    );
    readonly upload = post("/files/:name", async ({ body, params }) => {
      const bytes = await body.bytes();
      return { name: params.name, length: bytes.length };
    });
    readonly hello = get("/hello", () => "hello" as const);
    readonly search = get("/search", ({ query }) => query);
    readonly later = get("/later", ({ id }) => (id === "" ? Promise.resolve(1) : reply(202, "later")));
    readonly purge = defineMethod("PURGE")("/:tag", ({ params }) => params.tag);
  }
  type Ann = { id: number; name: string };
  type ListOptions = { readonly query: typeof Page; readonly response: typeof UserList };
  type FindOptions = { readonly params: typeof UserId };
  type CreateOptions = { readonly body: typeof NewUser; readonly response: { readonly 201: typeof User } };
  type Upload = { name: string; length: number };
  const checks: [
    Expect<Equal<(typeof Users)["path"], "/users">>,
    Expect<Equal<Users["list"], RouteField<"GET", "/", ListOptions, Reply<200, Ann[]> | Ann[]>>>,
    Expect<Equal<Users["find"], RouteField<"GET", "/:id", FindOptions, Ann>>>,
    Expect<Equal<Users["create"], RouteField<"POST", "/", CreateOptions, Reply<201, Ann>>>>,
    Expect<Equal<Users["upload"], RouteField<"POST", "/files/:name", NoOptions, Upload>>>,
    Expect<Equal<Users["hello"], RouteField<"GET", "/hello", NoOptions, "hello">>>,
    Expect<Equal<Users["search"], RouteField<"GET", "/search", NoOptions, Query>>>,
    Expect<Equal<Users["later"], RouteField<"GET", "/later", NoOptions, number | Reply<202, string>>>>,
    Expect<Equal<Users["purge"], RouteField<"PURGE", "/:tag", NoOptions, string>>>,
  ] = [true, true, true, true, true, true, true, true, true];
  void Users;
  return checks;
}

export const field: RouteField<"HEAD", "/:id", NoOptions, void> = head("/:id", () => {});
// @ts-expect-error 2375 Type '"OPTIONS"' is not assignable to type '"HEAD"'
export const otherMethod: RouteField<"HEAD", "/:id", NoOptions, void> = options("/:id", () => {});
// @ts-expect-error 2375 Type '"/:uid"' is not assignable to type '"/:id"'
export const otherPath: RouteField<"HEAD", "/:id", NoOptions, void> = head("/:uid", () => {});
// @ts-expect-error 2375 Type 'string' is not assignable to type 'void'
export const otherResult: RouteField<"HEAD", "/:id", NoOptions, void> = head("/:id", () => "text");
