import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { test, type TestOptions } from "node:test";
import { ENGINE_NAMES, type EngineName, skippedOn } from "../engine-by-name.ts";
import { eventually } from "../serve.ts";
import { WireClient } from "../wire-client.ts";

const CLIENTS = 12;

/** Requests that each client gets answered on either side of the kill. */
const ROUNDS = 20;

function optionsFor(engine: EngineName): TestOptions {
  const skip = process.platform === "linux" ? skippedOn(engine) : "processes share a port on Linux alone";
  return { timeout: 60_000, skip };
}

const GET = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";

/** What the supervisor tells when a worker listens. */
interface Ready {
  readonly port: number;
  readonly pid: number;
}

/** A client that asks on and on, and connects again where its connection breaks. */
class Asker {
  readonly pids: number[] = [];
  broken = 0;
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  /** Asks until it has so many answers in all. */
  async ask(total: number): Promise<void> {
    while (this.pids.length < total) await this.#connection(total);
  }

  async #connection(total: number): Promise<void> {
    using client = new WireClient(connect({ port: this.#port, host: "127.0.0.1" }));
    for (let asked = 1; this.pids.length < total; asked++) {
      await client.send(GET);
      const answer = (await client.answers(asked))[asked - 1];
      if (answer === undefined) return void this.broken++;
      assert.equal(answer.status, 200);
      this.pids.push(Number(answer.body));
    }
  }
}

for (const engine of ENGINE_NAMES)
  test(
    `a worker (${engine}) that is killed under load takes its connections along, and nothing else`,
    optionsFor(engine),
    async () => {
      const supervisor = fork(join(import.meta.dirname, "workers.js"), {
        env: { ...process.env, ENGINE: engine },
      });
      try {
        const ready: Ready[] = [];
        supervisor.on("message", (message) => ready.push(message as Ready)); // it sends nothing else
        await eventually(() => ready.length === 2);
        const [victim, other] = ready as [Ready, Ready]; // the line above
        assert.equal(victim.port, other.port);
        const askers = Array.from({ length: CLIENTS }, () => new Asker(victim.port));
        const all = (total: number): Promise<unknown> => Promise.all(askers.map((asker) => asker.ask(total)));
        await all(ROUNDS);

        const going = all(3 * ROUNDS);
        process.kill(victim.pid, "SIGKILL");
        await going;
        await eventually(() => ready.length === 3);
        await all(4 * ROUNDS);

        const broken = askers.reduce((sum, asker) => sum + asker.broken, 0);
        assert.ok(broken <= CLIENTS, `${broken} connections broke for one worker`);
        const pids = new Set(askers.flatMap((asker) => asker.pids));
        const known = new Set(ready.map(({ pid }) => pid));
        assert.ok(pids.has(other.pid));
        assert.deepEqual(
          [...pids].filter((pid) => !known.has(pid)),
          [],
        );
      } finally {
        await stop(supervisor);
      }
    },
  );

async function stop(supervisor: ChildProcess): Promise<void> {
  const exited = once(supervisor, "exit");
  supervisor.disconnect();
  await exited;
}
