import { inject, provide, token, type ValueToken } from "@armature/di";
import { z } from "zod";
import {
  type BodyReader,
  type Context,
  contextKey,
  type ContextKey,
  type FileBody,
  get,
  type HandlerResult,
  type Middleware,
  type NoOptions,
  type ParamsOf,
  type Query,
  Reply,
  reply,
  type ReplyFactory,
  type RouteContext,
  type RouteOptions,
  type StreamBody,
} from "../../index.ts";

// The wrong ones say which error they expect; wrong-types.test.ts holds it against what the compiler prints.

type Equal<A, B> =
  (<T>(value: T) => T extends A ? 1 : 2) extends <T>(value: T) => T extends B ? 1 : 2 ? true : false;
type Expect<T extends true> = T;

const User = z.object({ id: z.number().int(), name: z.string() });
interface UserShape {
  readonly id: number;
  readonly name: string;
}
const ann: UserShape = { id: 1, name: "Ann" };

declare const context: Context;
declare const declared: RouteContext<
  "/:id",
  { readonly response: { readonly 201: typeof User; readonly 204: null } }
>;
declare const status: number;

/** What the parts of a context are, with and without a schema. */
export function typesOfParts(): readonly true[] {
  type UserOptions = { readonly body: typeof User; readonly response: { readonly 201: typeof User } };
  type MaybeBody = { readonly body?: typeof User };
  type Shape = { id: number; name: string };
  const checks: [
    Expect<Equal<ParamsOf<"/:id(int)", NoOptions>, { id: number }>>,
    Expect<Equal<ParamsOf<":id(int)", NoOptions>, { id: number }>>,
    Expect<Equal<ParamsOf<"/:id", { readonly params: typeof User }>, Shape>>,
    Expect<Equal<RouteContext<"/">["query"], Query>>,
    Expect<Equal<RouteContext<"/">["body"], BodyReader>>,
    Expect<Equal<RouteContext<"/", UserOptions>["body"], Shape>>,
    Expect<Equal<RouteContext<"/", MaybeBody>["body"], Shape | BodyReader>>,
    Expect<Equal<RouteContext<"/", RouteOptions>["body"], unknown>>,
    Expect<Equal<HandlerResult<UserOptions>, Reply<201, Shape>>>,
    Expect<
      Equal<
        HandlerResult<{ readonly response: { readonly 200: null } }>,
        Reply<200, undefined> | undefined | void
      >
    >,
  ] = [true, true, true, true, true, true, true, true, true, true];
  return checks;
}

/** A function for any context takes that of any route. */
export function traceOf(any: Context): string {
  return any.id;
}
traceOf(declared);
get("/:id", { response: { 204: null } }, (own) => own.reply(traceOf(own) === "" ? 204 : 204));
// @ts-expect-error 2740 Type 'HttpRequest' is missing the following properties from type 'Context'
traceOf(declared.request);

// Keys.
const CURRENT_USER: ContextKey<UserShape> = contextKey<UserShape>("current user");
const COUNT: ContextKey<number> = contextKey<number>("count");
context.set(CURRENT_USER, ann);
// @ts-expect-error 2741 Property 'name' is missing in type '{ id: number; }'
context.set(CURRENT_USER, { id: 1 });
context.set(COUNT, 1);
// @ts-expect-error 2345 Argument of type 'string' is not assignable to parameter of type 'number'
context.set(COUNT, "1");
export const user: UserShape = context.get(CURRENT_USER);
// @ts-expect-error 2322 Type 'number' is not assignable to type 'UserShape'
export const userWrong: UserShape = context.get(COUNT);
export const found: UserShape | undefined = context.find(CURRENT_USER);
// @ts-expect-error 2322 Type 'undefined' is not assignable to type 'UserShape'
export const foundWrong: UserShape = context.find(CURRENT_USER);
context.get(CURRENT_USER);
// @ts-expect-error 2345 Argument of type 'string' is not assignable to parameter of type 'ContextKey
context.get("current user");
export const authenticate: Middleware = (own, next) => {
  own.set(CURRENT_USER, ann);
  return next(own);
};

