import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { armature, badRequest, notFound, silentLogger } from "armature";
import { staticFiles } from "armature/static";
import { z } from "zod";

const CLIENT = fileURLToPath(new URL(".", import.meta.resolve("@armature/client")));

/** Import maps name packages as Node does; workers have none, so theirs names the file. */
const PAGE = `<!doctype html>
<title>client</title>
<script type="importmap">{ "imports": { "@armature/client": "/client/index.js" } }</script>
<script type="module" src="/browser/page.js"></script>
`;

const WORKER = `import { createClient } from "/client/index.js";
const client = createClient("/api");
postMessage(await client("/users/:id").get({ params: { id: 8 } }).orThrow());
`;

/** Serves a page with the built client, and the API that it calls; `report` gets what the page found. */
export function createPageApp(report: (results: unknown) => void) {
  return armature({ logger: silentLogger })
    .group("/", {}, (page) =>
      page
        .get("/", ({ reply }) => reply.html(PAGE))
        .get("/worker.js", ({ reply }) => reply.stream([WORKER], { type: "text/javascript" }))
        .get("/client/*path", staticFiles(CLIENT))
        .get("/browser/*path", staticFiles(import.meta.dirname))
        .post("/results", async ({ body }) => report(JSON.parse(await body.text()))),
    )
    .group("/api", {}, (api) =>
      api
        .get("/users/:id(int)", ({ params, query }) =>
          params.id === 0
            ? notFound("There is no user 0.")
            : { id: params.id, tags: [query["tag"] ?? []].flat() },
        )
        .post(
          "/users",
          { body: z.object({ name: z.string() }), response: { 201: z.object({ name: z.string() }) } },
          (context) => context.reply(201, context.body),
        )
        .post("/files", async ({ body }) => {
          const found: (readonly [string, string])[] = [];
          for await (const part of body.multipart())
            found.push(
              part.kind === "file"
                ? [part.filename, String(Buffer.from(await part.bytes()))]
                : [part.name, part.value],
            );
          return found;
        })
        .post("/bytes", async ({ body }) => (await body.bytes()).length)
        .get("/ticks", { query: z.object({ count: z.coerce.number() }) }, ({ query, reply, signal }) =>
          reply.stream(ticks(query.count, signal), { type: "application/x-ndjson" }),
        )
        .get("/events", ({ request, reply }) => {
          const last = request.headers.get("last-event-id");
          if (last === "2") return reply(204);
          if (last !== undefined && last !== "1") badRequest(`Nobody sent the id ${last}.`);
          const id = Number(last ?? 0) + 1;
          return reply.stream([`retry: 10\nid: ${id}\nevent: news\ndata: ${id}\n\n`], {
            type: "text/event-stream",
          });
        })
        .get("/slow", async ({ signal }) => await delay(600_000, "late", { signal })),
    );
}

async function* ticks(count: number, signal: AbortSignal) {
  for (let tick = 1; tick <= count; tick++) {
    if (tick > 3) await delay(20, undefined, { signal });
    yield `${JSON.stringify({ tick })}\n`;
  }
}
