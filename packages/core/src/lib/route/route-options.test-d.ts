import { z } from "zod";
import {
  type Context,
  type Filter,
  filterOf,
  get,
  Get,
  type Guard,
  type GuardClass,
  type Interceptor,
  type Middleware,
  type Next,
  post,
  type ResponseMap,
  type RouteOptions,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UseMiddleware,
} from "../../index.ts";

// The wrong ones say which error they expect; wrong-types.test.ts holds it against what the compiler prints.

const User = z.object({ id: z.number().int(), name: z.string() });
const NewUser = User.omit({ id: true });
const ann = { id: 1, name: "Ann" };

class IsAdmin implements GuardClass {
  canActivate(context: Context): boolean {
    return context.id !== "";
  }
}
class IsAdminOf implements GuardClass {
  readonly team: string;
  constructor(team: string) {
    this.team = team;
  }
  canActivate(): boolean {
    return this.team !== "";
  }
}
class Timing {
  use(context: Context, next: Next): unknown {
    return next(context);
  }
}
class Wrap {
  async intercept(context: Context, next: Next): Promise<unknown> {
    return { data: await next(context) };
  }
}
class Report {
  catch(error: unknown): string {
    return String(error);
  }
}

// Names.
post("/", { body: NewUser, maxBodyBytes: 1024 }, ({ body }) => body.name);
// @ts-expect-error 2353 'maxBodySize' does not exist in type
post("/", { body: NewUser, maxBodySize: 1024 }, ({ body }) => body.name);
post("/", { body: NewUser }, ({ body }) => body.name);
// @ts-expect-error 2561 Did you mean to write 'body'?
post("/", { bodyy: NewUser }, () => "Ann");
get("/", { guards: [IsAdmin], response: User }, () => ann);
// @ts-expect-error 2353 'pipes' does not exist in type
get("/", { guards: [IsAdmin], pipes: [], response: User }, () => ann);
const shared = { guards: [IsAdmin], version: "1" } satisfies RouteOptions;
get("/", shared, () => ann);
const sharedWrong = { guards: [IsAdmin], versions: "1" };
// @ts-expect-error 2345 required in type 'UnknownOption<"versions">'
get("/", sharedWrong, () => ann);
get("/", { ...shared, response: User }, () => ann);
// @ts-expect-error 2561 Did you mean to write 'response'?
get("/", { ...shared, responses: User }, () => ann);

export function namesInDecorators(): void {
  class Names {
    @Get("/", { response: User, meta: { roles: ["admin"] } })
    meta() {
      return ann;
    }
    // @ts-expect-error 2353 'roles' does not exist in type
    @Get("/", { response: User, roles: ["admin"] })
    metaWrong() {
      return ann;
    }

    @Get("/", { host: "api.example.com" })
    host() {
      return ann;
    }
    // @ts-expect-error 2353 'hostname' does not exist in type
    @Get("/", { hostname: "api.example.com" })
    hostWrong() {
      return ann;
    }
  }
  void Names;
}

// Answers.
get("/", { response: { 200: User, 404: null } }, () => ann);
// @ts-expect-error 2353 'ok' does not exist in type
get("/", { response: { 200: User, ok: User } }, () => ann);
get("/", { response: { 200: User, 599: NewUser } }, () => ann);
// @ts-expect-error 2353 '600' does not exist in type
get("/", { response: { 200: User, 600: NewUser } }, () => ann);
get("/", { response: { 200: User, 204: null } }, () => ann);
// @ts-expect-error 2322 is not assignable to type 'null | undefined'
get("/", { response: { 200: User, 204: NewUser } }, () => ann);
get("/", { response: { 304: null, 200: User } }, () => ann);
// @ts-expect-error 2322 is not assignable to type 'null | undefined'
get("/", { response: { 304: User, 200: User } }, () => ann);
declare const answers: ResponseMap;
get("/", { response: answers }, ({ reply }) => reply(418, ann));
declare const bodies: { readonly 200: typeof User; readonly 204: typeof NewUser };
// @ts-expect-error 2322 is not assignable to type 'null'
get("/", { response: bodies }, () => ann);

// Values.
get("/", { meta: { roles: ["admin"], cost: 1 } }, ({ route }) => route.meta["roles"] === undefined);
// @ts-expect-error 2322 Type 'string[]' is not assignable to type 'Readonly<Record<string, unknown>>'
get("/", { meta: ["admin"] }, () => ann);
get("/", { meta: {} }, () => ann);
// @ts-expect-error 2322 Type 'number' is not assignable to type 'Readonly<Record<string, unknown>>'
get("/", { meta: 1 }, () => ann);
post("/", { maxBodyBytes: 1 }, () => ann);
// @ts-expect-error 2322 Type 'string' is not assignable to type 'number'
post("/", { maxBodyBytes: "1mb" }, () => ann);
get("/", { host: ["a.example.com", "b.example.com"] }, () => ann);
// @ts-expect-error 2322 Type 'RegExp' is not assignable to type 'string | readonly string[]'
get("/", { host: /example/ }, () => ann);
get("/", { version: ["1", "2"] }, () => ann);
// @ts-expect-error 2322 Type 'number' is not assignable to type 'string | readonly string[]'
get("/", { version: 1 }, () => ann);
post("/", { body: NewUser }, () => ann);
// @ts-expect-error 2353 'name' does not exist in type 'StandardSchemaV1
post("/", { body: { name: "string" } }, () => ann);
get("/", { query: NewUser }, () => ann);
// @ts-expect-error 2322 is not assignable to type 'StandardSchemaV1
get("/", { query: () => NewUser }, () => ann);

