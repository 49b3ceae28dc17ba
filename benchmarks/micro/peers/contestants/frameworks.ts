/** Fastify through its inject, and Hono through fetch: as close to the handler as each lets a caller come. */
import { fastify } from "fastify";
import { Hono } from "hono";
import { lastWord } from "../../benchmarks.ts";
import { fetchOperation, requestOf } from "../../contestants/armature-app.ts";
import type { Operation } from "../../operation.ts";
import { CREATED, HEALTH } from "../../payloads.ts";

const userOf = (id: string): object => ({ id, name: "John Doe", email: "john@example.com" });

function countOf(benchmark: string): number {
  return benchmark.startsWith("middleware") ? Number(lastWord(benchmark)) : 0;
}

export async function operationOf(benchmark: string, contestant: string): Promise<Operation> {
  return contestant === "hono" ? onHono(benchmark) : await onFastify(benchmark);
}

function onHono(benchmark: string): Operation {
  const app = new Hono();
  for (let at = 0; at < countOf(benchmark); at++) app.use(async (_c, next) => await next());
  app.get("/health", (c) => c.json(HEALTH));
  app.get("/api/users/:id", (c) => c.json(userOf(c.req.param("id"))));
  app.post("/api/users", async (c) => {
    await c.req.json();
    return c.json(CREATED, 201);
  });
  return fetchOperation((request) => app.fetch(request), requestOf(benchmark));
}

async function onFastify(benchmark: string): Promise<Operation> {
  const app = fastify();
  for (let at = 0; at < countOf(benchmark); at++)
    app.addHook("onRequest", (_request, _reply, done) => done());
  app.get("/health", async () => HEALTH);
  app.get<{ Params: { id: string } }>("/api/users/:id", async (request) => userOf(request.params.id));
  app.post("/api/users", async (_request, reply) => {
    reply.code(201);
    return CREATED;
  });
  await app.ready();
  const { path, body } = requestOf(benchmark);
  const request =
    body === null
      ? { method: "GET" as const, url: path }
      : { method: "POST" as const, url: path, body, headers: { "content-type": "application/json" } };
  return {
    run: () => app.inject(request),
    isAsync: true,
    answer: async () => {
      const { statusCode, body: text } = await app.inject(request);
      return `${statusCode} ${text}`;
    },
  };
}
