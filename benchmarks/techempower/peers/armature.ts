import { armature, silentLogger, type Middleware } from "armature";
import { countOf, findCached, findMany, findOne, fortunesPage, updateMany } from "./store.ts";

const named: Middleware = (context, next) => {
  context.setHeader("server", "armature");
  return next(context);
};

const engine = process.argv.includes("--engine=native") ? "native" : "ts";
const app = armature({ engine, logger: silentLogger, requestId: false, middleware: [named] })
  .get("/json", () => ({ message: "Hello, World!" }))
  .get("/plaintext", () => "Hello, World!")
  .get("/db", async () => await findOne())
  .get("/queries", async ({ query }) => await findMany(countOf(query["queries"])))
  .get("/updates", async ({ query }) => await updateMany(countOf(query["queries"])))
  .get("/cached-queries", ({ query }) => findCached(countOf(query["count"])))
  .get("/fortunes", async ({ reply }) => reply.html(await fortunesPage()));

const { port } = await app.listen({ port: 0, signals: ["SIGTERM"] });
process.stdout.write(`listening ${port}\n`);
