import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { bearerAuth } from "hono/bearer-auth";
import { stream } from "hono/streaming";
import { validator } from "hono/validator";
import { ACCOUNT, AUTHORIZATION, PIECES, PRODUCTS } from "../../servers/answers.ts";
import { NewOrder } from "./orders.ts";

const app = new Hono();
app.get("/plaintext", (c) => c.text("Hello, World!"));
app.get("/json", (c) => c.json({ message: "Hello, World!" }));
app.get("/users/:id", (c) => c.json({ id: c.req.param("id"), name: "Ada", email: "ada@example.com" }));
app.post("/users", async (c) => c.json(await c.req.json()));
app.get("/account", bearerAuth({ token: AUTHORIZATION.replace("Bearer ", "") }), (c) => c.json(ACCOUNT));
const valid = validator("json", (value, c) => {
  const parsed = NewOrder.safeParse(value);
  return parsed.success ? parsed.data : c.json({ error: "invalid" }, 422);
});
app.post("/orders", valid, (c) => {
  const { product, quantity } = c.req.valid("json");
  return c.json({ id: 1, product, quantity }, 201);
});
app.get("/products", (c) => c.json(PRODUCTS));
app.post("/uploads", async (c) => c.json({ bytes: (await c.req.arrayBuffer()).byteLength }));
app.get("/export", (c) => {
  c.header("content-type", "text/plain; charset=utf-8");
  return stream(c, async (out) => {
    for (const piece of PIECES) await out.write(piece);
  });
});

const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }: AddressInfo) => {
  process.stdout.write(`listening ${port}\n`);
});
process.once("SIGTERM", () => {
  server.close();
  process.exit(0);
});
