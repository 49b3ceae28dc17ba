import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DEFAULT_LIMITS, type Exchange, type Limits, type RequestPriority } from "@armature/http";
import * as fc from "fast-check";
import { Gate, isWaiting, type Entrant, type Pass, TICK_MS } from "./gate.ts";

type Outcome = "waiting" | "called" | "shed" | "done" | "left";

/** A request whose handler takes some time of the bench's clock, and answers at once or when it is told to. */
class Request implements Entrant {
  pass: Pass | null = null;
  outcome: Outcome = "waiting";
  readonly priority: RequestPriority;
  readonly #bench: Bench;

  constructor(bench: Bench, priority: RequestPriority) {
    this.#bench = bench;
    this.priority = priority;
  }

  get exchange(): Exchange {
    return this as unknown as Exchange; // the gate hands it to the bench's own priorityOf, and reads nothing of it
  }

  run(): void {
    assert.equal(this.outcome, "waiting");
    this.outcome = "called";
    this.#bench.calls.push(this);
    this.#bench.nowMs += this.#bench.workMs;
    if (this.#bench.isSync) this.finish();
  }

  finish(): void {
    assert.equal(this.outcome, "called");
    this.outcome = "done";
    this.#bench.gate.left(this);
  }

  leave(): void {
    if (this.outcome !== "called" && this.outcome !== "waiting") return;
    this.outcome = "left";
    this.#bench.gate.left(this);
  }

  respond(): void {
    assert.equal(this.outcome, "waiting");
    this.outcome = "shed";
  }
}

/** A gate with a clock that only tests move. */
class Bench {
  readonly gate: Gate;
  readonly calls: Request[] = [];
  nowMs = 1000;
  workMs = 0;
  isSync = true;
  turnEnds = 0;

  constructor(limits: Partial<Limits> = {}) {
    this.gate = new Gate(
      {
        limits: { ...DEFAULT_LIMITS, ...limits },
        priorityOf: (exchange) => (exchange as unknown as Request).priority, // see there
        onError: (error) => assert.fail(error as Error),
        onShed: () => null,
      },
      { now: () => this.nowMs, atTurnEnd: () => void this.turnEnds++ },
    );
  }

  /** A read that has one request. */
  send(priority: RequestPriority = "normal"): Request {
    this.gate.read(this.nowMs);
    const request = new Request(this, priority);
    this.gate.enter(request);
    return request;
  }

  /** The end of a turn, if the gate asked for it; at most one is asked for at a time. */
  endTurn(): boolean {
    assert.ok(this.turnEnds <= 1);
    if (this.turnEnds === 0) return false;
    this.turnEnds = 0;
    this.gate.endTurn();
    return true;
  }

