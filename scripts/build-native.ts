import { parseArgs } from "node:util";
import { buildModule, say } from "./native-module.ts";

const HELP = `npm run build:native [-- --profile=release|release-native|profiling]

Builds the native engine with cargo and puts it where @armature/engine-native looks for it.
  release         for every processor of this kind (default)
  release-native  for the processor of this machine alone
  profiling       as release, with the lines that a profiler shows
`;

/** The profiles, and the flags that each needs beside what native/Cargo.toml says. */
const PROFILES: ReadonlyMap<string, string> = new Map([
  ["release", ""],
  ["release-native", "-C target-cpu=native"],
  ["profiling", ""],
]);

function main(): number {
  const { values } = parseArgs({
    options: { profile: { type: "string", default: "release" }, help: { type: "boolean", default: false } },
  });
  const { profile, help } = values;
  const flags = PROFILES.get(profile);
  if (help) say(HELP);
  else if (flags === undefined)
    say(`There is no profile "${profile}"; use ${[...PROFILES.keys()].join(", ")}.\n`);
  return help || (flags !== undefined && buildModule({ profile, flags })) ? 0 : 1;
}

process.exitCode = main();
