import { spawnSync } from "node:child_process";
import { copyFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

const HELP = `npm run build:native [-- --profile=release|release-native|profiling]

Builds the native engine with cargo and puts it where @armature/engine-native looks for it.
  release         for every processor of this kind (default)
  release-native  for the processor of this machine alone
  profiling       as release, with the lines that a profiler shows
`;

const PROFILES: readonly string[] = ["release", "release-native", "profiling"];

const ROOT = join(import.meta.dirname, "..");
const NATIVE = join(ROOT, "native");

function main(): number {
  const { values } = parseArgs({
    options: { profile: { type: "string", default: "release" }, help: { type: "boolean", default: false } },
  });
  const { profile, help } = values;
  if (help) return say(HELP, 0);
  if (!PROFILES.includes(profile))
    return say(`There is no profile "${profile}"; use ${PROFILES.join(", ")}.\n`, 1);
  if (!build(profile)) return 1;
  install(join(NATIVE, "target", profile, "libarmature_binding.so"));
  return 0;
}

function build(profile: string): boolean {
  const env = { ...process.env };
  if (profile === "release-native")
    env["RUSTFLAGS"] = `${env["RUSTFLAGS"] ?? ""} -C target-cpu=native`.trim();
  const args = ["build", "--package", "armature-binding", "--profile", profile];
  const { status, error } = spawnSync("cargo", args, { cwd: NATIVE, stdio: "inherit", env });
  if (error !== undefined) say(`cargo could not be started: ${error.message}\n`, 1);
  return status === 0;
}

/** A process that runs has the old file mapped, which must not change under it. */
function install(built: string): void {
  const target = join(ROOT, `packages/engine-native/armature.${process.platform}-${process.arch}.node`);
  copyFileSync(built, `${target}.new`);
  renameSync(`${target}.new`, target);
  say(`built ${target}\n`, 0);
}

function say(text: string, code: number): number {
  process.stdout.write(text);
  return code;
}

process.exitCode = main();
