/** Bun's own server and router; runs on Bun. */
import { ACCOUNT, AUTHORIZATION, PRODUCTS, streamPieces } from "../../servers/answers.ts";
import { NewOrder } from "./orders.ts";

declare const Bun: {
  serve(options: { port: number; hostname: string; routes: Record<string, unknown> }): {
    readonly port: number;
  };
};

async function createOrder(request: Request): Promise<Response> {
  const parsed = NewOrder.safeParse(await request.json());
  if (!parsed.success) return new Response(null, { status: 422 });
  const { product, quantity } = parsed.data;
  return Response.json({ id: 1, product, quantity }, { status: 201 });
}

const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  routes: {
    "/plaintext": () => new Response("Hello, World!"),
    "/json": () => Response.json({ message: "Hello, World!" }),
    "/users/:id": (request: { params: { id: string } }) =>
      Response.json({ id: request.params.id, name: "Ada", email: "ada@example.com" }),
    "/users": { POST: async (request: Request) => Response.json(await request.json()) },
    "/account": (request: Request) =>
      request.headers.get("authorization") === AUTHORIZATION
        ? Response.json(ACCOUNT)
        : new Response(null, { status: 401 }),
    "/orders": { POST: createOrder },
    "/products": () => Response.json(PRODUCTS),
    "/uploads": {
      POST: async (request: Request) => Response.json({ bytes: (await request.arrayBuffer()).byteLength }),
    },
    "/export": () =>
      new Response(ReadableStream.from(streamPieces()), {
        headers: { "content-type": "text/plain; charset=utf-8" },
      }),
  },
});
process.stdout.write(`listening ${server.port}\n`);
process.once("SIGTERM", () => process.exit(0));
