import cluster from "node:cluster";
import { armature, silentLogger } from "armature";
import { engineOfEnvironment } from "../engine-by-name.ts";

const WORKERS = 2;

async function serve(): Promise<void> {
  const app = armature({ engine: engineOfEnvironment(), logger: silentLogger }).get("/", async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return String(process.pid);
  });
  const { port } = await app.listen({ port: Number(process.env["PORT"] ?? 0), reusePort: true });
  process.send?.(port);
}

/**
 * Two processes that share a port; one that dies is replaced. Tells its parent the port, and every worker's id.
 *
 * Each binds the port itself. Where the primary hands connections out, it loses those that are on their way to a worker that dies.
 */
function supervise(): void {
  const env: Record<string, string> = {};
  let workers = 0;
  cluster.on("message", (worker, port: number) => {
    env["PORT"] = String(port);
    process.send?.({ port, pid: worker.process.pid });
    if (++workers < WORKERS) cluster.fork(env);
  });
  cluster.on("exit", () => cluster.fork(env));
  cluster.fork();
  process.on("disconnect", () => process.exit());
}

if (cluster.isPrimary) supervise();
else await serve();
