import assert from "node:assert/strict";
import { test } from "node:test";
import type { ConnectionPhase, Exchange } from "@armature/http";
import { Bench, get, HEAD, turn } from "./connection-bench.test.kit.ts";
import { Phase, PHASE_NAMES, TRANSITIONS } from "./phase.ts";

const UPGRADE = "connection: upgrade\r\nupgrade: x\r\n";
const SINK = { data: () => {}, drain: () => {}, end: () => {}, shutdown: () => {}, close: () => {} };
const SWITCH = { ...HEAD, status: 101 };

function ask(target: string, fields: string, body = ""): string {
  return `POST ${target} HTTP/1.1\r\nhost: a\r\n${fields}\r\n${body}`;
}

/** What brings a connection that is done with everything into a phase. */
const TEXTS: Readonly<Partial<Record<ConnectionPhase, string>>> = {
  reading: "POST /now HT",
  receiving: ask("/now", "content-length: 5\r\n", "hel"),
  handling: get("/held"),
  writing: get("/now"),
  upgraded: ask("/now", UPGRADE),
  draining: "GET /now HTTP/1.0\r\n\r\n",
};

/** What ends the request that is not complete in a phase. */
const REST: Readonly<Partial<Record<ConnectionPhase, string>>> = {
  reading: "TP/1.1\r\nhost: a\r\n\r\n",
  receiving: "lo",
};

/** Walks from one phase to another. */
class Walk {
  readonly #held: Exchange[] = [];
  readonly #bench = new Bench((exchange) => this.#handle(exchange));

  async go(from: ConnectionPhase, to: ConnectionPhase): Promise<void> {
    this.#enter(from, from === "handling" ? held(to) : (TEXTS[from] ?? ""));
    this.#assertPhase(from);
    if (to === "closed") this.#bench.connection.closed(null);
    else if (from === "handling") await this.#answer(to);
    else if (from === "writing" && to === "idle") this.#drain();
    else this.#enter(to, (REST[from] ?? "") + (to === "writing" && from !== "idle" ? "" : (TEXTS[to] ?? "")));
    this.#assertPhase(to);
    assert.deepEqual(this.#bench.errors, []);
  }

  #assertPhase(name: ConnectionPhase): void {
    assert.equal(PHASE_NAMES[this.#bench.connection.phase], name);
  }

  #enter(phase: ConnectionPhase, text: string): void {
    if (phase === "writing") this.#bench.transport.pending = 500;
    if (text !== "") this.#bench.read(text);
  }

  /** From `handling`: more comes, or the request that was held is answered. */
  async #answer(to: ConnectionPhase): Promise<void> {
    if (to === "reading" || to === "receiving") return this.#enter(to, TEXTS[to] ?? "");
    this.#enter(to, "");
    const [exchange] = this.#held;
    if (to === "upgraded") exchange?.upgrade(SWITCH, SINK);
    else exchange?.respond(HEAD, "");
    await turn();
  }

  #drain(): void {
    this.#bench.transport.pending = 0;
    this.#bench.pass(1_000);
  }

  #handle(exchange: Exchange): void {
    if (exchange.target === "/held") this.#held.push(exchange);
    else if (exchange.headers.has("upgrade")) exchange.upgrade(SWITCH, SINK);
    else exchange.respond(HEAD, "");
  }
}

/** A request that is held, and whose answer leads to a phase. */
function held(to: ConnectionPhase): string {
  if (to === "upgraded") return ask("/held", UPGRADE);
  return to === "draining" ? "GET /held HTTP/1.0\r\n\r\n" : get("/held");
}

for (const from of PHASE_NAMES)
  for (const to of TRANSITIONS[from])
    test(`a connection that is ${from} can be ${to} next`, () => new Walk().go(from, to));

test("a step that the table forbids costs the connection, and is reported", () => {
  const bench = new Bench(() => {});
  bench.connection.phase = Phase.upgraded;
  bench.connection.close();
  assert.deepEqual(
    bench.errors.map((error) => (error as { code: string }).code),
    ["E_CONNECTION_STATE"],
  );
  assert.equal(bench.connection.phase, Phase.upgraded);
  assert.equal(bench.transport.calls[0], "destroy");
  bench.connection.closed(null);
  assert.equal(bench.connection.phase, Phase.closed);
  assert.equal(bench.pool.stats().connections, 0);
});
