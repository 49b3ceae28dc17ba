import { fastify } from "../peers/node_modules/fastify/fastify.js";

const app = fastify();
app.get("/plaintext", async () => "Hello, World!");
app.get("/json", async () => ({ message: "Hello, World!" }));
app.get("/users/:id", async (request: { params: { id: string } }) => ({
  id: request.params.id,
  name: "Ada",
  email: "ada@example.com",
}));
app.post("/users", async (request: { body: unknown }) => request.body);

await app.listen({ port: 0, host: "127.0.0.1" });
process.stdout.write(`listening ${app.server.address().port}\n`);
process.once("SIGTERM", () => void app.close().then(() => process.exit(0)));
