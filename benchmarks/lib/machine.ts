import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";

/** Whether server and load generator have a core each. */
export const PINNED: boolean =
  availableParallelism() >= 2 && spawnSync("taskset", ["-c", "0,1", "true"]).status === 0;

/** What a command is started with so that the server has one core and the load generator another. */
export function pinTo(role: "server" | "load"): readonly string[] {
  return PINNED ? ["taskset", "-c", role === "server" ? "0" : "1"] : [];
}
