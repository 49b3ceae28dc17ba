import { token, type ValueToken } from "@armature/di";
import { z } from "zod";
import {
  type AppBuilder,
  type AppListenOptions,
  type Context,
  get,
  type NoOptions,
  type Reply,
  reply,
  type RouteType,
} from "../../index.ts";

// The wrong ones say which error they expect; wrong-types.test.ts holds it against what the compiler prints.

type Equal<A, B> =
  (<T>(value: T) => T extends A ? 1 : 2) extends <T>(value: T) => T extends B ? 1 : 2 ? true : false;
type Expect<T extends true> = T;

const User = z.object({ id: z.number().int(), name: z.string() });
const NewUser = User.omit({ id: true });
const UserId = z.object({ id: z.coerce.number().int() });
const LIMIT: ValueToken<number> = token<number>("LIMIT");

interface UserShape {
  readonly id: number;
  readonly name: string;
}
const ann: UserShape = { id: 1, name: "Ann" };

declare const app: AppBuilder;
declare const other: AppBuilder;

// Handlers.
app.get("/hello/:name", ({ params }) => ({ hello: params.name }));
// @ts-expect-error 2551 Property 'nam' does not exist on type '{ name: string; }'
app.get("/hello/:name", ({ params }) => ({ hello: params.nam.trim() }));
app.get("/:id(int)", ({ params }) => params.id.toFixed());
// @ts-expect-error 2551 Property 'toFixed' does not exist on type 'string'
app.get("/:id", ({ params }) => params.id.toFixed());
app.post("/", { body: NewUser }, ({ body }) => body.name);
// @ts-expect-error 2339 Property 'text' does not exist on type '{ name: string; }'
app.post("/", { body: NewUser }, ({ body }) => body.text());
app.put("/", { response: User }, () => ann);
// @ts-expect-error 2322 Type 'string' is not assignable to type
app.put("/", { response: User }, () => "Ann");
app.patch("/", { response: { 202: null } }, (context) => context.reply(202));
// @ts-expect-error 2345 Argument of type '200' is not assignable to parameter of type '202'
app.patch("/", { response: { 202: null } }, (context) => context.reply(200));
app.delete("/:id", { params: UserId, response: { 204: null } }, () => {});
// @ts-expect-error 2322 Type 'string' is not assignable to type
app.delete("/:id", { params: UserId, response: { 204: null } }, () => "gone");
app.head("/", () => undefined);
// @ts-expect-error 2322 Type 'symbol' is not assignable to type 'AnyReply | AnyResult'
app.head("/", async () => Symbol.iterator);
app.options("/", { response: { 204: null } }, () => {});
// @ts-expect-error 2353 'allow' does not exist in type
app.options("/", { response: { 204: null }, allow: ["GET"] }, () => {});
app.get("/", { guards: [(context) => context.id !== ""] }, () => 1);
// @ts-expect-error 2322 Type '(context: Context) => string' is not assignable to type 'GuardRef'
app.get("/", { guards: [(context) => context.id] }, () => 1);

// The whole path is known, so that the schema of its parameters is held against it.
app.get("/:id", { params: UserId }, ({ params }) => params.id);
// @ts-expect-error 2322 required in type 'PathHasOnly<"uid">'
app.get("/:uid", { params: UserId }, ({ params }) => params.id);
app.get("/:id", { params: UserId.extend({ tab: z.string().optional() }) }, ({ params }) => params.id);
// @ts-expect-error 2322 required in type 'PathHasOnly<"id">'
app.get("/:id", { params: UserId.extend({ tab: z.string() }) }, ({ params }) => params.id);
app.get("/:id/*rest", { params: z.record(z.string(), z.string()) }, ({ params }) => params["id"] ?? "");
// @ts-expect-error 2322 required in type 'PathHasOnly<never>'
app.get("/", { params: UserId }, ({ params }) => params.id);

