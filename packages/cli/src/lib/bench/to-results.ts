import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Measured } from "./bench-job.ts";
import { describeMachine, type Machine } from "./machine.ts";
import type { Results } from "./results.ts";

const ONE_ROUND = "There was one round, so that nobody knows how far rounds lie apart.";

/** What a run is told apart by. */
export interface RunFacts {
  readonly suite: string;
  readonly options: Results["options"];
  readonly machine: Machine;
  /** The folder of the application, whose package has a version. */
  readonly folder: string;
}

/** The figures of a run with all that is to be known of them. */
export function toResults({ suite, options, machine, folder }: RunFacts, measured: Measured): Results {
  const date = new Date().toISOString();
  const versions = { ...versionIn(join(import.meta.dirname, "../../..")), ...versionIn(folder) };
  const noise = [...measured.noise, ...(options["rounds"] === 1 ? [ONE_ROUND] : [])];
  return { suite, date, machine, options, versions, parts: { [suite]: { date, ...measured, noise } } };
}

/** This machine as it is before a run; nothing is given a core of its own. */
export function machineNow(): Machine {
  return describeMachine({ pinned: false });
}

/** The name and version of the package in a folder, where there is one. */
function versionIn(folder: string): Record<string, string> {
  try {
    const { name, version }: { name?: unknown; version?: unknown } = JSON.parse(
      readFileSync(join(folder, "package.json"), "utf8"),
    ) as object;
    return typeof name === "string" && typeof version === "string" ? { [name]: version } : {};
  } catch {
    return {};
  }
}
