import { parseArgs } from "node:util";
import { buildModule, buildModuleFor, MODULES, say } from "./native-module.ts";
import { PLATFORMS, platformsNamed } from "./native-platforms.ts";

const NAMES = [...PLATFORMS.map(({ name }) => name), "all"].join("|");

const HELP = `npm run build:native [-- --profile=release|release-native|profiling]
npm run build:native -- --target=${NAMES}

Builds the native engine with cargo and puts it where @armature/engine-native looks for it.
  release         for every processor of this kind (default)
  release-native  for the processor of this machine alone
  profiling       as release, with the lines that a profiler shows
With a target it builds for that platform, or for all that have a package, into ${MODULES}; that needs
cargo-zigbuild and ziglang of PyPI, and the target of rustup.
`;

/** The profiles, and the flags that each needs beside what native/Cargo.toml says. */
const PROFILES: ReadonlyMap<string, string> = new Map([
  ["release", ""],
  ["release-native", "-C target-cpu=native"],
  ["profiling", ""],
]);

function main(): number {
  const { values } = parseArgs({
    options: {
      profile: { type: "string", default: "release" },
      target: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  const { profile, target, help } = values;
  if (help) {
    say(HELP);
    return 0;
  }
  return (target === undefined ? buildHere(profile) : buildFor(target)) ? 0 : 1;
}

function buildHere(profile: string): boolean {
  const flags = PROFILES.get(profile);
  if (flags !== undefined) return buildModule({ profile, flags });
  say(`There is no profile "${profile}"; use ${[...PROFILES.keys()].join(", ")}.\n`);
  return false;
}

function buildFor(target: string): boolean {
  const platforms = platformsNamed(target);
  if (platforms !== null) return platforms.map(buildModuleFor).every(Boolean);
  say(`There is no target "${target}"; use ${NAMES}.\n`);
  return false;
}

process.exitCode = main();
