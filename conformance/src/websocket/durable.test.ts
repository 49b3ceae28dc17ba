import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { connect, type SocketClient, type SocketState } from "@armature/websocket/client";
import { Program } from "../app/harness/program.ts";
import { messages } from "./harness/durable-messages.ts";
import { freePort, needsRedis, RedisServer } from "./harness/redis-server.ts";

const PROGRAM = fileURLToPath(new URL("harness/durable-app.js", import.meta.url));
const ROOMS = ["one", "two", "three"];
const CLIENTS_OF_A_ROOM = 4;
/** Messages that a client has on their way at a time. */
const AT_ONCE = 5;
/** What never happens is given up on after this time; only a failing test ever waits for it. */
const PATIENCE_MS = 90_000;
/** Attempts in a row after which a client gives up, and fails its test. */
const MAX_ATTEMPTS = 500;

/** A client in a room, what it heard, and what it was promised. */
class Speaker {
  readonly name: string;
  readonly room: string;
  readonly heard: string[] = [];
  readonly missed: string[] = [];
  readonly acked: string[] = [];
  readonly states: SocketState[] = [];
  readonly #client: SocketClient<typeof messages>;
  #said = 0;
  #isDone = false;

  constructor(url: string, name: string, room: string) {
    this.name = name;
    this.room = room;
    const backoff = { minBackoffMs: 20, maxBackoffMs: 200, maxAttempts: MAX_ATTEMPTS };
    // A primary may hand a connection to a worker that is dead already: then nobody ever answers.
    const connectTimeoutMs = 2_000;
    this.#client = connect(url, { messages, connectTimeoutMs, ...backoff });
    this.#client.onState((state) => this.states.push(state));
    this.#client.on("said", ({ from, number }) => void this.heard.push(`${from} ${number}`));
    this.#client.onMissed((missed) => this.missed.push(missed));
    this.#client.keep("enter", { room });
  }

  get isOpen(): boolean {
    return this.#client.state === "open";
  }

