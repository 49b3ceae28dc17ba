import { type } from "arktype";
import * as v from "valibot";
import { z } from "zod";
import {
  type BodyReader,
  type Context,
  Get,
  type HttpRequest,
  Patch,
  Post,
  Put,
  type Query,
  reply,
  type RouteContext,
} from "../../index.ts";

// The wrong ones say which error they expect; wrong-types.test.ts holds it against what the compiler prints.

const User = z.object({ id: z.number().int(), name: z.string() });
const NewUser = User.omit({ id: true });
const UserId = z.object({ id: z.coerce.number().int() });
const Page = z.object({ page: z.coerce.number().default(1), tags: z.array(z.string()).optional() });
const Login = v.object({ email: v.string(), at: v.pipe(v.string(), v.transform(Number)) });
const Search = type({ "limit?": "string.numeric.parse" });

export function pathParameters(): void {
  class Names {
    @Get("/:id")
    one({ params }: { params: { id: string } }) {
      return params.id;
    }
    // @ts-expect-error 1241 Property 'uid' is missing in type '{ id: string; }'
    @Get("/:id")
    oneWrong({ params }: { params: { uid: string } }) {
      return params.uid;
    }

    @Get("/users/:user/posts/:post")
    two({ params }: { params: { user: string; post: string } }) {
      return params.user + params.post;
    }
    // @ts-expect-error 1241 Property 'post' is missing in type '{ user: string; }'
    @Get("/users/:user/posts")
    twoWrong({ params }: { params: { user: string; post: string } }) {
      return params.user + params.post;
    }

    @Get(":id")
    withoutSlash({ params }: { params: { id: string } }) {
      return params.id;
    }
    // @ts-expect-error 1241 Property 'uid' is missing in type '{ id: string; }'
    @Get(":id")
    withoutSlashWrong({ params }: { params: { uid: string } }) {
      return params.uid;
    }

    @Get()
    noPath({ params }: { params: object }) {
      return params;
    }
    // @ts-expect-error 1241 Property 'id' is missing in type '{}'
    @Get()
    noPathWrong({ params }: { params: { id: string } }) {
      return params;
    }
  }

  class Constraints {
    @Get("/:id(int)")
    int({ params }: { params: { id: number } }) {
      return params.id + 1;
    }
    // @ts-expect-error 1241 Type 'number' is not assignable to type 'string'
    @Get("/:id(int)")
    intWrong({ params }: { params: { id: string } }) {
      return params.id;
    }

    @Get("/:page(range:1..9)")
    range({ params }: { params: { page: number } }) {
      return params.page;
    }
    // @ts-expect-error 1241 Type 'number' is not assignable to type 'string'
    @Get("/:page(range:1..9)")
    rangeWrong({ params }: { params: { page: string } }) {
      return params.page;
    }

    @Get("/:tab(posts|likes)")
    list({ params }: { params: { tab: "posts" | "likes" } }) {
      return params.tab;
    }
    // @ts-expect-error 1241 Type '"likes"' is not assignable to type '"posts"'
    @Get("/:tab(posts|likes)")
    listWrong({ params }: { params: { tab: "posts" } }) {
      return params.tab;
    }

    @Get("/:tab?")
    optional({ params }: { params: { tab?: string | undefined } }) {
      return params.tab ?? "posts";
    }
    // @ts-expect-error 1241 Type 'undefined' is not assignable to type 'string'
    @Get("/:tab?")
    optionalWrong({ params }: { params: { tab: string } }) {
      return params.tab;
    }

    @Get("/files/*path")
    wildcard({ params }: { params: { path: string } }) {
      return params.path;
    }
    // @ts-expect-error 1241 Type 'string' is not assignable to type 'readonly string[]'
    @Get("/files/*path")
    wildcardWrong({ params }: { params: { path: readonly string[] } }) {
      return params.path;
    }

    @Get("/:id(uuid)")
    uuid({ params }: { params: { id: string } }) {
      return params.id;
    }
    // @ts-expect-error 1241 Type 'string' is not assignable to type 'number'
    @Get("/:id(uuid)")
    uuidWrong({ params }: { params: { id: number } }) {
      return params.id;
    }
  }
  void [Names, Constraints];
}

