import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { redisHistory, Rooms, type RoomHistory, type RoomMember, type RoomPlace } from "@armature/websocket";
import { eventually } from "../serve.ts";
import { needsRedis, RedisServer } from "./harness/redis-server.ts";

/** A history at a Redis, that is started; small, so that its ends can be seen. */
async function open(redis: RedisServer): Promise<RoomHistory & AsyncDisposable> {
  const history = redisHistory({ connect: () => redis.connect(), maxMessages: 3, maxWaiting: 2 });
  await history.start({ kept: () => {}, gap: () => {} });
  return Object.assign(history, { [Symbol.asyncDispose]: async () => await history.close() });
}

/** A member, and what it was told. */
function listener(id: string): {
  member: RoomMember;
  heard: number[];
  places: RoomPlace[];
  missed: unknown[];
} {
  const heard: number[] = [];
  const places: RoomPlace[] = [];
  const missed: unknown[] = [];
  const member: RoomMember = {
    id,
    send: ({ json = "" }) => void heard.push(Number(json)),
    placed: (place) => {
      places.push(place);
      missed.push(place.missed);
    },
  };
  return { member, heard, places, missed };
}

describe("a history in Redis", needsRedis, () => {
  test("keeps the last messages, and those with the same key once", async () => {
    await using redis = await RedisServer.start();
    await using history = await open(redis);
    await using other = await open(redis);
    const first = await history.append({ room: "a", event: "e", key: "1" });
    assert.equal(await other.append({ room: "a", event: "e", key: "1" }), first);
    const ids = [first];
    for (const json of ["2", "3", "4"])
      ids.push(await other.append({ room: "a", event: "e", json, key: json }));
    const page = await history.read("a", first);
    assert.deepEqual(
      [page.missed, page.isLast, page.messages],
      [false, true, ["2", "3", "4"].map((json, at) => ({ room: "a", at: ids[at + 1], event: "e", json }))],
    );
    assert.equal((await history.read("a", "other-9")).missed, true);
    const last = await history.read("a", null);
    assert.deepEqual([last.after, last.messages, last.isLast], [ids[3], [], true]);
    const again = await history.append({ room: "a", event: "e", key: "1" });
    assert.equal(again, first.replace(/1$/, "5"), "its key is forgotten with the message");
  });

  test("reads page after page", async () => {
    await using redis = await RedisServer.start();
    const rooms = new Rooms({ history: redisHistory({ connect: () => redis.connect() }) });
    await rooms.start();
    await using _rooms = rooms;
    const numbers = Array.from({ length: 450 }, (_, at) => at);
    await Promise.all(numbers.map((number) => rooms.publish("a", "n", number)));
    const heard: number[] = [];
    rooms.join({ id: "1", send: ({ json = "" }) => void heard.push(Number(json)) }, "a", { from: "start" });
    await eventually(() => heard.length >= 450);
    assert.deepEqual(heard, numbers);
  });

  test("refuses what does not fit in front of a Redis that is away, and keeps what waits when it is back", async () => {
    await using redis = await RedisServer.start();
    await using history = await open(redis);
    await redis.kill();
    const waiting = ["1", "2"].map((json) => history.append({ room: "a", event: "e", json }));
    await assert.rejects(history.append({ room: "a", event: "e" }), { code: "E_ROOM_HISTORY_FULL" });
    await redis.start();
    const ids = await Promise.all(waiting);
    assert.deepEqual(
      (await history.read("a", "start-0")).messages.map(({ at, json }) => [at, json]),
      ids.map((id, at) => [id, `${at + 1}`]),
    );
  });

  test("that was closed says so to who waits", async () => {
    await using redis = await RedisServer.start();
    const history = await open(redis);
    await redis.kill();
    const waiting = assert.rejects(history.append({ room: "a", event: "e" }), {
      code: "E_ROOM_HISTORY_CLOSED",
    });
    await history.close();
    await waiting;
    await assert.rejects(history.append({ room: "a", event: "e" }), { code: "E_ROOM_HISTORY_CLOSED" });
  });

  test("that Redis forgot is a new one, which members are told", async () => {
    await using redis = await RedisServer.start();
    const rooms = new Rooms({ history: redisHistory({ connect: () => redis.connect() }) });
    await rooms.start();
    await using _rooms = rooms;
    const heard: (string | undefined)[] = [];
    const places: RoomPlace[] = [];
    const member = {
      id: "1",
      send: ({ json }: { json: string | undefined }) => void heard.push(json),
      placed: (place: RoomPlace) => void places.push(place),
    };
    rooms.join(member, "a");
    await eventually(() => places.length === 1);
    await rooms.publish("a", "n", 1);
    await eventually(() => heard.length === 1);
    await redis.kill();
    await redis.start();
    await rooms.publish("a", "n", 2);
    await eventually(() => heard.length === 2);
    assert.deepEqual(heard, ["1", "2"]);
    assert.deepEqual(
      places.map(({ missed }) => missed),
      [false, true],
    );
  });

  test("that has gone back tells members what they miss, and gives what is kept from then on", async () => {
    await using redis = await RedisServer.start("saved");
    const rooms = new Rooms({ history: redisHistory({ connect: () => redis.connect() }) });
    await rooms.start();
    await using _rooms = rooms;
    const there = listener("1");
    rooms.join(there.member, "a");
    await eventually(() => there.places.length === 1);
    const kept = [await rooms.publish("a", "n", 1), await rooms.publish("a", "n", 2)];
    await redis.save();
    kept.push(await rooms.publish("a", "n", 3), await rooms.publish("a", "n", 4));
    await eventually(() => there.heard.length === 4);
    await redis.kill();
    // They wait, and take the numbers of what was lost.
    const waiting = Promise.all([5, 6, 7].map((number) => rooms.publish("a", "n", number)));
    await redis.start();
    await waiting;
    await eventually(() => there.heard.length === 7);
    assert.deepEqual(there.heard, [1, 2, 3, 4, 5, 6, 7]);
    assert.deepEqual(there.missed, [false, true]);
    for (const [seen, heard, missed] of [
      [kept[3], [5, 6, 7], true],
      [kept[1], [5, 6, 7], false],
      [kept[0], [2, 5, 6, 7], false],
    ] as const) {
      const back = listener("2");
      rooms.resume(back.member, { a: seen ?? "" });
      rooms.join(back.member, "a");
      await eventually(() => back.heard.length === heard.length);
      assert.deepEqual([back.heard, back.missed], [heard, [missed]]);
      rooms.remove(back.member);
    }
  });

  test("is in one place of a cluster", async () => {
    await using redis = await RedisServer.start();
    await using history = await open(redis);
    await history.append({ room: "a{b}", event: "e", key: "1" });
    const client = redis.connect();
    const keys = await client.keys("*");
    client.disconnect();
    assert.deepEqual(
      keys.map((key) => /\{(.+?)\}/.exec(key)?.[1]),
      keys.map(() => "armature:history"),
    );
    assert.ok(keys.length > 5);
  });
});
