import { armature, constant, HttpError, silentLogger, type Context } from "armature";
import { z } from "zod";
import { ACCOUNT, AUTHORIZATION, PRODUCTS, streamPieces } from "./answers.ts";

const NewOrder = z.object({
  product: z.string().min(1),
  quantity: z.int().min(1).max(100),
  email: z.email(),
});

function isSignedIn({ request }: Context): void {
  if (request.headers.get("authorization") !== AUTHORIZATION)
    throw new HttpError(401, "E_TOKEN", "Sign in first.");
}

const engine = process.argv.includes("--engine=native") ? "native" : "ts";

const app = armature({ engine, logger: silentLogger })
  .get("/plaintext", () => "Hello, World!")
  .get("/constant", constant({ message: "Hello, World!" }))
  .get("/json", () => ({ message: "Hello, World!" }))
  .get("/users/:id", ({ params }) => ({ id: params.id, name: "Ada", email: "ada@example.com" }))
  .post("/users", async ({ body }) => await body.json())
  .get("/account", { guards: [isSignedIn] }, () => ACCOUNT)
  .post("/orders", { body: NewOrder }, ({ body, reply }) =>
    reply(201, { id: 1, product: body.product, quantity: body.quantity }),
  )
  .get("/products", () => PRODUCTS)
  .post("/uploads", async ({ body }) => ({ bytes: (await body.bytes()).length }))
  .get("/export", ({ reply }) => reply.stream(streamPieces(), { type: "text/plain; charset=utf-8" }));

const port = Number(process.argv.find((word) => word.startsWith("--port="))?.slice(7) ?? 0);
const address = await app.listen({ port, signals: ["SIGTERM", "SIGINT"] });
process.stdout.write(`listening ${address.port}\n`);
