import { setTimeout as delay } from "node:timers/promises";
import { armature, defineError, HttpError, notFound, silentLogger, type RouteContext } from "armature";
import { z } from "zod";

export const User = z.object({ id: z.number().int(), name: z.string(), tags: z.array(z.string()) });
export const NewUser = User.omit({ id: true });
export const UserId = z.object({ id: z.coerce.number().int() });
export const Page = z.object({
  page: z.coerce.number().int().default(1),
  tag: z.union([z.string(), z.array(z.string())]).optional(),
});
export const Upload = z.object({ title: z.string(), pages: z.coerce.number() });
export const Tick = z.object({ tick: z.number().int() });

export const Quota = defineError(429, "QUOTA", { details: z.object({ limit: z.number() }) });

const ada = { id: 1, name: "Ada", tags: ["maths"] };

/** What a request looked like to the server. */
function echo<TParams>({
  request,
  params,
  query,
}: Pick<RouteContext, "request" | "query"> & { params: TParams }) {
  return { path: request.path, params, query, headers: request.headers.toObject(), cookies: request.cookies };
}

/** An application with a route for everything that a client can do. */
export function createApi() {
  let pings = 0;
  return armature({ logger: silentLogger })
    .get("/pings", () => pings)
    .post("/pings", () => void pings++)
    .get("/users", { query: Page, response: z.array(User) }, ({ query }) => [
      { ...ada, tags: [query.tag ?? []].flat(), id: query.page },
    ])
    .get(
      "/users/:id",
      { params: UserId, response: { 200: User, 404: z.object({ reason: z.string() }) } },
      (context) => {
        const { id } = context.params;
        if (id === 0) return context.reply(404, { reason: "zero" });
        return id === 1 ? ada : notFound(`There is no user ${id}.`);
      },
    )
    .post("/users", { body: NewUser, response: { 201: User } }, ({ body, reply }) =>
      reply(201, { id: 2, ...body }),
    )
    .delete("/users/:id", { params: UserId, response: { 204: null } }, () => {})
    .get("/echo/:text", echo)
    .get("/rest/*path", echo)
    .get("/typed/:id(int)/:tab(posts|likes)?", echo)
    .get("/cookies", { cookies: z.object({ theme: z.string() }) }, ({ cookies }) => cookies.theme)
    .get(
      "/headers",
      { headers: z.object({ "x-count": z.coerce.number() }) },
      ({ headers }) => headers["x-count"],
    )
    .get("/date", () => ({ at: new Date(0), secret: undefined, call: () => 1 }))
    .get("/text", () => "plain text, ünïcode")
    .get("/nothing", () => undefined)
    .get("/bytes", () => new Uint8Array([0, 1, 255]))
    .get("/broken-json", () => new Response('{"a":', { headers: { "content-type": "application/json" } }))
    .get("/teapot", () => {
      throw new HttpError(418, "TEAPOT", "short and stout");
    })
    .get("/limited", { errors: [Quota] }, () => Quota.throw("Too many.", { extensions: { limit: 5 } }))
    .get("/page-of-a-proxy", ({ reply }) => reply(502, "<h1>Bad gateway</h1>").type("text/html"))
    .post("/form", { body: Upload }, ({ body }) => body)
    .post("/text", async ({ body, request }) => ({
      text: await body.text(),
      type: request.headers.get("content-type"),
    }))
    .post("/bytes", { maxBodyBytes: 16 * 1024 * 1024 }, async ({ body }) => ({
      length: (await body.bytes()).length,
    }))
    .post("/files", { maxBodyBytes: 16 * 1024 * 1024 }, async ({ body }) => {
      const found: { name: string; kind: string; size: number; file: string | null }[] = [];
      for await (const part of body.multipart()) {
        const size = part.kind === "file" ? (await part.bytes()).length : part.value.length;
        found.push({
          name: part.name,
          kind: part.kind,
          size,
          file: part.kind === "file" ? part.filename : null,
        });
      }
      return found;
    })
    .get(
      "/ticks",
      { query: z.object({ count: z.coerce.number(), everyMs: z.coerce.number().default(0) }) },
      (context) =>
        context.reply.stream(ticks(context.query, context.signal), { type: "application/x-ndjson" }),
    )
    .get("/slow", async ({ signal }) => {
      await delay(60_000, undefined, { signal });
      return "late";
    });
}

async function* ticks({ count, everyMs }: { count: number; everyMs: number }, signal: AbortSignal) {
  for (let tick = 1; tick <= count; tick++) {
    if (everyMs > 0 && tick > 1) await delay(everyMs, undefined, { signal });
    yield `${JSON.stringify({ tick })}\n`;
  }
}
