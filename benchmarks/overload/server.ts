/**
 * What the load test loads: `node server.ts CASE on|off`, with what comes by default against overload, or without.
 */
import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { armature, silentLogger, type AppOptions } from "armature";

const [case_ = "cpu", shedding = "on"] = process.argv.slice(2);

const SOMETHING = Buffer.alloc(64 * 1024, "something to hash ");

/** About a millisecond of CPU time, whatever else the machine does. */
function work(): string {
  const hash = createHash("sha256");
  for (let part = 0; part < 24; part++) hash.update(SOMETHING);
  return hash.digest("hex");
}

/** Ten at a time, as with connections to a database. */
class Pool {
  #free = 10;
  readonly #waiting: (() => void)[] = [];

  async use(): Promise<void> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    await delay(10);
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next();
  }
}

const pool = new Pool();

const HANDLERS: Readonly<Record<string, () => unknown>> = {
  cpu: () => ({ hash: work() }),
  "after-wait": async () => {
    await delay(5);
    return { hash: work() };
  },
  resource: async () => {
    await pool.use();
    return { used: true };
  },
};

/** The resource is what the application knows to be scarce; all else is as it comes. */
const ON: AppOptions["limits"] = case_ === "resource" ? { maxConcurrentRequests: 20 } : {};

const OFF: AppOptions["limits"] = {
  maxConcurrentRequests: 1_000_000,
  maxQueueAgeMs: 0,
  maxLoopDelayMs: 0,
};

const handler = HANDLERS[case_];
if (handler === undefined) throw new Error(`There is no case "${case_}".`);
const app = armature({ logger: silentLogger, limits: shedding === "on" ? ON : OFF }).get("/", handler);
const { port } = await app.listen({ port: 0, backlog: 4096, stop: { graceMs: 0 } });
process.stdout.write(`listening ${port}\n`);
