import { createWriteStream, existsSync, readdirSync } from "node:fs";
import { Socket } from "node:net";
import { pipeline } from "node:stream/promises";
import { queryObjects } from "node:v8";
import type { Limits } from "@armature/http";
import { armature, silentLogger, type Context, type Logger } from "armature";
import { engineOfEnvironment } from "../engine-by-name.ts";
import { PATIENT } from "../engines.ts";

/** Old ones are dropped, so that a long run does not keep them. */
const MOST_ERRORS = 100;
const errors: string[] = [];

const logger: Logger = {
  ...silentLogger,
  error: (fields: object) => {
    const { err } = fields as { err?: unknown };
    errors.push(err instanceof Error ? err.message : String(err));
    if (errors.length > MOST_ERRORS) errors.shift();
  },
  child: () => logger,
};

/** A server that tests starve, flood and kill: its limits come with the command line, its target for uploads from UPLOAD, its engine from ENGINE. */
/** The class of the engine's exchanges, which nobody exports. */
let exchangeClass: Function | null = null;

const builder = armature({
  engine: engineOfEnvironment(),
  logger,
  limits: { ...PATIENT, ...(JSON.parse(process.argv[2] ?? "{}") as Partial<Limits>) },
})
  .get("/", ({ exchange }: Context) => {
    exchangeClass ??= exchange.constructor;
    return "hello";
  })
  .get("/throw", () => {
    throw new Error("on purpose");
  })
  .get("/pid", () => process.pid)
  .get("/large", () => new Uint8Array(1_000_000))
  .get("/slow", async () => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    return "slow";
  })
  .post("/", async ({ body }) => (await body.bytes()).length)
  .post("/echo", ({ body }) => body.bytes())
  .post("/upload", { maxBodyBytes: 100_000_000 }, async ({ body }) => {
    const file = createWriteStream(process.env["UPLOAD"] ?? "/dev/null");
    await pipeline(body.stream(), file);
    return { stored: file.bytesWritten };
  });

const app = await builder.ready();

const answers = {
  counters: () => ({ stats: app.stats(), errors }),
  usage,
  close: () => app.close({ graceMs: 10_000 }),
};

process.on("message", (what: keyof typeof answers) => void answer(what));

async function answer(what: keyof typeof answers): Promise<void> {
  const found: object | Promise<object> = answers[what]();
  process.send?.(found instanceof Promise ? await found : found);
}

/** Needs descriptors itself. */
function usage(): object {
  globalThis.gc?.();
  const descriptors = existsSync("/proc/self/fd") ? readdirSync("/proc/self/fd").length : -1;
  const sockets = queryObjects(Socket, { format: "count" });
  const exchanges = exchangeClass === null ? 0 : queryObjects(exchangeClass, { format: "count" });
  return { memory: process.memoryUsage(), descriptors, retained: { sockets, exchanges } };
}
// A server whose test has died has nobody to stop it.
process.on("disconnect", () => process.exit());

const { port } = await app.listen({ port: 0 });
process.send?.(port);