// Stages as functions.
get("/", { guards: [(context) => context.id !== ""] }, () => ann);
// @ts-expect-error 2322 Type '(context: Context) => string' is not assignable to type 'GuardRef'
get("/", { guards: [(context) => context.id] }, () => ann);
get("/", { guards: [async () => true] }, () => ann);
// @ts-expect-error 2322 Type '() => Promise<string>' is not assignable to type 'GuardRef'
get("/", { guards: [async () => "true"] }, () => ann);
get("/", { guards: [IsAdmin] }, () => ann);
// @ts-expect-error 2740 missing the following properties from type 'readonly GuardRef[]'
get("/", { guards: IsAdmin }, () => ann);
get("/", { middleware: [(context, next) => next(context)] }, () => ann);
// @ts-expect-error 2554 Expected 1 arguments, but got 0
get("/", { middleware: [(_context, next) => next()] }, () => ann);
get("/", { interceptors: [async (context, next) => ({ data: await next(context) })] }, () => ann);
// @ts-expect-error 2322 is not assignable to type 'InterceptorRef'
get("/", { interceptors: [(_context: Context, next: string) => next] }, () => ann);
get("/", { filters: [(error) => String(error)] }, () => ann);
// @ts-expect-error 18046 'error' is of type 'unknown'
get("/", { filters: [(error) => error.message] }, () => ann);
get("/", { filters: [filterOf(RangeError, (error) => error.message)] }, () => ann);
// @ts-expect-error 2322 Type 'unknown' is not assignable to type 'RangeError'
get("/", { filters: [(error: RangeError) => error.message] }, () => ann);

// Stages as classes.
get("/", { guards: [IsAdmin] }, () => ann);
// @ts-expect-error 2322 Type 'IsAdmin' is not assignable to type 'GuardRef'
get("/", { guards: [new IsAdmin()] }, () => ann);
get("/", { guards: [IsAdmin] }, () => ann);
// @ts-expect-error 2322 Type 'typeof IsAdminOf' is not assignable to type 'GuardRef'
get("/", { guards: [IsAdminOf] }, () => ann);
get("/", { middleware: [Timing] }, () => ann);
// @ts-expect-error 2322 Type 'typeof IsAdmin' is not assignable to type 'MiddlewareRef'
get("/", { middleware: [IsAdmin] }, () => ann);
get("/", { interceptors: [Wrap] }, () => ann);
// @ts-expect-error 2322 Type 'typeof Timing' is not assignable to type 'InterceptorRef'
get("/", { interceptors: [Timing] }, () => ann);
get("/", { filters: [Report] }, () => ann);
// @ts-expect-error 2322 Type 'typeof Wrap' is not assignable to type 'FilterRef'
get("/", { filters: [Wrap] }, () => ann);

// Stages by decorators.
UseGuards(IsAdmin, () => true);
// @ts-expect-error 2345 Argument of type 'typeof Timing' is not assignable to parameter of type 'GuardRef'
UseGuards(IsAdmin, Timing);
UseMiddleware(Timing);
// @ts-expect-error 2345 Argument of type 'typeof Wrap' is not assignable to parameter of type 'MiddlewareRef'
UseMiddleware(Wrap);
UseInterceptors(Wrap);
// @ts-expect-error 2345 Argument of type 'typeof Report' is not assignable to parameter of type 'InterceptorRef'
UseInterceptors(Report);
UseFilters(Report);
// @ts-expect-error 2345 Argument of type 'typeof IsAdmin' is not assignable to parameter of type 'FilterRef'
UseFilters(IsAdmin);

// Stages as values.
export const guard: Guard = (context) => context.signal.aborted;
// @ts-expect-error 2322 Type 'string' is not assignable to type
export const guardWrong: Guard = (context) => context.id;
export const middleware: Middleware = (context, next) => next(context);
// @ts-expect-error 2345 Argument of type 'string' is not assignable to parameter of type 'Context'
export const middlewareWrong: Middleware = (context, next) => next(context.id);
export const interceptor: Interceptor = async (context, next) => await next(context);
// @ts-expect-error 2339 Property 'params' does not exist on type 'Context'
export const interceptorWrong: Interceptor = (context) => context.params;
export const filter: Filter = (error) => (error instanceof Error ? error.message : undefined);
// @ts-expect-error 18046 'error' is of type 'unknown'
export const filterWrong: Filter = (error) => error.message;
