import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { RoomPlaces } from "../client/room-places.ts";
import { parsePacket } from "../protocol/parse-packet.ts";
import type { RoomMember } from "../rooms/room-member.ts";
import { Rooms } from "../rooms/rooms.ts";
import { MemoryHistory } from "./memory-history.ts";
import type { HistoryListener, HistoryPage, KeptMessage, RoomHistory } from "./room-history.ts";

/** A history whose words take as long as a test likes, and may be lost on their way. */
class SlowHistory implements RoomHistory {
  readonly #memory: MemoryHistory;
  readonly #told: KeptMessage[] = [];
  readonly #reads: (() => void)[] = [];
  #listener: HistoryListener | null = null;
  #hasLost = false;

  constructor(maxMessages: number) {
    this.#memory = new MemoryHistory({ maxMessages });
    this.#memory.listen({ kept: (message) => void this.#told.push(message), gap: () => {} });
  }

  start(listener: HistoryListener): void {
    this.#listener = listener;
  }

  append(message: Parameters<RoomHistory["append"]>[0]): Promise<string> {
    return Promise.resolve(this.#memory.append(message));
  }

  /** Is read at once, or when the reply leaves. */
  read(room: string, after: string | null): Promise<HistoryPage> {
    const page = this.#memory.read(room, after);
    return new Promise((resolve) => this.#reads.push(() => resolve(page)));
  }

  close(): void {
    this.#listener = null;
  }

  tellNext(): void {
    const message = this.#told.shift();
    if (message !== undefined) this.#listener?.kept(message);
  }

  loseNext(): void {
    if (this.#told.shift() !== undefined) this.#hasLost = true;
  }

  answerNext(): void {
    this.#reads.shift()?.();
  }

  /** Everything arrives, and what was lost is noticed. */
  async settle(): Promise<void> {
    while (this.#told.length > 0) this.tellNext();
    if (this.#hasLost) this.#listener?.gap();
    do {
      while (this.#reads.length > 0) this.answerNext();
      await new Promise(setImmediate);
    } while (this.#reads.length > 0);
  }
}

/** A client as it is on the other side of its connections. */
class Client {
  readonly heard: number[] = [];
  missed = 0;
  readonly #rooms: Rooms;
  readonly #places = new RoomPlaces();
  #member: RoomMember | null = null;
  /** What it has seen, on its way to the server. */
  #seen: Readonly<Record<string, string>> | null = null;

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
  }

  get isConnected(): boolean {
    return this.#member !== null;
  }

  /** @param joinsFirst whether the server has it in its room before it says what it has seen */
  connect(joinsFirst: boolean, from: "now" | "start"): void {
    this.disconnect();
    const member: RoomMember = {
      id: crypto.randomUUID(),
      send: ({ text }) => this.#take(text),
      placed: (place) => {
        if (this.#places.placed(place)) this.missed++;
      },
    };
    this.#member = member;
    this.#seen = this.#places.begin();
    if (!joinsFirst) this.arrive();
    this.#rooms.join(member, "room", { from });
  }

  /** What it has seen arrives. */
  arrive(): void {
    if (this.#member !== null && this.#seen !== null) this.#rooms.resume(this.#member, this.#seen);
    this.#seen = null;
  }

  disconnect(): void {
    if (this.#member !== null) this.#rooms.remove(this.#member);
    this.#member = null;
  }

  #take(text: string): void {
    const packet = parsePacket(text);
    assert.ok(packet.kind === "event" && packet.place !== undefined);
    const seen = this.#places.take(packet.place);
    if (seen === true) this.heard.push(Number(packet.data));
    else if (seen !== false && this.#member !== null) this.#rooms.resume(this.#member, seen);
  }
}

const who = fc.nat({ max: 2 });
const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant({ kind: "publish" } as const) },
    { weight: 4, arbitrary: fc.constant({ kind: "tell" } as const) },
    { weight: 4, arbitrary: fc.constant({ kind: "answer" } as const) },
    { weight: 1, arbitrary: fc.constant({ kind: "lose" } as const) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant("connect" as const), who, joinsFirst: fc.boolean() }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("arrive" as const), who }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("disconnect" as const), who }) },
  ),
  { maxLength: 80 },
);
type Step = typeof steps extends fc.Arbitrary<(infer T)[]> ? T : never;

/** Has it all happen, and everyone come back in the end. */
async function play(
  all: readonly Step[],
  maxMessages: number,
  from: "now" | "start" = "start",
): Promise<{ clients: Client[]; said: number }> {
  const history = new SlowHistory(maxMessages);
  const rooms = new Rooms({ history });
  await rooms.start();
  const clients = [0, 1, 2].map(() => new Client(rooms));
  let said = 0;
  for (const step of all) {
    if (step.kind === "publish") void rooms.publish("room", "said", ++said);
    else if (step.kind === "tell") history.tellNext();
    else if (step.kind === "lose") history.loseNext();
    else if (step.kind === "connect") clients[step.who]?.connect(step.joinsFirst, from);
    else if (step.kind === "arrive") clients[step.who]?.arrive();
    else if (step.kind === "disconnect") clients[step.who]?.disconnect();
    else history.answerNext();
    // Replies are taken in steps of their own.
    for (let turn = 0; turn < 4; turn++) await Promise.resolve();
  }
  for (const client of clients) if (!client.isConnected) client.connect(true, from);
  for (const client of clients) client.arrive();
  await history.settle();
  return { clients, said };
}

describe("members that come and go", () => {
  test("hear everything once and in order, whatever is slow or lost", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const { clients, said } = await play(all, 1_000);
        const everything = Array.from({ length: said }, (_, at) => at + 1);
        for (const { heard, missed } of clients) {
          assert.deepEqual(heard, everything);
          assert.equal(missed, 0);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("hear everything from where they began", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const { clients, said } = await play(all, 1_000, "now");
        for (const { heard, missed } of clients) {
          assert.deepEqual(
            heard,
            heard.map((_, at) => said - heard.length + 1 + at),
          );
          assert.equal(missed, 0);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("go back also where the server has told them another place before it heard what they have seen", async () => {
    const connect = { kind: "connect", who: 0, joinsFirst: true } as const;
    const [publish, tell, answer] = (["publish", "tell", "answer"] as const).map((kind): Step => ({ kind }));
    assert.ok(publish !== undefined && tell !== undefined && answer !== undefined);
    const away = [publish, tell, publish, tell];
    const { clients } = await play(
      [connect, answer, publish, tell, connect, ...away, answer, ...away],
      10,
      "now",
    );
    assert.deepEqual(clients[0]?.heard, [1, 2, 3, 4, 5]);
  });

  test("are told where something is not kept any more, and hear nothing twice", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const { clients, said } = await play(all, 3);
        for (const { heard, missed } of clients) {
          const gaps = heard.filter((number, at) => at > 0 && number !== (heard[at - 1] ?? 0) + 1);
          assert.deepEqual(
            heard,
            [...new Set(heard)].toSorted((a, b) => a - b),
          );
          assert.ok(missed >= gaps.length, `${gaps.length} gaps, ${missed} told`);
          assert.equal(heard.at(-1) ?? 0, said);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("a history", () => {
  test("keeps a message with the same key once, as long as it is kept", () => {
    const history = new MemoryHistory({ maxMessages: 2 });
    const first = history.append({ room: "a", event: "e", key: "1" });
    assert.equal(history.append({ room: "a", event: "e", key: "1" }), first);
    assert.notEqual(history.append({ room: "b", event: "e", key: "1" }), first);
    for (const key of ["2", "3"]) history.append({ room: "a", event: "e", key });
    assert.notEqual(history.append({ room: "a", event: "e", key: "1" }), first);
    assert.equal(history.read("a", first).missed, true);
  });

  test("forgets the rooms that were quiet for longest", () => {
    const history = new MemoryHistory({ maxRooms: 2 });
    for (const room of ["a", "b", "a", "c"]) history.append({ room, event: "e" });
    assert.equal(history.size, 2);
    assert.equal(history.read("a", "start-0").messages.length, 2);
    assert.equal(history.read("b", "start-0").messages.length, 0);
  });

  test("forgets the messages of quiet rooms, and tells those alone who have not had them", async () => {
    const history = new MemoryHistory({ keepMs: 1 });
    const first = history.append({ room: "a", event: "e" });
    const second = history.append({ room: "a", event: "e" });
    await new Promise((resolve) => setTimeout(resolve, 10));
    assert.deepEqual(history.read("a", second), { after: second, messages: [], isLast: true, missed: false });
    assert.equal(history.read("a", first).missed, true);
  });

  test("bounds the bytes of all rooms: those that were quiet for longest go first", () => {
    const history = new MemoryHistory({ maxBytes: 100 });
    const say = (room: string, bytes = 30): string =>
      history.append({ room, event: "e", json: "x".repeat(bytes - 1) });
    const kept = (): number[] => ["a", "b", "c"].map((room) => history.read(room, "start-0").messages.length);
    const first = say("a");
    for (const room of ["b", "c", "c"]) say(room);
    assert.deepEqual(kept(), [0, 1, 2]);
    assert.equal(history.read("a", first).missed, false);
    for (let count = 0; count < 3; count++) say("c");
    assert.deepEqual(kept(), [0, 0, 3]);
    say("c", 200);
    assert.deepEqual(kept(), [0, 0, 1]);
    say("a");
    assert.deepEqual(kept(), [1, 0, 0]);
  });

  test("keeps messages no longer because they are read", async () => {
    const history = new MemoryHistory({ keepMs: 20 });
    history.append({ room: "a", event: "e" });
    const giveUp = performance.now() + 10_000;
    while (history.read("a", "start-0").messages.length > 0) {
      assert.ok(performance.now() < giveUp, "it is kept for ever");
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });

  test("of another name, or that has less than was seen, is said to have been missed", () => {
    const history = new MemoryHistory();
    const at = history.append({ room: "a", event: "e", json: "1" });
    assert.deepEqual(history.read("a", at), { after: at, messages: [], isLast: true, missed: false });
    assert.equal(history.read("a", "other-1").missed, true);
    assert.equal(history.read("a", at.replace(/1$/, "7")).missed, true);
  });

  test("that is missing, closed or made wrongly says so", async () => {
    await assert.rejects(new Rooms().publish("a", "e", 1), { code: "E_ROOM_HISTORY_MISSING" });
    const rooms = new Rooms({ history: new MemoryHistory().connect() });
    await rooms.start();
    await rooms.close();
    await assert.rejects(rooms.publish("a", "e", 1), { code: "E_ROOM_HISTORY_CLOSED" });
    assert.throws(() => new MemoryHistory({ maxMessages: 0 }), { code: "E_OPTION_INVALID" });
  });
});
