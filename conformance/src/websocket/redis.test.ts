import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { redisBus, Rooms } from "@armature/websocket";
import { eventually } from "../serve.ts";
import { needsRedis, RedisServer } from "./harness/redis-server.ts";

/** Rooms on a Redis, with one member that notes the data it hears. */
async function join(redis: RedisServer, id: string): Promise<{ rooms: Rooms; heard: number[] }> {
  const rooms = new Rooms({ bus: redisBus({ connect: () => redis.connect() }) });
  await rooms.start();
  const heard: number[] = [];
  rooms.join({ id, send: ({ json = "-1" }) => void heard.push(Number(json)) }, "all");
  return { rooms, heard };
}

describe("rooms through Redis", needsRedis, () => {
  test("hear each other in order, and nothing that was said before they came", async () => {
    await using redis = await RedisServer.start();
    const here = await join(redis, "1");
    const there = await join(redis, "2");
    await using _here = here.rooms;
    await using _there = there.rooms;
    const numbers = Array.from({ length: 1000 }, (_, at) => at);
    for (const number of numbers) here.rooms.to("all").emit("n", number);
    await eventually(() => there.heard.length >= 1000);
    const late = await join(redis, "3");
    await using _late = late.rooms;
    there.rooms
      .to("all")
      .except({ id: "3", send: () => {} })
      .emit("n", 1000);
    there.rooms.to("all").emit("n", 1001);
    await eventually(() => here.heard.length >= 1002 && late.heard.length > 0);
    assert.deepEqual(there.heard, [...numbers, 1000, 1001]);
    assert.deepEqual(here.heard, [...numbers, 1000, 1001]);
    assert.deepEqual(late.heard, [1001]);
  });

  test("lose nothing and keep the order when Redis is killed and forgets everything", async () => {
    await using redis = await RedisServer.start();
    const all = await Promise.all(["1", "2", "3"].map((id) => join(redis, id)));
    await using _first = all[0]?.rooms;
    await using _second = all[1]?.rooms;
    await using _third = all[2]?.rooms;
    let said = 0;
    const say = async (count: number): Promise<void> => {
      for (let at = 0; at < count; at++, said++) {
        // The sender is in the thousands, so that each one's order can be seen.
        for (const [from, { rooms }] of all.entries()) rooms.to("all").emit("n", from * 100_000 + said);
        if (at % 20 === 0) await new Promise(setImmediate);
      }
    };
    await say(200);
    const saying = say(400);
    await redis.kill();
    await saying;
    await say(200);
    await redis.start();
    await say(200);
    await eventually(() => all.every(({ heard }) => heard.length >= 3 * said));
    for (const { heard } of all) {
      assert.equal(heard.length, 3 * said);
      for (const from of [0, 1, 2]) {
        const own = heard.filter((number) => Math.floor(number / 100_000) === from);
        assert.deepEqual(
          own,
          Array.from({ length: said }, (_, at) => from * 100_000 + at),
        );
      }
    }
  });

  test("hear each other whatever somebody else writes into the stream", async () => {
    await using redis = await RedisServer.start();
    const here = await join(redis, "1");
    const there = await join(redis, "2");
    await using _here = here.rooms;
    await using _there = there.rooms;
    const client = redis.connect();
    for (const texts of ["{", "1", "[1]", "[null]", '["{"]', '["{\\"presence\\":"]'])
      await client.xadd("armature:rooms", "*", "from", "x", "seq", "1", "texts", texts);
    client.disconnect();
    here.rooms.to("all").emit("n", 1);
    await eventually(() => there.heard.length === 1);
  });

  test("can be closed while Redis is away", async () => {
    await using redis = await RedisServer.start();
    const { rooms } = await join(redis, "1");
    await redis.kill();
    rooms.to("all").emit("n", 1);
    await rooms.close();
  });

  test("hear what was said just before Redis was killed, though nobody says more", async () => {
    await using redis = await RedisServer.start();
    const here = await join(redis, "1");
    const there = await join(redis, "2");
    await using _here = here.rooms;
    await using _there = there.rooms;
    for (let number = 0; number < 100; number++) here.rooms.to("all").emit("n", number);
    await redis.kill();
    await redis.start();
    await eventually(() => there.heard.length >= 100);
    assert.deepEqual(
      there.heard,
      Array.from({ length: 100 }, (_, at) => at),
    );
  });
});
