import { execFileSync } from "node:child_process";

/** How many descriptors this process and its children may open; a guess that is safe where the system does not say. */
export function descriptorLimit(): number {
  if (process.platform === "win32") return 2000;
  const text = execFileSync("sh", ["-c", "ulimit -n"], { encoding: "utf8" }).trim();
  return text === "unlimited" ? Number.MAX_SAFE_INTEGER : Number(text);
}
