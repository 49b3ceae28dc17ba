import { z } from "zod";
import { type BodyReader, type Context, Delete, Get, Post, Reply, reply } from "../../index.ts";

// The wrong ones say which error they expect; wrong-types.test.ts holds it against what the compiler prints.

const User = z.object({ id: z.number().int(), name: z.string() });
const Reason = z.object({ reason: z.string() });
const Loose = z.looseObject({});

class Tags extends Set<string> {
  toJSON(): string[] {
    return [...this];
  }
}
interface UserShape {
  readonly id: number;
  readonly name: string;
}
const ann: UserShape = { id: 1, name: "Ann" };
declare const maybe: UserShape | undefined;

export function oneAnswer(): void {
  class Plain {
    @Get("/", { response: User })
    object() {
      return { id: 1, name: "Ann" };
    }
    // @ts-expect-error 1241 Type 'string' is not assignable to type 'number'
    @Get("/", { response: User })
    objectWrong() {
      return { id: "1", name: "Ann" };
    }

    @Get("/", { response: User })
    members() {
      return { id: 1, name: "Ann", more: true };
    }
    // @ts-expect-error 1241 Property 'name' is missing in type '{ id: number; }'
    @Get("/", { response: User })
    membersWrong() {
      return { id: 1 };
    }

    @Get("/", { response: User })
    something() {
      return maybe ?? ann;
    }
    // @ts-expect-error 1241 Type 'undefined' is not assignable to type
    @Get("/", { response: User })
    somethingWrong() {
      return maybe;
    }

    @Get("/", { response: User.nullable() })
    nothing() {
      return null;
    }
    // @ts-expect-error 1241 Type 'null' is not assignable to type
    @Get("/", { response: User })
    nothingWrong() {
      return null;
    }

    @Get("/", { response: z.array(User) })
    list() {
      return [ann];
    }
    // @ts-expect-error 1241 Type 'UserShape' is not assignable to type
    @Get("/", { response: z.array(User) })
    listWrong() {
      return ann;
    }

    @Get("/", { response: z.object({ kind: z.enum(["a", "b"]) }) })
    literal() {
      return { kind: "a" as const };
    }
    // @ts-expect-error 1241 Type 'string' is not assignable to type '"a" | "b"'
    @Get("/", { response: z.object({ kind: z.enum(["a", "b"]) }) })
    literalWrong() {
      return { kind: "a" };
    }

    @Get("/", { response: z.string().transform((text) => text.length) })
    input() {
      return "text";
    }
    // @ts-expect-error 1241 Type 'number' is not assignable to type
    @Get("/", { response: z.string().transform((text) => text.length) })
    inputWrong() {
      return 4;
    }

    @Get("/", { response: Loose })
    response() {
      return { status: 200 };
    }
    // @ts-expect-error 1241 Type 'Response' is not assignable to type
    @Get("/", { response: User })
    responseWrong() {
      return new Response();
    }
  }

  class Promises {
    @Get("/", { response: User })
    async later() {
      return ann;
    }
    // @ts-expect-error 1241 Type 'Promise<{ id: number; }>' is not assignable to type
    @Get("/", { response: User })
    async laterWrong() {
      return { id: 1 };
    }

    @Get("/", { response: z.array(User) })
    async all() {
      return await Promise.all([ann, ann].map((user) => Promise.resolve(user)));
    }
    // @ts-expect-error 1241 Type 'Promise<UserShape>[]' is not assignable to type
    @Get("/", { response: z.array(User) })
    allWrong() {
      return [ann, ann].map((user) => Promise.resolve(user));
    }

    @Get("/", { response: User })
    thenable(): PromiseLike<UserShape> {
      return Promise.resolve(ann);
    }
    // @ts-expect-error 1241 Type 'PromiseLike<string>' is not assignable to type
    @Get("/", { response: User })
    thenableWrong(): PromiseLike<string> {
      return Promise.resolve("Ann");
    }

    @Get("/", { response: { 204: null } })
    async done() {
      await Promise.resolve();
    }
    // @ts-expect-error 1241 Type 'Promise<void>' is not assignable to type
    @Get("/", { response: User })
    async doneWrong() {
      await Promise.resolve();
    }
  }

  class Streams {
    @Get("/")
    async *lines() {
      yield "one\n";
    }
    // @ts-expect-error 1241 Type 'AsyncGenerator<string, void, unknown>' is not assignable to type
    @Get("/", { response: User })
    async *linesWrong() {
      yield "one\n";
    }

    @Get("/")
    async *bytes() {
      yield new Uint8Array(1);
    }
    // @ts-expect-error 1241 Type 'number' is not assignable to type 'string | Uint8Array
    @Get("/")
    async *bytesWrong() {
      yield 1;
    }

    @Get("/", { response: z.string() })
    text() {
      return "text";
    }
    // @ts-expect-error 1241 Type 'ReadableStream<string>' is not assignable to type
    @Get("/", { response: z.string() })
    textWrong() {
      return new ReadableStream<string>();
    }
  }
  void [Plain, Promises, Streams];
}