  /** Says one thing after the other, some at a time, until it is told to stop. */
  async speak(): Promise<void> {
    await Promise.all(Array.from({ length: AT_ONCE }, () => this.#sayOn()));
  }

  stop(): void {
    this.#isDone = true;
  }

  close(): void {
    this.#client.close();
  }

  async #sayOn(): Promise<void> {
    while (!this.#isDone) {
      const number = this.#said++;
      const said = { room: this.room, from: this.name, number };
      await this.#client.request("say", said, { resend: true, timeoutMs: PATIENCE_MS });
      this.acked.push(`${this.name} ${number}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

/** A cluster and its clients. */
interface Cluster {
  readonly program: Program;
  readonly speakers: readonly Speaker[];
}

/** Starts a cluster whose clients speak while something happens, and gives them when all is said and heard. */
async function withCluster(
  redisPort: number,
  during: (all: Cluster) => Promise<void>,
): Promise<readonly Speaker[]> {
  const port = await freePort();
  using program = new Program(PROGRAM, [`${port}`, `${redisPort}`]);
  await program.until("worker ", 3);
  const speakers = ROOMS.flatMap((room) =>
    Array.from(
      { length: CLIENTS_OF_A_ROOM },
      (_, at) => new Speaker(`ws://127.0.0.1:${port}/rooms`, `${room}-${at}`, room),
    ),
  );
  try {
    const speaking = Promise.all(speakers.map((speaker) => speaker.speak()));
    // Where something else fails first, that is what is told.
    speaking.catch(() => {});
    await acked(speakers, 10);
    await during({ program, speakers });
    await acked(speakers, 10);
    for (const speaker of speakers) speaker.stop();
    await speaking;
    await until(() => speakers.every((speaker) => speaker.heard.length >= ackedIn(speakers, speaker.room)));
    assert.ok(speakers.every(({ isOpen }) => isOpen));
    checkBackoff(speakers);
  } finally {
    for (const speaker of speakers) speaker.close();
    await program.end("SIGTERM");
  }
  return speakers;
}

/** Waits until something holds, also on a machine that has much else to do. */
async function until(holds: () => boolean): Promise<void> {
  const giveUp = performance.now() + PATIENCE_MS;
  while (!holds()) {
    if (performance.now() > giveUp) throw new Error(`Never held: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Waits until every client was promised so many messages more. */
async function acked(speakers: readonly Speaker[], more: number): Promise<void> {
  const before = speakers.map((speaker) => speaker.acked.length);
  await until(() => speakers.every((speaker, at) => speaker.acked.length >= (before[at] ?? 0) + more));
}

function ackedIn(speakers: readonly Speaker[], room: string): number {
  return speakers.filter((speaker) => speaker.room === room).flatMap(({ acked: all }) => all).length;
}

/** Everyone heard what everyone in the room was promised, once, in one order for all, which is that of each sender. */
function checkHeard(speakers: readonly Speaker[]): void {
  for (const room of ROOMS) {
    const members = speakers.filter((speaker) => speaker.room === room);
    const promised = members.flatMap((member) => member.acked).toSorted();
    const [first] = members;
    for (const { heard, missed } of members) {
      assert.deepEqual(heard.toSorted(), promised);
      assert.deepEqual(heard, first?.heard);
      assert.deepEqual(missed, []);
    }
    for (const { name } of members) {
      const own = first?.heard.filter((said) => said.startsWith(`${name} `)) ?? [];
      assert.deepEqual(
        own,
        own.map((_, number) => `${name} ${number}`),
      );
    }
  }
}

/**
 * Everyone came back as the backoff says: an attempt behind each pause and no other, never as many in a row as it may make, and all
 * of them ended with a connection.
 */
function checkBackoff(speakers: readonly Speaker[]): void {
  for (const { states } of speakers) {
    const outages = states.join(" ").split("open");
    assert.equal(outages.at(-1), "", "it is open in the end");
    for (const [at, outage] of outages.slice(0, -1).entries()) {
      const attempts = outage.split("connecting").length - 1;
      // The first one is made before anybody listens to states.
      assert.match(outage, at === 0 ? /^( ?waiting connecting )*$/ : /^( waiting connecting)+ $/);
      assert.ok(attempts < MAX_ATTEMPTS, `${attempts} attempts`);
    }
  }
}

function timesOpened({ states }: Speaker): number {
  return states.filter((state) => state === "open").length;
}

/** Kills workers, one after the other, each when there is another one for that before. */
async function killWorkers({ program, speakers }: Cluster): Promise<void> {
  for (const at of [0, 1, 2]) {
    const pids = await program.until("worker ", 3 + at);
    process.kill(Number(pids[at]), "SIGKILL");
    await acked(speakers, 5);
  }
  await program.until("worker ", 6);
}

describe("what is acknowledged is heard by all who come back, once and in order,", () => {
  test("when workers are killed whose primary keeps it", async () => {
    const speakers = await withCluster(0, killWorkers);
    checkHeard(speakers);
    assert.ok(
      speakers.some((speaker) => timesOpened(speaker) > 1),
      "somebody lost their connection",
    );
  });

  test("when workers are killed that keep it in Redis", needsRedis, async () => {
    await using redis = await RedisServer.startDurable();
    const speakers = await withCluster(redis.port, killWorkers);
    checkHeard(speakers);
    assert.ok(
      speakers.some((speaker) => timesOpened(speaker) > 1),
      "somebody lost their connection",
    );
  });

  test("when Redis is killed, alone and with a worker", needsRedis, async () => {
    await using redis = await RedisServer.startDurable();
    const speakers = await withCluster(redis.port, async ({ program, speakers: all }) => {
      await redis.kill();
      await redis.start();
      await acked(all, 10);
      await redis.kill();
      const [pid] = program.lines("worker ");
      process.kill(Number(pid), "SIGKILL");
      await redis.start();
      await program.until("worker ", 4);
    });
    checkHeard(speakers);
  });
});
