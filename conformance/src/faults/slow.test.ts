import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { ServerProcess } from "./server-process.ts";

const run = promisify(execFile);

const CONNECTIONS = 50;
const SECONDS = 4;

interface Attack {
  readonly args: readonly string[];
  readonly path: string;
  /** What every attacker is told, where they are told something. */
  readonly code?: string;
}

/** How slowhttptest attacks, and where it aims. */
const ATTACKS: Readonly<Record<string, Attack>> = {
  "heads that never end": { args: ["-H", "-i", "1", "-x", "8"], path: "/", code: "E_HEADERS_TIMEOUT" },
  "bodies that never end": {
    args: ["-B", "-i", "1", "-s", "8192", "-x", "4"],
    path: "/",
    code: "E_REQUEST_TIMEOUT",
  },
  "ranges that overlap": { args: ["-R", "-a", "1", "-b", "1000"], path: "/large" },
  "answers that nobody reads": {
    args: ["-X", "-n", "1", "-w", "1", "-y", "64", "-z", "8", "-k", "3"],
    path: "/large",
  },
};

function hasSlowhttptest(): boolean {
  try {
    execFileSync("slowhttptest", ["-h"], { stdio: "ignore" });
    return true;
  } catch (error) {
    return (error as { code?: unknown }).code !== "ENOENT";
  }
}

describe("slow clients, many at a time", { timeout: 120_000 }, () => {
  for (const [what, { args, path, code }] of Object.entries(ATTACKS))
    test(`${what} keep nobody from being served, and leave nothing behind`, async (t) => {
      if (!hasSlowhttptest()) {
        assert.ok(process.env["CI"] !== "true", "slowhttptest is needed here");
        return t.skip("slowhttptest is not installed");
      }
      await using server = await ServerProcess.start({
        limits: { headersTimeoutMs: 1000, requestTimeoutMs: 1500, keepAliveTimeoutMs: 1000 },
      });
      const bounds = ["-c", String(CONNECTIONS), "-r", String(CONNECTIONS), "-l", String(SECONDS), "-p", "3"];
      const attack = run("slowhttptest", [...args, ...bounds, "-u", server.url + path]);
      const served = await serveUntil(attack, server.url);
      const { stats, errors } = await server.counters();
      t.diagnostic(
        `${served} others were served, ${stats.accepted} connections, ${JSON.stringify(stats.refusedBy)}`,
      );
      assert.ok(served > 0);
      assert.ok(stats.accepted >= CONNECTIONS);
      if (code !== undefined) assert.ok((stats.refusedBy[code] ?? 0) >= CONNECTIONS, `not all got ${code}`);
      assert.deepEqual(errors, []);
      await server.untilConnections(0);
    });
});

/** Asks again and again until an attack is over; gives how often. */
async function serveUntil(attack: Promise<unknown>, url: string): Promise<number> {
  const attacking = new AbortController();
  // Its exit code says whether it won, which is judged here.
  attack.then(
    () => attacking.abort(),
    () => attacking.abort(),
  );
  let served = 0;
  for (; !attacking.signal.aborted; served++) {
    const answer = await fetch(url, { headers: { connection: "close" } });
    assert.equal(await answer.text(), "hello");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return served;
}
