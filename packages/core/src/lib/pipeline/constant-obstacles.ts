import type { RequestPart } from "./request-parts.ts";
import type { CompiledRoute } from "./compiled-route.ts";

/** What is looked at of a route. */
type Looked = Pick<CompiledRoute, "info" | "checks" | "runtime">;

/** Whether nothing that is declared around a handler sees its requests: no stage and no schema. */
export function isBare({ info, checks }: Looked): boolean {
  return info.stages.length === 0 && checkedOf(checks).length === 0;
}

/** Why an engine may not answer the requests of a constant route by itself, a reason each. */
export function obstaclesOf(route: Looked): string[] {
  const { info, checks, runtime } = route;
  const checked = checkedOf(checks);
  return [
    ...(info.method === "GET" || info.method === "HEAD" ? [] : [`its method is ${info.method}`]),
    ...(PLAIN_PATH.test(info.path) ? [] : ["its path is a pattern, or has to be decoded"]),
    ...info.stages.map(({ kind, name }) => `the ${kind} ${name} sees its requests`),
    ...(checked.length === 0 ? [] : [`schemas check ${checked.join(", ")}`]),
    ...(info.hosts === null ? [] : ["it is served for some hosts alone"]),
    ...(info.versions === null ? [] : ["it is served for some versions alone"]),
    ...(runtime.onAnswer === null ? [] : ["the request log tells of every request"]),
  ];
}

/** A path that is a target as it stands. */
const PLAIN_PATH = /^\/[\w.~/-]*$/;

function checkedOf(checks: Looked["checks"]): RequestPart[] {
  // The object has just these keys.
  return (Object.keys(checks) as RequestPart[]).filter((part) => checks[part]);
}
