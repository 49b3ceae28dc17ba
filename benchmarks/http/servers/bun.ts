/** Bun's own server and router; runs on Bun. */
declare const Bun: {
  serve(options: { port: number; hostname: string; routes: Record<string, unknown> }): {
    readonly port: number;
  };
};

const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  routes: {
    "/plaintext": () => new Response("Hello, World!"),
    "/json": () => Response.json({ message: "Hello, World!" }),
    "/users/:id": (request: { params: { id: string } }) =>
      Response.json({ id: request.params.id, name: "Ada", email: "ada@example.com" }),
    "/users": { POST: async (request: Request) => Response.json(await request.json()) },
  },
});
process.stdout.write(`listening ${server.port}\n`);
process.once("SIGTERM", () => process.exit(0));