export function schemas(): void {
  class Inputs {
    @Get("/:id", { params: UserId })
    params({ params }: { params: { id: number } }) {
      return params.id + 1;
    }
    // @ts-expect-error 1241 Type 'number' is not assignable to type 'string'
    @Get("/:id", { params: UserId })
    paramsWrong({ params }: { params: { id: string } }) {
      return params.id;
    }

    @Get("/", { query: Page })
    query({ query }: { query: { page: number; tags?: string[] | undefined } }) {
      return query.tags?.[query.page] ?? "";
    }
    // @ts-expect-error 1241 Type 'number' is not assignable to type 'string'
    @Get("/", { query: Page })
    queryWrong({ query }: { query: { page: string } }) {
      return query.page;
    }

    @Get("/", { query: Search })
    arktype({ query }: { query: { limit?: number } }) {
      return query.limit ?? 10;
    }
    // @ts-expect-error 1241 The types of 'query.limit' are incompatible
    @Get("/", { query: Search })
    arktypeWrong({ query }: { query: { limit?: string } }) {
      return query.limit ?? "10";
    }

    @Get("/", { headers: z.object({ "x-trace": z.string() }) })
    headers({ headers }: { headers: { "x-trace": string } }) {
      return headers["x-trace"];
    }
    // @ts-expect-error 1241 Property '"x-span"' is missing in type '{ "x-trace": string; }'
    @Get("/", { headers: z.object({ "x-trace": z.string() }) })
    headersWrong({ headers }: { headers: { "x-span": string } }) {
      return headers["x-span"];
    }

    @Get("/", { cookies: z.object({ sid: z.string().transform((sid) => sid.length) }) })
    cookies({ cookies }: { cookies: { sid: number } }) {
      return cookies.sid;
    }
    // @ts-expect-error 1241 Type 'number' is not assignable to type 'string'
    @Get("/", { cookies: z.object({ sid: z.string().transform((sid) => sid.length) }) })
    cookiesWrong({ cookies }: { cookies: { sid: string } }) {
      return cookies.sid;
    }

    @Post("/", { body: NewUser, response: { 201: User } })
    body({ body }: { body: { name: string } }) {
      return reply(201, { ...body, id: 1 });
    }
    // @ts-expect-error 1241 Property 'email' is missing in type '{ name: string; }'
    @Post("/", { body: NewUser, response: { 201: User } })
    bodyWrong({ body }: { body: { name: string; email: string } }) {
      return reply(201, { name: body.email, id: 1 });
    }

    @Put("/", { body: Login })
    valibot({ body }: { body: { email: string; at: number } }) {
      return body.at;
    }
    // @ts-expect-error 1241 Type 'number' is not assignable to type 'string'
    @Put("/", { body: Login })
    valibotWrong({ body }: { body: { email: string; at: string } }) {
      return body.at;
    }

    @Patch("/", { body: NewUser.partial() })
    partial({ body }: { body: { name?: string | undefined } }) {
      return body.name ?? "";
    }
    // @ts-expect-error 1241 The types of 'body.name' are incompatible
    @Patch("/", { body: NewUser.partial() })
    partialWrong({ body }: { body: { name?: number } }) {
      return body.name ?? 0;
    }

    @Post("/raw")
    async reader({ body }: { body: BodyReader }) {
      return (await body.text()).length;
    }
    // @ts-expect-error 1241 Property 'name' is missing in type 'BodyReader'
    @Post("/raw")
    readerWrong({ body }: { body: { name: string } }) {
      return body.name;
    }

    @Get("/all")
    plainQuery({ query }: { query: Query }) {
      return query["page"] ?? "1";
    }
    // @ts-expect-error 1241 Type 'string | readonly string[] | undefined' is not assignable to type 'string'
    @Get("/all")
    plainQueryWrong({ query }: { query: Record<string, string> }) {
      return query["page"] ?? "1";
    }
  }

  class Contexts {
    @Get("/:id(int)", { query: Page })
    whole(context: RouteContext<"/:id(int)", { query: typeof Page }>) {
      return context.params.id + context.query.page;
    }
    // @ts-expect-error 1241 Type 'string' is not assignable to type 'number'
    @Get("/:id", { query: Page })
    wholeWrong(context: RouteContext<"/:id(int)", { query: typeof Page }>) {
      return context.params.id + context.query.page;
    }

    @Get("/", { query: Page, response: User })
    any(context: Context) {
      return { id: context.id.length, name: context.route.path };
    }
    // @ts-expect-error 1241 Type 'RouteContext<"/",
    @Get("/", { query: Page, response: User })
    anyWrong(request: HttpRequest) {
      return { id: request.host.length, name: request.path };
    }

    @Get("/")
    alone(context: Context) {
      return context.id;
    }
    // @ts-expect-error 1241 Target signature provides too few arguments
    @Get("/")
    aloneWrong(context: Context, extra: string) {
      return context.id + extra;
    }
  }
  void [Inputs, Contexts];
}
