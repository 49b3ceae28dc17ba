import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { Redis } from "ioredis";

const IS_THERE = spawnSync("redis-server", ["--version"]).status === 0;

/** Tests of Redis are left out where there is none, but not in CI. */
export const needsRedis: { skip: string | false } = {
  skip:
    IS_THERE || process.env["CI"] === "true"
      ? false
      : "redis-server is missing; apt-get install redis-server",
};

/** A Redis of one test, on a free port, that keeps nothing. */
export class RedisServer implements AsyncDisposable {
  readonly port: number;
  #child: ChildProcess | null = null;

  private constructor(port: number) {
    this.port = port;
  }

  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await freePort());
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    const options = ["--port", `${this.port}`, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
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
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("A TCP server has a port.");
  return address.port;
}
