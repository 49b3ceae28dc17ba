// `node app.ts`: Node takes the types away, and nothing here needs more than that.
import { armature, silentLogger } from "armature";
import { z } from "zod";
import { NoteModule } from "./controllers.ts";

const Numbers = z.object({ a: z.coerce.number(), b: z.coerce.number() });

const app = armature({ logger: silentLogger })
  .use((context, next) => {
    context.setHeader("x-served-by", "no-build");
    return next(context);
  })
  .get("/hello/:name", ({ params }) => ({ hello: params.name }))
  .get("/sum", { query: Numbers }, ({ query }) => ({ sum: query.a + query.b }))
  .group("/teams/:team", { guards: [({ request }) => request.headers.has("x-member")] }, (team) =>
    team.get("/pages/:page(int)", ({ params }) => ({ team: params.team, next: params.page + 1 })),
  )
  .module(NoteModule);

const port = Number(process.env["PORT"] ?? 3000);
const { url } = await app.listen({ port });
process.stdout.write(`no-build is ready at ${url}\n`);

/** What a typed client is made from. */
export type Api = typeof app;
