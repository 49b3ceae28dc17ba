import { spawnSync } from "node:child_process";
import { copyFileSync } from "node:fs";
import { join } from "node:path";

const NATIVE = join(import.meta.dirname, "../../../native");
const FOLDER = join(NATIVE, "target", "faults");

/** Plans whose faults nobody outside may notice: less at a time, and calls that have to be made again. */
export const HARMLESS_PLANS: readonly string[] = [
  "receive:short=3/1",
  "receive:EAGAIN/2 ready:EINTR/3",
  "receive:EINTR/3 receive:short=700/2 receive:ENOBUFS/5",
  "send:short=11/2 send:EAGAIN/3",
  "send:ENOBUFS/2 send:short=5000/1",
  "send:EINTR/2 receive:EAGAIN/3",
  "accept:ECONNABORTED/2 accept:EINTR/3 accept:ENOBUFS/5",
];

/** Plans that break connections, and nothing else. */
export const BREAKING_PLANS: readonly string[] = [
  "send:EPIPE/7",
  "send:ECONNRESET/5 send:short=20000/2",
  "receive:ECONNRESET/6",
  "add:ENOMEM/5",
  "change:ENOMEM/2 send:short=20000/2",
  "remove:ENOENT/5",
  "accept:EMFILE/3",
  "accept:ENFILE/3 receive:short=400/2",
];

/**
 * Builds the native engine as one whose system calls fail as ARMATURE_NATIVE_FAULTS says, and that has little room in the memory that it shares.
 * @returns its file, for ARMATURE_NATIVE_MODULE
 */
export function buildFaultsModule(): string {
  const args = [
    "build",
    "--quiet",
    "--package=armature-binding",
    "--features=faults",
    `--target-dir=${FOLDER}`,
  ];
  const { status } = spawnSync("cargo", args, { cwd: NATIVE, stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) throw new Error(`cargo ${args.join(" ")} ended with ${status}.`);
  const path = join(FOLDER, "armature.node");
  copyFileSync(join(FOLDER, "debug", "libarmature_binding.so"), path);
  return path;
}
