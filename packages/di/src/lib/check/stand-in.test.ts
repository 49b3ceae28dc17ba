import assert from "node:assert/strict";
import { test } from "node:test";
import { token } from "../declare/token.ts";
import { MAX_TOUCHES, StandIns } from "./stand-in.ts";

/** What constructors do to values of any type. */
type Anything = {
  [key: string]: Anything;
} & ((...args: readonly unknown[]) => Anything) &
  (new (...args: readonly unknown[]) => Anything);

function createStandIn(): Anything {
  return new StandIns().for(token("ANY")) as Anything;
}

test("a stand-in can be read, called, constructed, written and deleted from", () => {
  const config = createStandIn();
  config["a"] = config["b"]?.["c"]?.("d") as Anything;
  Object.defineProperty(config, "e", { value: 1, configurable: true });
  delete config["a"];
  assert.equal(typeof new config(), "function");
  assert.ok("whatever" in config);
});

test("loops over a stand-in end, and so does await", async () => {
  const config = createStandIn();
  let rounds = 0;
  for (const _ of config as unknown as Iterable<unknown>) rounds++;
  for await (const _ of config as unknown as AsyncIterable<unknown>) rounds++;
  for (let at = 0; at < config["length"]; at++) rounds++;
  assert.equal(rounds, 0);
  assert.equal(await (config as unknown as Promise<unknown>), config);
});

test("a stand-in is zero as a number and empty as text", () => {
  const config = createStandIn();
  assert.equal(Number(config), 0);
  assert.equal(String(config as unknown), "");
  assert.equal(JSON.stringify({ config }), "{}");
});

test("a stand-in for a class is an instance of it", () => {
  class Base {
    readonly name = "base";
  }
  class Derived extends Base {}
  const standIn = new StandIns().for(Derived);
  assert.ok(standIn instanceof Derived && standIn instanceof Base);
  assert.ok(!(standIn instanceof Map));
});

test("a stand-in can be extended, but not frozen", () => {
  const config = createStandIn();
  const Base = config as unknown as new () => object;
  class Extending extends Base {}
  assert.ok(new Extending());
  assert.throws(() => Object.freeze(config), TypeError);
});

test("nobody disposes a stand-in", () => {
  const config = createStandIn() as unknown as Partial<Disposable & AsyncDisposable>;
  assert.equal(config[Symbol.dispose], undefined);
  assert.equal(config[Symbol.asyncDispose], undefined);
});

test("a constructor that loops on what a stand-in answers is stopped", () => {
  const reader = createStandIn();
  let rounds = 0;
  assert.throws(() => {
    while (reader["hasMore"]?.()) rounds++;
  }, /does not come to an end/);
  assert.ok(rounds > 0 && rounds <= MAX_TOUCHES);
});
