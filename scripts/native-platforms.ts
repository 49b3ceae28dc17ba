/** A platform for which the module of the native engine is built beforehand. */
export interface NativePlatform {
  /** As in the names of the package and the module. */
  readonly name: string;
  readonly cpu: string;
  readonly libc: "glibc" | "musl";
  /** What cargo-zigbuild builds for: the target of rustc, and the oldest glibc that the module runs with, which is that of Node. */
  readonly target: string;
  /** Flags of the compiler. */
  readonly flags: string;
}

/** A module has the C library of the process that loads it, and none of its own. */
const SHARED_MUSL = "-Ctarget-feature=-crt-static";

/** Where the native engine runs without a compiler. */
export const PLATFORMS: readonly NativePlatform[] = [
  { name: "linux-x64-gnu", cpu: "x64", libc: "glibc", target: "x86_64-unknown-linux-gnu.2.28", flags: "" },
  {
    name: "linux-arm64-gnu",
    cpu: "arm64",
    libc: "glibc",
    target: "aarch64-unknown-linux-gnu.2.28",
    flags: "",
  },
  {
    name: "linux-x64-musl",
    cpu: "x64",
    libc: "musl",
    target: "x86_64-unknown-linux-musl",
    flags: SHARED_MUSL,
  },
  {
    name: "linux-arm64-musl",
    cpu: "arm64",
    libc: "musl",
    target: "aarch64-unknown-linux-musl",
    flags: SHARED_MUSL,
  },
];

/** The file of a platform's module. */
export function moduleOf({ name }: NativePlatform): string {
  return `armature.${name}.node`;
}

/** The platforms that a word of the command line means; `null` where there is none. */
export function platformsNamed(word: string): readonly NativePlatform[] | null {
  const found = word === "all" ? PLATFORMS : PLATFORMS.filter(({ name }) => name === word);
  return found.length === 0 ? null : found;
}
