import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Rooms } from "@armature/websocket";
import { Program } from "../app/harness/program.ts";
import { PacketClient } from "./harness/packet-client.ts";
import { needsRedis, RedisServer } from "./harness/redis-server.ts";

const PROGRAM = fileURLToPath(new URL("harness/presence-app.js", import.meta.url));

/** Somebody in the room, and what they were told. */
class Person implements Disposable {
  readonly #client: PacketClient;
  #lastId = 0;

  private constructor(client: PacketClient) {
    this.#client = client;
  }

  static async enter(url: string, name: string): Promise<Person> {
    const person = new Person(await PacketClient.open(url));
    person.#client.send({ event: "enter", data: { name } });
    return person;
  }

  /** Waits for what others are told of somebody, so many times. */
  async told(event: "came" | "left", name: string, times = 1): Promise<void> {
    const packet = JSON.stringify({ event, data: name });
    await this.#client.until(() => this.#client.packets.filter((text) => text === packet).length >= times);
  }

  /** Everyone whom its process knows to be there. */
  async who(): Promise<unknown> {
    const id = ++this.#lastId;
    this.#client.send({ event: "who", data: null, id });
    const reply = (): string | undefined =>
      this.#client.packets.find((text) => text.startsWith(`{"ack":${id},`));
    await this.#client.until(() => reply() !== undefined);
    return (JSON.parse(reply() ?? "") as { data: unknown }).data;
  }

  /** Waits until its process knows that these are there, and no others. */
  async knows(names: readonly string[]): Promise<void> {
    while (JSON.stringify(await this.who()) !== JSON.stringify(names)) await delay(20);
  }

  leave(): void {
    this.#client.socket.close(1000);
  }

  [Symbol.dispose](): void {
    this.#client[Symbol.dispose]();
  }
}

/** Processes that share a room; each with its number and where it listens. */
async function start(redisPort: number): Promise<{ program: Program; pids: number[]; urls: string[] }> {
  const program = new Program(PROGRAM, [`${redisPort}`]);
  const ready = (await program.until("ready ", 3)).map((line) => line.split(" "));
  return { program, pids: ready.map(([pid]) => Number(pid)), urls: ready.map(([, url = ""]) => url) };
}

/** People come to all processes, one leaves, one process is killed: those who are left are told all of it. */
async function comeAndGo(redisPort: number): Promise<void> {
  const { program, pids, urls } = await start(redisPort);
  using _program = program;
  using ada = await Person.enter(urls[0] ?? "", "Ada");
  await ada.told("came", "Ada");
  using ben = await Person.enter(urls[1] ?? "", "Ben");
  using cleo = await Person.enter(urls[2] ?? "", "Cleo");
  using dan = await Person.enter(urls[2] ?? "", "Dan");
  for (const name of ["Ben", "Cleo", "Dan"]) await ada.told("came", name);
  for (const name of ["Ben", "Dan"]) await ben.told("came", name);
  await ada.knows(["Ada", "Ben", "Cleo", "Dan"]);
  dan.leave();
  for (const person of [ada, ben, cleo]) await person.told("left", "Dan");
  process.kill(pids[2] ?? 0, "SIGKILL");
  for (const person of [ada, ben]) await person.told("left", "Cleo");
  for (const person of [ada, ben]) await person.knows(["Ada", "Ben"]);
  await program.end("SIGTERM");
}

describe("who is in a room", () => {
  test("is known in all workers of a cluster, also when one is killed", async () => {
    await comeAndGo(0);
  });

  test("is known in all processes at a Redis, also when one is killed", needsRedis, async () => {
    await using redis = await RedisServer.start();
    await comeAndGo(redis.port);
  });

  test(
    "is known again when Redis was away for longer than a lease, and forgot everything",
    needsRedis,
    async () => {
      await using redis = await RedisServer.start();
      const { program, urls } = await start(redis.port);
      using _program = program;
      using ada = await Person.enter(urls[0] ?? "", "Ada");
      using ben = await Person.enter(urls[1] ?? "", "Ben");
      await ada.told("came", "Ben");
      await redis.kill();
      await ada.told("left", "Ben");
      using cleo = await Person.enter(urls[1] ?? "", "Cleo");
      await cleo.told("came", "Cleo");
      ben.leave();
      await cleo.told("left", "Ben");
      await redis.start();
      await ada.told("came", "Cleo");
      for (const person of [ada, cleo]) await person.knows(["Ada", "Cleo"]);
      await program.end("SIGTERM");
    },
  );

  test("is not asked for where it is not known, and not said at length", () => {
    assert.throws(() => new Rooms().presentIn("a"), { code: "E_PRESENCE_MISSING" });
    assert.throws(() => new Rooms().onPresence(() => {}), { code: "E_PRESENCE_MISSING" });
    assert.throws(() => new Rooms({ presence: { leaseMs: 1 } }), { code: "E_OPTION_INVALID" });
    const rooms = new Rooms({ presence: true });
    const member = { id: "1", send: () => {} };
    assert.throws(() => rooms.join(member, "a", { info: "x".repeat(5_000) }), { code: "E_PRESENCE_INFO" });
    assert.equal(rooms.membersOf("a").size, 0);
    rooms.join(member, "a", { info: { name: "Ada" } });
    assert.deepEqual(rooms.presentIn("a"), [{ id: "1", info: { name: "Ada" } }]);
    rooms.empty("a");
    assert.deepEqual(rooms.presentIn("a"), []);
  });
});