  /** Turns and ticks until nobody waits. */
  drain(): void {
    for (let turn = 0; this.gate.queued > 0; turn++) {
      assert.ok(turn < 10_000, "the line never ends");
      const hasEnded = this.endTurn();
      if (!hasEnded) this.nowMs += TICK_MS;
      this.gate.tick(this.nowMs);
    }
  }
}

function outcomes(requests: readonly Request[], outcome: Outcome): number {
  return requests.filter((request) => request.outcome === outcome).length;
}

describe("a gate", () => {
  test("lets requests in where they are read, while all is well", () => {
    const bench = new Bench();
    const requests = Array.from({ length: 100 }, () => bench.send());
    assert.equal(outcomes(requests, "done"), 100);
    assert.equal(bench.turnEnds, 0, "and asks for nothing");
    assert.equal(bench.gate.load, 0);
  });

  test("calls no more handlers in a turn that is late, and goes on in the next", () => {
    const bench = new Bench();
    bench.workMs = 1;
    const requests = Array.from({ length: 100 }, () => bench.send());
    const inFirst = outcomes(requests, "done");
    assert.ok(inFirst > 40 && inFirst < 60, `${inFirst} ms of work in a turn`);
    assert.ok(bench.endTurn());
    assert.equal(outcomes(requests, "done"), inFirst + 10, "a slice");
    bench.drain();
    assert.equal(outcomes(requests, "done"), 100);
    assert.deepEqual(bench.calls, requests, "in order");
    assert.equal(bench.send().outcome, "done");
    assert.equal(bench.turnEnds, 0, "all is well again");
  });

  test("sheds who waited too long behind a pile, low first and high never", () => {
    const bench = new Bench({ maxQueueAgeMs: 100 });
    bench.workMs = 1;
    const high = Array.from({ length: 50 }, () => bench.send("high"));
    const normal = Array.from({ length: 500 }, () => bench.send("normal"));
    const low = Array.from({ length: 500 }, () => bench.send("low"));
    bench.drain();
    assert.equal(outcomes(high, "done"), 50);
    assert.equal(outcomes(low, "shed"), 500);
    const done = outcomes(normal, "done");
    assert.ok(done > 50 && done < 110, `${done} were served within 100 ms`);
    assert.equal(bench.gate.shed.age, 1000 - done);
  });

  test("serves those that waited through a pause, however long", () => {
    const bench = new Bench({ maxQueueAgeMs: 100 });
    bench.workMs = 60_000;
    const requests = Array.from({ length: 8 }, () => bench.send());
    bench.drain();
    assert.equal(outcomes(requests, "done"), 8);
  });

  test("tells at once those who would wait for too long, as soon as it knows how long that is", () => {
    const bench = new Bench({ maxQueueAgeMs: 100 });
    bench.workMs = 1;
    for (let sent = 0; sent < 200; sent++) bench.send();
    bench.endTurn();
    const [normal, low, high] = [bench.send("normal"), bench.send("low"), bench.send("high")];
    assert.deepEqual([normal.outcome, low.outcome, high.outcome], ["shed", "shed", "waiting"]);
    while (bench.gate.queued > 80) bench.endTurn();
    const [inTime, tooLow] = [bench.send("normal"), bench.send("low")];
    assert.deepEqual([inTime.outcome, tooLow.outcome], ["waiting", "shed"]);
    bench.drain();
    assert.equal(inTime.outcome, "done");
  });

  test("serves those that waited while something else kept the process busy", () => {
    const bench = new Bench({ maxQueueAgeMs: 150 });
    bench.workMs = 1;
    const requests = Array.from({ length: 100 }, () => bench.send());
    bench.nowMs += 60_000;
    bench.drain();
    assert.equal(outcomes(requests, "done"), 100);
  });

  test("works through the connections that wait to be accepted a fifth of its time", () => {
    const bench = new Bench();
    bench.workMs = 1;
    const requests: Request[] = [];
    let turns = 0;
    // Each turn accepts one connection, which brings one request, and takes 0.02 ms for that.
    for (; requests.length < 400; turns++) {
      bench.gate.accepted();
      bench.nowMs += 0.02;
      requests.push(bench.send());
      assert.ok(bench.endTurn());
    }
    assert.equal(turns, 400);
    const done = outcomes(requests, "done");
    assert.ok(done < 250, `${done} of 400: it accepts faster than it serves`);
    assert.ok(bench.gate.queued > 100);
    bench.drain();
    assert.equal(bench.endTurn(), false);
  });

  test("sheds a share of what comes while the loop is late", () => {
    const bench = new Bench({ maxQueueAgeMs: 0, maxLoopDelayMs: 100 });
    bench.send();
    for (let tick = 0; tick < 100; tick++) {
      bench.nowMs += TICK_MS + 150;
      bench.gate.tick(bench.nowMs);
      bench.send("high");
      bench.send("high");
    }
    assert.ok(Math.abs(bench.gate.loopDelayMs - 150) < 1);
    assert.equal(bench.gate.load, 1);
    const normal = Array.from({ length: 100 }, () => bench.send("normal"));
    assert.ok(Math.abs(outcomes(normal, "shed") - 50) <= 2);
    const low = Array.from({ length: 100 }, () => bench.send("low"));
    assert.ok(outcomes(low, "shed") >= 94);
    assert.equal(bench.send("high").outcome, "done");
  });

  test("does not take one long request at a time for a queue", () => {
    const bench = new Bench({ maxLoopDelayMs: 100 });
    for (let tick = 0; tick < 100; tick++) {
      bench.send();
      bench.nowMs += TICK_MS + 1000;
      bench.gate.tick(bench.nowMs);
    }
    assert.equal(bench.gate.loopDelayMs, 0);
  });

  test("sleeps when nothing comes, and wakes with the first read", () => {
    const bench = new Bench();
    assert.equal(bench.gate.read(bench.nowMs), true);
    let ticks = 1;
    while (bench.gate.tick((bench.nowMs += TICK_MS))) ticks++;
    assert.ok(ticks < 100);
    bench.nowMs += 3_600_000;
    assert.equal(bench.gate.read(bench.nowMs), true, "an hour without a tick is no late turn");
    assert.equal(bench.send().outcome, "done");
  });

  test("takes a request whose priority cannot be told for a normal one", () => {
    const errors: unknown[] = [];
    const thrown = new Error("no route");
    const gate = new Gate(
      {
        limits: { ...DEFAULT_LIMITS, maxConcurrentRequests: 1 },
        priorityOf: () => {
          throw thrown;
        },
        onError: (error) => errors.push(error),
        onShed: () => null,
      },
      { now: () => 0, atTurnEnd: () => {} },
    );
    const bench = new Bench();
    bench.isSync = false;
    const [first, second] = [new Request(bench, "normal"), new Request(bench, "normal")];
    gate.enter(first);
    gate.enter(second);
    assert.equal(isWaiting(second), true);
    assert.deepEqual(errors, [thrown]);
  });

  const priority = fc.constantFrom<RequestPriority>("high", "normal", "low");
  const step = fc.oneof(
    fc.record({ do: fc.constant("send" as const), priority }),
    fc.record({ do: fc.constantFrom("finish" as const, "leave" as const), at: fc.nat() }),
    fc.record({ do: fc.constantFrom("turn" as const, "tick" as const, "accept" as const), ms: fc.nat(200) }),
  );
  test("loses nobody, calls nobody twice, and keeps its limits, whatever happens", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.boolean(), (steps, isSync) => {
        const bench = new Bench({ maxConcurrentRequests: 3, maxQueuedRequests: 5, maxQueueAgeMs: 100 });
        bench.isSync = isSync;
        bench.workMs = 7;
        const all: Request[] = [];
        const open = (): number => outcomes(all, "called");
        for (const action of steps) {
          if (action.do === "send") all.push(bench.send(action.priority));
          else if ("ms" in action) bench.nowMs += action.ms;
          else if (action.do === "leave") all[action.at % Math.max(1, all.length)]?.leave();
          else all.find(({ outcome }) => outcome === "called")?.finish();
          if (action.do === "accept") bench.gate.accepted();
          if (action.do === "turn") bench.endTurn();
          if (action.do === "tick") bench.gate.tick(bench.nowMs);
          assert.ok(open() <= 3);
          assert.ok(bench.gate.queued <= 5);
          assert.equal(outcomes(all, "waiting"), bench.gate.queued);
        }
        while (bench.gate.queued > 0) {
          for (const request of all) if (request.outcome === "called") request.finish();
          if (!bench.endTurn()) bench.gate.tick((bench.nowMs += TICK_MS));
        }
        assert.equal(new Set(bench.calls).size, bench.calls.length);
        assert.equal(outcomes(all, "waiting"), 0);
      }),
      { numRuns: 500 },
    );
  });
});
