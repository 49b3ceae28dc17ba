import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import express, { type NextFunction, type Request, type Response } from "express";
import { ACCOUNT, AUTHORIZATION, PRODUCTS, streamPieces } from "../../servers/answers.ts";
import { NewOrder } from "./orders.ts";

const app = express();
app.disable("x-powered-by");
app.disable("etag");
app.get("/plaintext", (_request: Request, response: Response) => {
  response.type("text/plain").send("Hello, World!");
});
app.get("/json", (_request: Request, response: Response) => {
  response.json({ message: "Hello, World!" });
});
app.get("/users/:id", (request: Request, response: Response) => {
  response.json({ id: request.params.id, name: "Ada", email: "ada@example.com" });
});
const json = express.json();
app.post("/users", json, (request: Request, response: Response) => {
  response.json(request.body);
});

function authorize(request: Request, response: Response, next: NextFunction): void {
  if (request.headers.authorization === AUTHORIZATION) next();
  else response.sendStatus(401);
}
app.get("/account", authorize, (_request: Request, response: Response) => {
  response.json(ACCOUNT);
});
app.post("/orders", json, (request: Request, response: Response) => {
  const parsed = NewOrder.safeParse(request.body);
  if (!parsed.success) response.status(422).json({ error: "invalid" });
  else response.status(201).json({ id: 1, product: parsed.data.product, quantity: parsed.data.quantity });
});
app.get("/products", (_request: Request, response: Response) => {
  response.json(PRODUCTS);
});
const raw = express.raw({ limit: "1mb" });
app.post("/uploads", raw, (request: Request, response: Response) => {
  response.json({ bytes: request.body.length });
});
app.get("/export", (_request: Request, response: Response) => {
  response.type("text/plain; charset=utf-8");
  Readable.from(streamPieces(), { objectMode: false }).pipe(response);
});

const server = app.listen(0, "127.0.0.1", () => {
  process.stdout.write(`listening ${(server.address() as AddressInfo).port}\n`);
});
process.once("SIGTERM", () => process.exit(0));
