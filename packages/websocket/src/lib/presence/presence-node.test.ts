import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { PresenceNode } from "./presence-node.ts";
import type { PresenceChange } from "./presence-table.ts";

const LEASE_MS = 300;
const ROOMS = ["a", "b"];

/** A process of the model: what is really in it, and what it was told. */
class Process {
  readonly id: string;
  readonly node: PresenceNode;
  /** Room and member, as pairs. */
  readonly members = new Set<string>();
  /** Who is where by all changes that it was told. */
  readonly told = new Set<string>();
  /** How often it was told something. */
  changes = 0;
  /** Texts on their way to it, by their sender. */
  readonly incoming = new Map<string, string[]>();
  #soon: (() => void)[] = [];
  #lastMember = 0;

  constructor(id: string, publish: (text: string) => void) {
    this.id = id;
    this.node = new PresenceNode({
      id,
      leaseMs: LEASE_MS,
      publish,
      changed: (change) => this.#note(change),
      soon: (work) => this.#soon.push(work),
    });
  }

  join(room: string): void {
    const member = `${this.id}.${++this.#lastMember}`;
    this.members.add(`${room} ${member}`);
    this.node.join(room, { id: member, info: { of: this.id } });
  }

  leaveOne(): void {
    const [first] = this.members;
    if (first === undefined) return;
    this.members.delete(first);
    const [room = "", id = ""] = first.split(" ");
    this.node.leave(room, id);
  }

  flush(): void {
    for (const work of this.#soon.splice(0)) work();
  }

  /** Takes the oldest text of a sender. */
  take(from: string): void {
    const text = this.incoming.get(from)?.shift();
    if (text !== undefined) this.node.receive(text);
  }

  /** Nobody comes twice, and nobody leaves who is not there. */
  #note({ kind, room, member }: PresenceChange): void {
    this.changes++;
    const pair = `${room} ${member.id}`;
    assert.equal(this.told.has(pair), kind === "leave", `${kind} ${pair}`);
    assert.deepEqual(member.info, { of: member.id.split(".")[0] });
    if (kind === "join") this.told.add(pair);
    else this.told.delete(pair);
  }
}

/** Processes on a bus that is slow, and loses what a test says. */
class World {
  readonly processes: Process[] = [];
  isBroken = false;
  now = 0;
  #started = 0;

  start(): void {
    const id = `p${++this.#started}`;
    const process = new Process(id, (text) => this.#publish(id, text));
    this.processes.push(process);
    process.node.start();
  }

  kill(at: number): void {
    if (this.processes.length > 1) this.processes.splice(at % this.processes.length, 1);
  }

  stop(at: number): void {
    if (this.processes.length < 2) return;
    this.processes[at % this.processes.length]?.node.stop();
    this.kill(at);
  }

  at(number: number): Process {
    return this.processes[number % this.processes.length] as Process; // one always lives
  }

  /** Everything arrives, also of those who are dead. */
  deliverAll(): void {
    for (const process of this.processes) process.flush();
    for (let isQuiet = false; !isQuiet;) {
      isQuiet = true;
      for (const process of this.processes)
        for (const from of process.incoming.keys())
          while ((process.incoming.get(from)?.length ?? 0) > 0) {
            process.take(from);
            isQuiet = false;
          }
    }
  }

  tick(ms: number): void {
    this.now += ms;
    for (const { node } of this.processes) node.tick(this.now);
  }

  lose(at: number): void {
    this.at(at).incoming.clear();
  }

  #publish(from: string, text: string): void {
    if (this.isBroken) return;
    for (const process of this.processes) {
      if (process.id === from) continue;
      const texts = process.incoming.get(from) ?? [];
      process.incoming.set(from, [...texts, text]);
    }
  }
}

const who = fc.nat({ max: 5 });
const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant("join" as const), who, room: fc.constantFrom(...ROOMS) }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("leave" as const), who }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("flush" as const), who }) },
    { weight: 8, arbitrary: fc.record({ kind: fc.constant("take" as const), who, from: who }) },
    { weight: 2, arbitrary: fc.constant({ kind: "deliver" } as const) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("tick" as const), ms: fc.nat({ max: 150 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("kill" as const), who }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("stop" as const), who }) },
    { weight: 2, arbitrary: fc.constant({ kind: "start" } as const) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("lose" as const), who }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("break" as const), isBroken: fc.boolean() }) },
  ),
  { maxLength: 100 },
);
type Step = typeof steps extends fc.Arbitrary<(infer T)[]> ? T : never;

