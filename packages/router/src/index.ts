export { joinPaths, type JoinPaths } from "./lib/join-paths.ts";
export type {
  AsteriskMatch,
  BadTargetMatch,
  FoundMatch,
  Match,
  MethodMatch,
  MissMatch,
  TargetParts,
} from "./lib/match.ts";
export { parsePattern } from "./lib/parse-pattern.ts";
export type { PathParams, PathValues } from "./lib/path-params.ts";
export type {
  Constraint,
  ParamSegment,
  PathPattern,
  PatternOptions,
  PatternSegment,
  SegmentTest,
  StaticSegment,
  WildcardSegment,
} from "./lib/path-pattern.ts";
export type { RouteEntry } from "./lib/route-plan.ts";
export { createRouter, type Router, type RouterOptions } from "./lib/router.ts";
export { type RouteFault, RouterError } from "./lib/router-error.ts";
