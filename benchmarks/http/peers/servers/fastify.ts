import { Readable } from "node:stream";
import { fastify } from "fastify";
import { ACCOUNT, AUTHORIZATION, PRODUCTS, streamPieces } from "../../servers/answers.ts";

const app = fastify();
app.get("/plaintext", async () => "Hello, World!");
app.get("/json", async () => ({ message: "Hello, World!" }));
app.get<{ Params: { id: string } }>("/users/:id", async (request) => ({
  id: request.params.id,
  name: "Ada",
  email: "ada@example.com",
}));
app.post("/users", async (request) => request.body);

const authorize = async (request: { headers: { authorization?: string } }): Promise<void> => {
  if (request.headers.authorization !== AUTHORIZATION)
    throw Object.assign(new Error("Sign in first."), { statusCode: 401 });
};
app.get("/account", { onRequest: authorize }, async () => ACCOUNT);

const order = {
  type: "object",
  required: ["product", "quantity", "email"],
  properties: {
    product: { type: "string", minLength: 1 },
    quantity: { type: "integer", minimum: 1, maximum: 100 },
    email: { type: "string", format: "email" },
  },
} as const;
app.post<{ Body: { product: string; quantity: number } }>(
  "/orders",
  { schema: { body: order } },
  async (request, reply) => {
    reply.code(201);
    return { id: 1, product: request.body.product, quantity: request.body.quantity };
  },
);
app.get("/products", async () => PRODUCTS);
app.addContentTypeParser("application/octet-stream", { parseAs: "buffer" }, (_request, body, done) =>
  done(null, body),
);
app.post<{ Body: Buffer }>("/uploads", async (request) => ({ bytes: request.body.length }));
app.get("/export", async (_request, reply) => {
  reply.type("text/plain; charset=utf-8");
  return Readable.from(streamPieces(), { objectMode: false });
});

await app.listen({ port: 0, host: "127.0.0.1" });
process.stdout.write(`listening ${(app.server.address() as { port: number }).port}\n`);
process.once("SIGTERM", () => void app.close().then(() => process.exit(0)));