function take(world: World, step: Step): void {
  switch (step.kind) {
    case "join":
      return world.at(step.who).join(step.room);
    case "leave":
      return world.at(step.who).leaveOne();
    case "flush":
      return world.at(step.who).flush();
    case "take":
      return world.at(step.who).take(world.at(step.from).id);
    case "deliver":
      return world.deliverAll();
    case "tick":
      return world.tick(step.ms);
    case "break":
      world.isBroken = step.isBroken;
      return;
    case "start":
      if (world.processes.length < 5) world.start();
      return;
    default:
      world[step.kind](step.who);
  }
}

/** Time passes, in which everything arrives. */
function wait(world: World, beats: number): void {
  for (let beat = 0; beat < beats; beat++) {
    world.deliverAll();
    world.tick(LEASE_MS / 3);
  }
  world.deliverAll();
}

/** Every process knows who is there, and was told of it. */
function check({ processes }: World): void {
  const truth = processes.flatMap(({ members }) => [...members]).toSorted();
  for (const { node, told } of processes) {
    const known = ROOMS.flatMap((room) => node.in(room).map(({ id }) => `${room} ${id}`));
    assert.deepEqual(known.toSorted(), truth);
    assert.deepEqual([...told].toSorted(), truth);
  }
}

describe("presence", () => {
  test("is right within a lease of the last fault, whoever came, left, died or was cut off", () => {
    fc.assert(
      fc.property(steps, (all) => {
        const world = new World();
        world.start();
        world.start();
        for (const step of all) take(world, step);
        world.isBroken = false;
        // What a dead process has said before may still arrive in the first lease.
        wait(world, 8);
        const before = world.processes.map(({ changes }) => changes);
        wait(world, 8);
        check(world);
        assert.deepEqual(
          world.processes.map(({ changes }) => changes),
          before,
          "nothing changes where nothing happens",
        );
      }),
      { numRuns: 500 },
    );
  });

  test("goes out in parts where many are there", () => {
    const world = new World();
    world.start();
    for (let count = 0; count < 1_700; count++) world.at(0).join("a");
    world.deliverAll();
    world.start();
    world.deliverAll();
    assert.equal(world.at(1).node.in("a").length, 1_700);
    check(world);
  });

  test("is not lost in a process that was busy for longer than a lease", () => {
    const world = new World();
    world.start();
    world.start();
    world.at(0).join("a");
    world.deliverAll();
    world.tick(0);
    world.deliverAll();
    world.at(1).node.tick(world.now + 10 * LEASE_MS);
    check(world);
  });

  test("is over with a goodbye, whatever the members of the process do behind it", () => {
    const world = new World();
    world.start();
    world.start();
    world.at(0).join("a");
    world.deliverAll();
    world.at(0).node.stop();
    world.at(0).join("b");
    world.at(1).node.start();
    world.deliverAll();
    world.tick(LEASE_MS / 3);
    world.deliverAll();
    assert.deepEqual([...world.at(1).told], []);
  });

  test("is not kept of messages that are none", () => {
    const world = new World();
    world.start();
    const member = { id: "1", info: null };
    const bad = [
      ...[null, {}, { room: "a" }, { room: "a", member: null }, { room: 1, member }].flatMap((one) => [
        { presence: "state", from: "x", version: 1, part: 0, isLast: true, members: [one] },
        { presence: "changes", from: "x", version: 1, changes: [{ join: one }] },
        { presence: "changes", from: "x", version: 1, changes: [{ leave: one }] },
        { presence: "changes", from: "x", version: 1, changes: [one] },
      ]),
      { presence: "state", from: "x", version: 0, part: 0, isLast: true, members: {} },
    ].map((message) => JSON.stringify(message));
    const good = { presence: "state", from: "x", version: 0, part: 0, isLast: true, members: [] };
    world.at(0).node.receive(JSON.stringify(good));
    for (const text of ["", "{", '{"presence":"x","from":"a"}', '{"presence":"beat"}', "null", ...bad])
      world.at(0).node.receive(text);
    check(world);
  });
});
