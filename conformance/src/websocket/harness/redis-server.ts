import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";

const IS_THERE = spawnSync("redis-server", ["--version"]).status === 0;

/** Tests of Redis are left out where there is none, but not in CI. */
export const needsRedis: { skip: string | false } = {
  skip:
    IS_THERE || process.env["CI"] === "true"
      ? false
      : "redis-server is missing; apt-get install redis-server",
};

/** A Redis of one test, on a free port. */
export class RedisServer implements AsyncDisposable {
  readonly port: number;
  /** Where it keeps what it has; `null` where it keeps nothing. */
  readonly #folder: string | null;
  #child: ChildProcess | null = null;

  private constructor(port: number, folder: string | null) {
    this.port = port;
    this.#folder = folder;
  }

  /** One that forgets all when it is killed. */
  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), null);
    await server.start();
    return server;
  }

  /** One that has everything on its disk before it answers. */
  static async startDurable(): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), await mkdtemp(join(tmpdir(), "redis-")));
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    const options = ["--port", `${this.port}`, "--bind", "127.0.0.1", "--save", ""];
    const keeps = ["--appendonly", "yes", "--appendfsync", "always", "--dir", this.#folder ?? ""];
    options.push(...(this.#folder === null ? ["--appendonly", "no"] : keeps));
    this.#child = spawn("redis-server", options, { stdio: "ignore" });
    const client = this.connect();
    await client.ping();
    client.disconnect();
  }

  /** Kills it in the middle of what it does. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null) return;
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  }

  /** A client that tries again for as long as it takes. */
  connect(): Redis {
    const client = new Redis({ port: this.port, maxRetriesPerRequest: null, retryStrategy: () => 20 });
    client.on("error", () => {});
    return client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    if (this.#folder !== null) await rm(this.#folder, { recursive: true, force: true });
  }
}

/** A port of 127.0.0.1 that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("A TCP server has a port.");
  return address.port;
}
