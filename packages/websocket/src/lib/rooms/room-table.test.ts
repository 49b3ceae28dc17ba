import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import type { RoomMember } from "./room-member.ts";
import type { RoomMessage } from "./room-message.ts";
import { Rooms } from "./rooms.ts";

const ROOMS = ["a", "b", "c"];

/** A member that notes what it is sent, and may do something about it at once. */
class Listener implements RoomMember {
  readonly id: string;
  readonly heard: string[] = [];
  onMessage: () => void = () => {};

  constructor(id: string) {
    this.id = id;
  }

  send(message: RoomMessage): void {
    this.heard.push(message.event);
    this.onMessage();
  }
}

/** What must be true of rooms, as plainly as it can be said. */
interface Model {
  /** Room and member, as pairs. */
  readonly pairs: Set<string>;
  readonly gone: Set<number>;
  readonly heard: string[][];
  said: number;
}

interface Real {
  readonly rooms: Rooms;
  readonly members: readonly Listener[];
}

type Command = fc.Command<Model, Real>;

const command = (name: string, run: (model: Model, real: Real) => void): Command => ({
  check: () => true,
  run(model, real) {
    run(model, real);
    checkAll(model, real);
  },
  toString: () => name,
});

/** Rooms are those that have members, and everyone has heard exactly what was said to them. */
function checkAll(model: Model, { rooms, members }: Real): void {
  const names = ROOMS.filter((room) => members.some((_, at) => model.pairs.has(`${room} ${at}`)));
  assert.deepEqual([...rooms.names].toSorted(), names);
  for (const [at, member] of members.entries()) {
    const own = ROOMS.filter((room) => model.pairs.has(`${room} ${at}`));
    assert.deepEqual([...rooms.roomsOf(member)].toSorted(), own);
    for (const room of ROOMS) assert.equal(rooms.membersOf(room).has(member), own.includes(room));
    assert.deepEqual(member.heard, model.heard[at]);
  }
}

const room = fc.constantFrom(...ROOMS);
const who = fc.nat({ max: 4 });

function removeAll(model: Model, at: number): void {
  for (const name of ROOMS) model.pairs.delete(`${name} ${at}`);
  model.gone.add(at);
}

const join = fc.tuple(room, who).map(([name, at]) =>
  command(`join ${name} ${at}`, (model, { rooms, members }) => {
    const comesIn = !model.gone.has(at) && !model.pairs.has(`${name} ${at}`);
    assert.equal(rooms.join(members[at] as Listener, name), comesIn); // at < 5
    if (comesIn) model.pairs.add(`${name} ${at}`);
  }),
);
const leave = fc.tuple(room, who).map(([name, at]) =>
  command(`leave ${name} ${at}`, (model, { rooms, members }) => {
    assert.equal(rooms.leave(members[at] as Listener, name), model.pairs.delete(`${name} ${at}`)); // at < 5
  }),
);
const close = who.map((at) =>
  command(`close ${at}`, (model, { rooms, members }) => {
    rooms.remove(members[at] as Listener); // at < 5
    removeAll(model, at);
  }),
);
const empty = room.map((name) =>
  command(`empty ${name}`, (model, { rooms }) => {
    rooms.empty(name);
    for (let at = 0; at < 5; at++) model.pairs.delete(`${name} ${at}`);
  }),
);

/** Says something; one of those who hear it may leave everything at once, or close another one. */
const say = fc
  .record({
    to: fc.uniqueArray(room, { minLength: 1 }),
    except: fc.option(who),
    closer: fc.option(who),
    closed: who,
  })
  .map(({ to, except, closer, closed }) =>
    command(
      `say to ${to.join()} except ${except} while ${closer} closes ${closed}`,
      (model, { rooms, members }) => {
        const event = `e${model.said++}`;
        const hears = (at: number): boolean =>
          at !== except && to.some((name) => model.pairs.has(`${name} ${at}`));
        const all = members.map((_, at) => at).filter(hears);
        const before = members.map(({ heard }) => heard.length);
        if (closer !== null) {
          const listener = members[closer] as Listener; // closer < 5
          listener.onMessage = () => rooms.remove(members[closed] as Listener); // closed < 5
        }
        const speaker = rooms.to(...to);
        (except === null ? speaker : speaker.except(members[except] as Listener)).emit(event, null); // except < 5
        if (closer !== null) (members[closer] as Listener).onMessage = () => {}; // closer < 5
        const hasClosed = closer !== null && all.includes(closer);
        for (const at of all) {
          const heardIt = (members[at] as Listener).heard.length > (before[at] as number); // both have an entry for each member
          // Who is closed while others are told may have been told before, or never is.
          if (!(hasClosed && at === closed)) assert.ok(heardIt);
          if (heardIt) model.heard[at]?.push(event);
        }
        if (hasClosed) removeAll(model, closed);
      },
    ),
  );

describe("rooms", () => {
  test("are right after every step, in whatever order members join, leave, close, speak and are put out", () => {
    fc.assert(
      fc.property(fc.commands([join, leave, close, empty, say], { maxCommands: 60 }), (commands) => {
        fc.modelRun(() => {
          const members = Array.from({ length: 5 }, (_, at) => new Listener(`${at}`));
          const model: Model = { pairs: new Set(), gone: new Set(), heard: members.map(() => []), said: 0 };
          return { model, real: { rooms: new Rooms(), members } };
        }, commands);
      }),
      { numRuns: 300 },
    );
  });

  test("encode a message once for all members", () => {
    const rooms = new Rooms();
    let encodings = 0;
    const encoder = (message: RoomMessage): string => `${++encodings} ${message.text}`;
    const sent: string[] = [];
    for (let at = 0; at < 3; at++)
      rooms.join({ id: `${at}`, send: (message) => void sent.push(message.encoded(encoder)) }, "a");
    rooms.to("a").emit("hello", { to: "all" });
    assert.deepEqual(
      sent,
      Array.from({ length: 3 }, () => '1 {"event":"hello","data":{"to":"all"}}'),
    );
  });
});
