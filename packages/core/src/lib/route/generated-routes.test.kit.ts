/** How the routes of a generated project are spelled; "none" has the schemas and their types alone. */
export type RouteForm = "none" | "decorated" | "fields" | "chained";

/** A route in the text of a project, whichever way it is spelled. */
interface RouteShape {
  readonly verb: "get" | "post" | "put" | "delete";
  readonly path: string;
  readonly options: string | null;
  /** What the handler takes from its context, with the types that only a decorated method writes. */
  readonly takes: Readonly<Record<string, string>>;
  readonly returns: string;
  readonly async?: boolean;
}

const SHAPES: readonly RouteShape[] = [
  {
    verb: "get",
    path: "/",
    options: "{ query: Page, response: z.array(User) }",
    takes: { query: "Page" },
    returns: "users.list(query.page, query.search)",
  },
  {
    verb: "get",
    path: "/:id",
    options: "{ params: Id, response: User }",
    takes: { params: "Id" },
    returns: "users.find(params.id)",
  },
  {
    verb: "post",
    path: "/",
    options: "{ body: NewUser, response: { 201: User } }",
    takes: { body: "NewUser", reply: "" },
    returns: "reply(201, users.add(body))",
  },
  {
    verb: "put",
    path: "/:id",
    options: "{ params: Id, body: NewUser, response: User }",
    takes: { params: "Id", body: "NewUser" },
    returns: "({ ...body, id: params.id })",
  },
  {
    verb: "delete",
    path: "/:id",
    options: "{ params: Id, response: { 204: null } }",
    takes: { params: "Id" },
    returns: "users.remove(params.id)",
  },
  {
    verb: "get",
    path: "/numbers/:id(int)",
    options: null,
    takes: { params: "{ id: number }" },
    returns: "({ next: params.id + 1 })",
  },
  {
    verb: "get",
    path: "/:slug/:tab(posts|likes)?",
    options: null,
    takes: { params: '{ slug: string; tab?: "posts" | "likes" | undefined }' },
    returns: "({ slug: params.slug.trim(), tab: params.tab ?? null })",
  },
  {
    verb: "get",
    path: "/files/*path",
    options: null,
    takes: { params: "{ path: string }" },
    returns: "params.path.split('/')",
  },
  {
    verb: "post",
    path: "/raw",
    options: null,
    takes: { body: "BodyReader" },
    returns: "({ length: (await body.text()).length })",
    async: true,
  },
  {
    verb: "get",
    path: "/search",
    options: "{ query: Page, response: { 200: z.array(z.string()), 304: null } }",
    takes: { query: "Page" },
    returns: "query.search === undefined ? [] : [query.search]",
    async: true,
  },
];

/** The files of a project with so many routes: ten in each file, which has schemas of its own. */
export function generateRoutes(form: RouteForm, count: number): ReadonlyMap<string, string> {
  const features = Array.from({ length: Math.ceil(count / SHAPES.length) }, (_, at) => at);
  const files = features.map((at) => [`feature-${at}.ts`, feature(form, at)] as const);
  return new Map(form === "chained" ? [...files, ["app.ts", chain(features)]] : files);
}

function feature(form: RouteForm, at: number): string {
  return [
    'import { BodyReader, Controller, Delete, Get, Post, Put, del, get, post, put, reply } from "@armature/core";',
    'import { z } from "zod";',
    `export const User = z.object({ id: z.number().int(), name: z.string(), email: z.email(), tags: z.array(z.string()), age${at}: z.number().optional() });`,
    "export const NewUser = User.omit({ id: true });",
    "export const Id = z.object({ id: z.coerce.number().int() });",
    "export const Page = z.object({ page: z.coerce.number().int().default(1), search: z.string().optional() });",
    "export type User = z.output<typeof User>;",
    "export type NewUser = z.output<typeof NewUser>;",
    "export type Id = z.output<typeof Id>;",
    "export type Page = z.output<typeof Page>;",
    "export declare const users: { list(page: number, search?: string): User[]; find(id: number): User; add(user: NewUser): User; remove(id: number): void };",
    "export const used = [BodyReader, Controller, Delete, Get, Post, Put, del, get, post, put, reply];",
    ...(form === "decorated" ? decorated(at) : form === "fields" ? fields(at) : []),
  ].join("\n");
}

function decorated(at: number): string[] {
  const methods = SHAPES.map(({ verb, path, options, takes, returns, async }, index) => {
    const names = Object.keys(takes).filter((name) => name !== "reply");
    const types = names.map((name) => `${name}: ${takes[name] ?? ""}`);
    const head = `@${toCapital(verb)}(${argumentsOf(path, options)}) ${async === true ? "async " : ""}route${index}`;
    return `  ${head}({ ${names.join(", ")} }: { ${types.join("; ")} }) { return ${returns}; }`;
  });
  return [`@Controller("/users${at}")`, "export class UserController {", ...methods, "}"];
}

function fields(at: number): string[] {
  const members = SHAPES.map(({ verb, path, options, ...shape }, index) => {
    const make = verb === "delete" ? "del" : verb;
    return `  readonly route${index} = ${make}(${argumentsOf(path, options)}, ${arrow(shape)});`;
  });
  return ["export class UserController {", `  static readonly path = "/users${at}";`, ...members, "}"];
}

function chain(features: readonly number[]): string {
  const imports = features.map((at) => `import * as feature${at} from "./feature-${at}.ts";`);
  const routes = features.flatMap((at) =>
    SHAPES.map(({ verb, path, options, ...shape }) => {
      const route = `.${verb}(${argumentsOf(`/users${at}${path}`, options)}, ${arrow(shape)})`;
      return `  ${route.replace(/\b(User|NewUser|Id|Page|users)\b(?![\w/])/g, `feature${at}.$1`)}`;
    }),
  );
  return [
    'import { AppBuilder } from "@armature/core";',
    'import { z } from "zod";',
    ...imports,
    "declare const app: AppBuilder;",
    "export const api = app",
    ...routes,
    ";",
    "export type Routes = NonNullable<(typeof api)['__routes']>;",
  ].join("\n");
}

function arrow({ takes, returns, async }: Pick<RouteShape, "takes" | "returns" | "async">): string {
  return `${async === true ? "async " : ""}({ ${Object.keys(takes).join(", ")} }) => ${returns}`;
}

function argumentsOf(path: string, options: string | null): string {
  return options === null ? JSON.stringify(path) : `${JSON.stringify(path)}, ${options}`;
}

function toCapital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