// Groups.
app.group("/teams/:team", {}, (team) => team.get("/:id(int)", ({ params }) => params.team + params.id));
// @ts-expect-error 2339 Property 'user' does not exist on type '{ id: number; team: string; }'
app.group("/teams/:team", {}, (team) => team.get("/:id(int)", ({ params }) => params.user));
app.group("/:team", {}, (team) => team.get("/:id", { params: UserId }, ({ params }) => params.id));
// @ts-expect-error 2322 required in type 'PathHasOnly<"team">'
app.group("/:team", {}, (team) => team.get("/", { params: UserId }, ({ params }) => params.id));
app.group("/a", { guards: [() => true] }, (group) => group.get("/", () => 1));
// @ts-expect-error 2561 'guard' does not exist in type 'ControllerOptions'
app.group("/a", { guard: [() => true] }, (group) => group.get("/", () => 1));
app.group("/a", {}, (group) => group.group("/b/:c", {}, (inner) => inner.get("/", ({ params }) => params.c)));
// @ts-expect-error 2375 Type '""' is not assignable to type '"/a"'
app.group("/a", {}, () => other);
app.group("/a", {}, (group) => {
  return group.get("/", () => 1);
});
// @ts-expect-error 2345 Type 'void' is not assignable to type
app.group("/a", {}, (group) => {
  group.get("/", () => 1);
});

// Routes that were declared elsewhere.
app.route(get("/:id", ({ params }) => params.id));
// @ts-expect-error 2741 Property 'options' is missing
app.route({ method: "GET", path: "/:id", handler: () => 1 });

// Stages and providers.
app.use((context, next) => next(context));
// @ts-expect-error 2345 is not assignable to parameter of type 'MiddlewareRef'
app.use((context: Context, next: number) => context.id + next);
app.guard((context) => context.id !== "");
// @ts-expect-error 2345 Argument of type '() => string' is not assignable to parameter of type 'GuardRef'
app.guard(() => "yes");
app.intercept(async (context, next) => [await next(context)]);
// @ts-expect-error 2353 'intercept' does not exist in type 'InterceptorRef'
app.intercept({ intercept: () => 1 });
app.catch((error) => reply(500, String(error)));
// @ts-expect-error 2345 is not assignable to parameter of type 'FilterRef'
app.catch((error: Error) => reply(500, error.message));
app.provide(class Users {});
// @ts-expect-error 2353 'useValue' does not exist in type 'Provider'
app.provide({ provide: LIMIT, useValue: "1" });
export const limit: Promise<number> = app.inject(LIMIT);
// @ts-expect-error 2322 Type 'Promise<number>' is not assignable to type 'Promise<string>'
export const limitWrong: Promise<string> = app.inject(LIMIT);
export const listening: AppListenOptions = { port: 3000, signals: ["SIGTERM"] };
// @ts-expect-error 2322 Type '"SIGHUP"' is not assignable to type 'StopSignal'
export const listeningWrong: AppListenOptions = { port: 3000, signals: ["SIGHUP"] };

/** The type of an application is the union of its routes: method, path, options and result. */
export function typesOfRoutes(): readonly true[] {
  const api = app
    .use((context, next) => next(context))
    .get("/hello/:name", ({ params }) => ({ hello: params.name }))
    .post("/users", { body: NewUser, response: { 201: User } }, (context) => context.reply(201, ann))
    .group("/teams/:team", { guards: [() => true] }, (team) =>
      team
        .get("/", async ({ params }) => [params.team])
        .group("/users", {}, (users) =>
          users.delete("/:id", { params: z.object({ team: z.string(), id: z.string() }) }, () => {}),
        ),
    )
    .route(get("raw", () => "raw" as const))
    .provide(class Users {});
  type Hello = RouteType<"GET", "/hello/:name", NoOptions, { hello: string }>;
  type CreateOptions = { readonly body: typeof NewUser; readonly response: { readonly 201: typeof User } };
  type Create = RouteType<"POST", "/users", CreateOptions, Reply<201, { id: number; name: string }>>;
  type Raw = RouteType<"GET", "/raw", NoOptions, "raw">;
  type Routes = NonNullable<(typeof api)["__routes"]>;
  type RouteAt<TPath> = Extract<Routes, { readonly path: TPath }>;
  const checks: [
    Expect<Equal<RouteAt<"/hello/:name">, Hello>>,
    Expect<Equal<RouteAt<"/users">, Create>>,
    Expect<Equal<RouteAt<"/teams/:team">["result"], string[]>>,
    Expect<Equal<RouteAt<"/teams/:team/users/:id">["method"], "DELETE">>,
    Expect<Equal<RouteAt<"/teams/:team/users/:id">["result"], void>>,
    Expect<Equal<RouteAt<"/raw">, Raw>>,
    Expect<Equal<Routes["method"], "GET" | "POST" | "DELETE">>,
    Expect<
      Equal<Routes["path"], "/hello/:name" | "/users" | "/teams/:team" | "/teams/:team/users/:id" | "/raw">
    >,
    Expect<Equal<(typeof app)["__routes"], undefined>>,
  ] = [true, true, true, true, true, true, true, true, true];
  void api;
  return checks;
}