// Injection.
class Users {
  readonly count: number = 0;
}
const LIMIT: ValueToken<number> = token<number>("LIMIT");
get("/", (own) => own.inject(Users).count.toFixed());
// @ts-expect-error 2339 Property 'size' does not exist on type 'Users'
get("/", (own) => own.inject(Users).size);
get("/", (own) => own.inject(Users));
// @ts-expect-error 2345 Argument of type 'Users' is not assignable to parameter of type 'Token<unknown>'
get("/", (own) => own.inject(new Users()));
get("/", (own) => own.inject(LIMIT).toFixed());
// @ts-expect-error 2339 Property 'trim' does not exist on type 'number'
get("/", (own) => own.inject(LIMIT).trim());
export class UserController {
  readonly #users: Users = inject(Users);
  readonly #limit: number = inject(LIMIT);
  // @ts-expect-error 2322 Type 'number' is not assignable to type 'string'
  readonly #limitWrong: string = inject(LIMIT);
  readonly optional: Users | undefined = inject(Users, { optional: true });
  // @ts-expect-error 2322 Type 'Users | undefined' is not assignable to type 'Users'
  readonly optionalWrong: Users = inject(Users, { optional: true });

  read(): string {
    return `${this.#users.count} ${this.#limit} ${this.#limitWrong}`;
  }
}
provide(LIMIT, { useValue: 1 });

// Replies of a route that declares nothing.
reply(201, ann);
// @ts-expect-error 2345 Argument of type '99' is not assignable to parameter of type
reply(99, ann);
reply(status, ann);
// @ts-expect-error 2345 Argument of type '600' is not assignable to parameter of type
reply(600);
reply(204);
// @ts-expect-error 2345 Argument of type '204' is not assignable to parameter of type
reply(204, ann);
reply(200, "text");
// @ts-expect-error 2345 Argument of type 'string' is not assignable to parameter of type
reply("200", "text");
reply.redirect("/", 308);
// @ts-expect-error 2345 Argument of type '304' is not assignable to parameter of type 'RedirectStatus
reply.redirect("/", 304);
reply.text("text").header("x-served-by", "a");
// @ts-expect-error 2345 Argument of type 'number' is not assignable to parameter of type 'string'
reply.text("text").header("x-served-by", 1);
reply.file("logo.svg", { root: "public", download: "logo.svg" });
// @ts-expect-error 2353 'attachment' does not exist in type 'FileOptions'
reply.file("logo.svg", { attachment: "logo.svg" });
reply.stream(["one", new Uint8Array(1)], { type: "text/plain" });
// @ts-expect-error 2345 Argument of type 'number[]' is not assignable to parameter of type 'StreamSource'
reply.stream([1, 2]);
reply(200, ann).cookie("sid", "1", { httpOnly: true });
// @ts-expect-error 2561 'httponly' does not exist in type 'CookieOptions'
reply(200, ann).cookie("sid", "1", { httponly: true });

/** The types of what the helpers make. */
export function typesOfReplies(): readonly true[] {
  const made = [
    reply(201, ann),
    reply.redirect("/"),
    reply.redirect("/", 307),
    reply.html("<p>"),
    reply.json(ann, 202),
    reply.file("a"),
    reply.stream([]),
    reply(status),
  ] as const;
  const checks: [
    Expect<
      Equal<
        typeof made,
        readonly [
          Reply<201, UserShape>,
          Reply<302, undefined>,
          Reply<307, undefined>,
          Reply<200, string>,
          Reply<202, UserShape>,
          Reply<200, FileBody>,
          Reply<200, StreamBody>,
          Reply<number, undefined>,
        ]
      >
    >,
    Expect<Equal<typeof context.reply, ReplyFactory>>,
  ] = [true, true];
  return checks;
}

// Replies of a route that declares its answers.
declared.reply(201, ann);
// @ts-expect-error 2345 Argument of type '200' is not assignable to parameter of type '201 | 204'
declared.reply(200, ann);
declared.reply(201, { id: 1, name: "Ann" });
// @ts-expect-error 2741 Property 'name' is missing in type '{ id: number; }'
declared.reply(201, { id: 1 });
declared.reply(201, ann);
// @ts-expect-error 2554 Expected 2 arguments, but got 1
declared.reply(201);
declared.reply(204);
// @ts-expect-error 2554 Expected 1 arguments, but got 2
declared.reply(204, undefined);
declared.reply(201, ann).header("location", declared.params.id);
// @ts-expect-error 2345 Argument of type 'number' is not assignable to parameter of type '201 | 204'
declared.reply(status, ann);

// The context is to be read.
context.setHeader("x-a", context.id);
// @ts-expect-error 2540 Cannot assign to 'id' because it is a read-only property
context.id = "1";
context.addHeader("vary", "accept");
// @ts-expect-error 2345 Argument of type 'number' is not assignable to parameter of type 'string'
context.addHeader("retry-after", 1);
export const answer: Reply<201, UserShape> = new Reply(201, ann);
// @ts-expect-error 2322 Type '200' is not assignable to type '201'
export const answerWrong: Reply<201, UserShape> = new Reply(200, ann);
