import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { moduleOf, type NativePlatform } from "./native-platforms.ts";

export const ROOT: string = join(import.meta.dirname, "..");

/** The Cargo workspace. */
export const NATIVE: string = join(ROOT, "native");

/** Where @armature/engine-native looks for the module. */
const INSTALLED = join(ROOT, `packages/engine-native/armature.${process.platform}-${process.arch}.node`);

/** Where the modules of other platforms are put, for their packages. */
export const MODULES: string = join(NATIVE, "target", "modules");

/** How the module of the native engine is compiled. */
export interface ModuleBuild {
  /** A profile of native/Cargo.toml. */
  readonly profile: string;
  /** Flags of the compiler, beside those of the environment. */
  readonly flags?: string;
  /** Where what is built goes. Default: native/target. */
  readonly targetFolder?: string;
  /** The compiler as rustup names it, e.g. "nightly". Default: the one that is in use. */
  readonly toolchain?: string;
  /** The file that the module becomes. Default: where @armature/engine-native looks for it. */
  readonly file?: string;
}

/** Compiles the module, and puts it in its place; `false` where the compiler says why not. */
export function buildModule({
  profile,
  flags = "",
  targetFolder,
  toolchain,
  file = INSTALLED,
}: ModuleBuild): boolean {
  const folder = targetFolder ?? join(NATIVE, "target");
  // With a named target the flags are not those of build scripts too.
  const target = flags === "" ? null : hostTarget();
  const args = ["build", "--package", "armature-binding", "--profile", profile, "--target-dir", folder];
  if (target !== null) args.push("--target", target);
  if (toolchain !== undefined) args.unshift(`+${toolchain}`);
  const env = flags === "" ? process.env : withFlags(flags);
  const { status, error } = spawnSync("cargo", args, { cwd: NATIVE, stdio: "inherit", env });
  if (error !== undefined) say(`cargo could not be started: ${error.message}\n`);
  if (status === 0) install(join(folder, target ?? "", profile, "libarmature_binding.so"), file);
  return status === 0;
}

/** Compiles the module for a platform, with zig as its linker and C compiler, into {@link MODULES}. */
export function buildModuleFor(platform: NativePlatform): boolean {
  const { target, flags } = platform;
  const folder = join(NATIVE, "target", "cross");
  const args = [
    "zigbuild",
    "--package",
    "armature-binding",
    "--release",
    "--target-dir",
    folder,
    "--target",
    target,
  ];
  const { status } = spawnSync("cargo", args, { cwd: NATIVE, stdio: "inherit", env: withFlags(flags) });
  if (status !== 0) {
    say(
      `${platform.name} needs "rustup target add ${tripleOf(target)}" and "pip install cargo-zigbuild ziglang".\n`,
    );
    return false;
  }
  const built = join(folder, tripleOf(target), "release", "libarmature_binding.so");
  mkdirSync(MODULES, { recursive: true });
  copyFileSync(built, join(MODULES, moduleOf(platform)));
  say(`built ${join(MODULES, moduleOf(platform))}\n`);
  return true;
}

/** What rustc calls a target, without a version of glibc. */
function tripleOf(target: string): string {
  return target.split(".", 1)[0] ?? target;
}

/** The environment with flags of the compiler beside those that it has. */
export function withFlags(flags: string): NodeJS.ProcessEnv {
  return { ...process.env, RUSTFLAGS: `${process.env["RUSTFLAGS"] ?? ""} ${flags}`.trim() };
}

/** What the compiler calls machines of this kind. */
export function hostTarget(): string {
  const host = /^host: (.*)$/m.exec(spawnSync("rustc", ["-vV"], { encoding: "utf8" }).stdout ?? "")?.[1];
  if (host === undefined) throw new Error("There is no rustc; install it with rustup.");
  return host;
}

/** A process that runs has the old file mapped, which must not change under it. */
function install(built: string, target: string): void {
  copyFileSync(built, `${target}.new`);
  renameSync(`${target}.new`, target);
  say(`built ${target}\n`);
}

export function say(text: string): void {
  process.stdout.write(text);
}
