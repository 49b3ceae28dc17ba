/** Installs the programs that Armature is compared with, in their own folders: `node benchmarks/install.ts`. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { INSTALL } from "./http/contestants.ts";

const MORE = ["micro/peers", "size/peers", "techempower/peers", "websocket/peers"].map(
  (folder) => ["npm", ["--prefix", join(import.meta.dirname, folder), "ci", "--ignore-scripts"]] as const,
);

const failed = [...INSTALL, ...MORE].filter(([command, args]) => {
  process.stdout.write(`${command} ${args.join(" ")}\n`);
  return spawnSync(command, args, { stdio: "inherit" }).status !== 0;
});
for (const [command, args] of failed)
  process.stderr.write(`Failed: ${command} ${args.join(" ")}; its peers will be left out of tables.\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
