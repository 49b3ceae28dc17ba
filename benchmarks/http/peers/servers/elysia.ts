/** Elysia on Bun. */
import { Elysia, t } from "elysia";
import { ACCOUNT, AUTHORIZATION, PRODUCTS, streamPieces } from "../../servers/answers.ts";

const NewOrder = t.Object({
  product: t.String({ minLength: 1 }),
  quantity: t.Integer({ minimum: 1, maximum: 100 }),
  email: t.String({ format: "email" }),
});

const app = new Elysia()
  .get("/plaintext", "Hello, World!")
  .get("/json", () => ({ message: "Hello, World!" }))
  .get("/users/:id", ({ params }) => ({ id: params.id, name: "Ada", email: "ada@example.com" }))
  .post("/users", ({ body }) => body as object)
  .get("/account", () => ACCOUNT, {
    beforeHandle({ headers, status }) {
      if (headers["authorization"] !== AUTHORIZATION) return status(401);
    },
  })
  .post(
    "/orders",
    ({ body, set }) => {
      set.status = 201;
      return { id: 1, product: body.product, quantity: body.quantity };
    },
    { body: NewOrder },
  )
  .get("/products", () => PRODUCTS as object)
  .post("/uploads", ({ body }) => ({ bytes: (body as ArrayBuffer).byteLength }), { parse: "arrayBuffer" })
  .get(
    "/export",
    () =>
      new Response(ReadableStream.from(streamPieces()), {
        headers: { "content-type": "text/plain; charset=utf-8" },
      }),
  )
  .listen({ port: 0, hostname: "127.0.0.1" });
process.stdout.write(`listening ${app.server?.port}\n`);
process.once("SIGTERM", () => process.exit(0));
