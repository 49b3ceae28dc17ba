import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { eventually } from "../serve.ts";
import { ClusterProcess } from "./cluster-process.ts";
import { underLoad } from "./stubborn-client.ts";

describe(
  "a cluster under load",
  { skip: process.platform === "win32" ? "Windows has no signals" : false },
  () => {
    test("loses no request when its workers are replaced one after the other", async () => {
      await using cluster = await ClusterProcess.start();
      const { pids: before = [] } = await cluster.said("ready");
      const seen = await underLoad(cluster.port, async ({ pids }) => {
        await eventually(() => before.every((pid) => pids.has(pid)));
        cluster.signal("SIGHUP");
        const { pids: after = [] } = await cluster.said("restarted");
        assert.equal(after.length, 2);
        assert.deepEqual(
          after.filter((pid) => before.includes(pid)),
          [],
        );
        await eventually(() => after.every((pid) => pids.has(pid)));
      });
      assert.deepEqual(seen.lost, []);
      assert.ok(seen.answers > 0);
    });

    test("goes on when a worker is killed, and starts another one", async () => {
      await using cluster = await ClusterProcess.start();
      const { pids: [victim = 0, other = 0] = [] } = await cluster.said("ready");
      const seen = await underLoad(cluster.port, async ({ pids, lost }) => {
        await eventually(() => pids.has(victim) && pids.has(other));
        process.kill(victim, "SIGKILL");
        await cluster.said("a worker ended by itself");
        const { pid = 0 } = await cluster.said("worker listens", 3);
        await eventually(() => pids.has(pid));
        const lostByThen = lost.length;
        pids.clear();
        await eventually(() => pids.has(pid) && pids.has(other));
        assert.equal(lost.length, lostByThen, "only what the killed one had is lost");
        assert.equal(pids.has(victim), false);
      });
      // Each client has one request in work at most.
      assert.ok(seen.lost.length <= 12, seen.lost.join("\n"));
    });

    test("stops with its workers, and loses nothing that it accepted", async () => {
      await using cluster = await ClusterProcess.start();
      const { pids = [] } = await cluster.said("ready");
      cluster.signal("SIGTERM");
      assert.equal(await cluster.end(), 0);
      for (const pid of pids) assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
    });
  },
);
