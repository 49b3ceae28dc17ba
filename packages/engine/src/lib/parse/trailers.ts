import { HeaderList, isTrailerName } from "@armature/http";

/** The trailer fields of a body that has none. */
export const NO_TRAILERS: HeaderList = HeaderList.fromPairs([]);

/** Reads trailer fields that were checked, given as lines that LF ends; those that may only come in front of a body are left out. */
export function parseTrailers(lines: string): HeaderList {
  if (lines === "") return NO_TRAILERS;
  const pairs = lines.slice(0, -1).split("\n").map(toPair);
  return HeaderList.fromPairs(pairs.filter(([name]) => isTrailerName(name)));
}

function toPair(line: string): readonly [name: string, value: string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon), line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, "")];
}
