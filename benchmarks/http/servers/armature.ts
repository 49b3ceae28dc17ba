import { armature, silentLogger } from "armature";

const app = armature({ logger: silentLogger })
  .get("/plaintext", () => "Hello, World!")
  .get("/json", () => ({ message: "Hello, World!" }))
  .get("/users/:id", ({ params }) => ({ id: params.id, name: "Ada", email: "ada@example.com" }))
  .post("/users", async ({ body }) => await body.json());

const { port } = await app.listen({ port: 0, signals: ["SIGTERM"] });
process.stdout.write(`listening ${port}\n`);
