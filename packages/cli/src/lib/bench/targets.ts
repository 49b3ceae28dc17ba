import type { RouteInfo, RouteRegistry } from "@armature/core";
import { parsePattern } from "@armature/router";
import { CliError } from "../cli-error.ts";
import type { LoadRequest } from "./load.ts";

/** One thing to load: a request, and what tables call it. */
export interface Target extends LoadRequest {
  readonly name: string;
  readonly method: string;
}

/** What all requests of a call have in common. */
export interface RequestShape {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** The paths as targets, each once. */
export function targetsOf(paths: readonly string[], { method, headers, body }: RequestShape): Target[] {
  return [...new Set(paths)].map((path) => ({
    name: `${method} ${path}`,
    method,
    path,
    headers,
    ...(body !== undefined && { body }),
  }));
}

/**
 * The paths of an application that can be loaded as they are: those of GET routes without parameters, for every host and version.
 * @throws CliError `E_CLI_BENCH_ROUTES` where there are none
 */
export function plainPaths(registry: RouteRegistry): string[] {
  const { routes } = registry;
  const paths = routes.filter((route) => isPlain(route, registry)).map(({ path }) => path);
  if (paths.length > 0) return paths;
  throw new CliError(
    "E_CLI_BENCH_ROUTES",
    `None of the ${routes.length} routes is a GET route without parameters; say what to load with --path, e.g. --path=/users/42.`,
  );
}

function isPlain({ method, path, hosts, versions }: RouteInfo, registry: RouteRegistry): boolean {
  return (
    method === "GET" &&
    hosts === null &&
    versions === null &&
    parsePattern(path, registry).segments.every(({ kind }) => kind === "static")
  );
}
