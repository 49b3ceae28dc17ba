import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { MemoryBus } from "./memory-bus.ts";
import { readEnvelope } from "./room-bus.ts";
import { Rooms } from "./rooms.ts";

/** Adds a member that notes the events it is sent. */
function listen(rooms: Rooms, id: string, ...names: readonly string[]): string[] {
  const heard: string[] = [];
  const member = { id, send: ({ text }: { text: string }) => void heard.push(text) };
  for (const name of names) rooms.join(member, name);
  return heard;
}

describe("rooms on a bus", () => {
  test("hear each other in order, once, and without those that are left out", async () => {
    const bus = new MemoryBus();
    await using here = new Rooms({ bus: bus.connect() });
    await using there = new Rooms({ bus: bus.connect() });
    await here.start();
    await there.start();
    const mine = listen(here, "1", "a", "b");
    const theirs = listen(there, "2", "a", "b");
    const leftOut = listen(there, "3", "a");
    const other = listen(there, "4", "c");
    for (const data of [1, 2, 3])
      here
        .to("a", "b")
        .except({ id: "3", send: () => {} })
        .emit("n", data);
    const expected = [1, 2, 3].map((data) => `{"event":"n","data":${data}}`);
    assert.deepEqual([mine, theirs, leftOut, other], [expected, expected, [], []]);
  });

  test("hear nothing more once they are closed", async () => {
    const bus = new MemoryBus();
    const here = new Rooms({ bus: bus.connect() });
    const there = new Rooms({ bus: bus.connect() });
    await Promise.all([here.onModuleInit(), there.onModuleInit()]);
    const heard = listen(there, "1", "a");
    await there.onApplicationShutdown();
    here.to("a").emit("n", 1);
    assert.deepEqual(heard, []);
    await here.close();
  });

  test("pass over what is no message of rooms", () => {
    for (const text of ["", "1", "{}", '{"from":"a","event":"b","rooms":[1],"except":[]}']) {
      assert.equal(readEnvelope(text), null);
    }
  });
});
