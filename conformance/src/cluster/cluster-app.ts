import { setTimeout as delay } from "node:timers/promises";
import { armature, createLogger, silentLogger } from "armature";
import { runCluster } from "armature/cluster";

/** The program of the cluster tests: workers that say who they are, and take a moment for it. */
const workers = await runCluster({
  workers: 2,
  logger: createLogger(),
  start: async () => {
    const app = armature({ logger: silentLogger }).get("/", async () => {
      await delay(2);
      return { pid: process.pid };
    });
    // Longer than any client of the tests takes from one request to the next.
    await app.listen({ port: Number(process.argv[2]), stop: { lingerMs: 5_000 } });
  },
});
if (workers !== null) process.stdout.write(`${JSON.stringify({ msg: "ready", pids: workers.pids })}\n`);
