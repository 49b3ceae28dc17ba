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

/** What is left of a Redis that is killed: nothing, what it was told to save, or all that it has answered. */
type Keeps = "nothing" | "saved" | "all";

/** A Redis of one test, on a free port. */
export class RedisServer implements AsyncDisposable {
  readonly port: number;
  readonly #keeps: Keeps;
  /** Where it keeps what it has. */
  readonly #folder: string;
  #child: ChildProcess | null = null;

  private constructor(port: number, keeps: Keeps, folder: string) {
    this.port = port;
    this.#keeps = keeps;
    this.#folder = folder;
  }

  /** One that forgets all when it is killed. */
  static async start(keeps: Keeps = "nothing"): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), keeps, await mkdtemp(join(tmpdir(), "redis-")));
    await server.start();
    return server;
  }

  /** One that has everything on its disk before it answers. */
  static async startDurable(): Promise<RedisServer> {
    return await RedisServer.start("all");
  }

  async start(): Promise<void> {
    this.#spawn();
    const client = this.connect();
    await client.ping();
    client.disconnect();
  }

  #spawn(): void {
    const options = ["--port", `${this.port}`, "--bind", "127.0.0.1", "--save", "", "--dir", this.#folder];
    if (this.#keeps === "all") options.push("--appendonly", "yes", "--appendfsync", "always");
    const child = spawn("redis-server", options, { stdio: "ignore" });
    this.#child = child;
    // All tests take free ports: for a moment another one may have it.
    child.once("exit", () => setTimeout(() => this.#child === child && this.#spawn(), 50));
  }

  /** Saves what it has now. */
  async save(): Promise<void> {
    const client = this.connect();
    await client.save();
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
    await rm(this.#folder, { recursive: true, force: true });
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
