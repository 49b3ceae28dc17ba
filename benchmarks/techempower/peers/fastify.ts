import { fastify } from "fastify";
import { countOf, findCached, findMany, findOne, fortunesPage, updateMany } from "./store.ts";

interface Count {
  readonly Querystring: { readonly queries?: string; readonly count?: string };
}

const app = fastify();
app.addHook("onRequest", (_request, reply, done) => {
  reply.header("server", "fastify");
  done();
});
app.get("/json", async () => ({ message: "Hello, World!" }));
app.get("/plaintext", async () => "Hello, World!");
app.get("/db", async () => await findOne());
app.get<Count>("/queries", async ({ query }) => await findMany(countOf(query.queries)));
app.get<Count>("/updates", async ({ query }) => await updateMany(countOf(query.queries)));
app.get<Count>("/cached-queries", async ({ query }) => findCached(countOf(query.count)));
app.get("/fortunes", async (_request, reply) => {
  reply.type("text/html; charset=utf-8");
  return await fortunesPage();
});

await app.listen({ port: 0, host: "127.0.0.1" });
process.stdout.write(`listening ${(app.server.address() as { port: number }).port}\n`);
process.once("SIGTERM", () => process.exit(0));