export function answersByStatus(): void {
  class Declared {
    @Post("/", { response: { 201: User } })
    status() {
      return reply(201, ann);
    }
    // @ts-expect-error 1241 Type 'Reply<200, UserShape>' is not assignable to type
    @Post("/", { response: { 201: User } })
    statusWrong() {
      return reply(200, ann);
    }

    @Post("/", { response: { 200: User } })
    plain() {
      return ann;
    }
    // @ts-expect-error 1241 Type 'UserShape' is not assignable to type 'Awaitable<Reply<201,
    @Post("/", { response: { 201: User } })
    plainWrong() {
      return ann;
    }

    @Post("/", { response: { 201: User } })
    body() {
      return reply(201, ann);
    }
    // @ts-expect-error 1241 Property 'name' is missing in type '{ id: number; }'
    @Post("/", { response: { 201: User } })
    bodyWrong() {
      return reply(201, { id: 1 });
    }

    @Post("/", { response: { 202: null } })
    noBody() {
      return reply(202);
    }
    // @ts-expect-error 1241 Type 'Reply<202, undefined>' is not assignable to type
    @Post("/", { response: { 202: User } })
    noBodyWrong() {
      return reply(202);
    }

    @Delete("/", { response: { 204: null } })
    nothing() {}
    // @ts-expect-error 1241 Type 'string' is not assignable to type
    @Delete("/", { response: { 204: null } })
    nothingWrong() {
      return "done";
    }

    @Delete("/", { response: { 200: null } })
    ok() {
      return undefined;
    }
    // @ts-expect-error 1241 Type 'undefined' is not assignable to type
    @Delete("/", { response: { 202: null } })
    okWrong() {
      return undefined;
    }

    @Get("/", { response: { 200: User, 404: Reason } })
    several(context: Context) {
      return context.id === "" ? reply(404, { reason: "none" }) : ann;
    }
    // @ts-expect-error 1241 Type 'Reply<410, { reason: string; }>' is not assignable to type
    @Get("/", { response: { 200: User, 404: Reason } })
    severalWrong(context: Context) {
      return context.id === "" ? reply(410, { reason: "none" }) : ann;
    }

    @Get("/", { response: { 302: null } })
    redirect() {
      return reply.redirect("/");
    }
    // @ts-expect-error 1241 Type 'Reply<301, undefined>' is not assignable to type
    @Get("/", { response: { 302: null } })
    redirectWrong() {
      return reply.redirect("/", 301);
    }

    @Get("/", { response: { 200: z.string() } })
    text() {
      return reply.text("text");
    }
    // @ts-expect-error 1241 Type 'Reply<200, string>' is not assignable to type
    @Get("/", { response: { 200: User } })
    textWrong() {
      return reply.text("text");
    }

    @Post("/", { response: { 201: User } })
    made() {
      return new Reply(201, ann);
    }
    // @ts-expect-error 1241 Type 'Reply<number, UserShape>' is not assignable to type
    @Post("/", { response: { 201: User } })
    madeWrong({ id }: Context) {
      return new Reply(id.length, ann);
    }
  }
  void Declared;
}

export function anyAnswer(): void {
  class Undeclared {
    @Get("/")
    value() {
      return { now: 1 };
    }
    // @ts-expect-error 1241 Type '() => { now: number; }' is not assignable to type
    @Get("/")
    valueWrong() {
      return () => ({ now: 1 });
    }

    @Get("/")
    number() {
      return 1;
    }
    // @ts-expect-error 1241 Type 'bigint' is not assignable to type
    @Get("/")
    numberWrong() {
      return 1n;
    }

    @Get("/")
    entries() {
      return [...new Map([["a", 1]])];
    }
    // @ts-expect-error 1241 Type 'Map<string, number>' is not assignable to type
    @Get("/")
    entriesWrong() {
      return new Map([["a", 1]]);
    }

    @Get("/")
    items() {
      return new Tags(["a"]);
    }
    // @ts-expect-error 1241 Type 'Generator<1 | 2, void, unknown>' is not assignable to type
    @Get("/")
    *itemsWrong() {
      yield 1;
      yield 2;
    }

    @Post("/")
    async json({ body }: { body: BodyReader }) {
      return await body.json();
    }
    // @ts-expect-error 1241 Type '() => Promise<unknown>' is not assignable to type
    @Post("/")
    jsonWrong({ body }: { body: BodyReader }) {
      return () => body.json();
    }

    @Get("/")
    async symbol() {
      return String(Symbol.iterator);
    }
    // @ts-expect-error 1241 Type 'Promise<symbol>' is not assignable to type
    @Get("/")
    async symbolWrong() {
      return Symbol.iterator;
    }
  }
  void Undeclared;
}
