import { ArmatureError, type Exchange, type HeaderList } from "@armature/http";
import { parseQuery } from "../context/query.ts";

/** How a request says which version of a route it wants. */
export type Versioning =
  /** In the path: version "1" is served under `/v1`. Default prefix "v". */
  | { readonly type: "path"; readonly prefix?: string; readonly default?: string }
  /** In a header field. Default name "x-api-version". */
  | { readonly type: "header"; readonly name?: string; readonly default?: string }
  /** In a query parameter. Default name "version". */
  | { readonly type: "query"; readonly name?: string; readonly default?: string }
  /** In a parameter of a media type of `accept`, e.g. `application/json; v=2`. Default name "v". */
  | { readonly type: "media-type"; readonly name?: string; readonly default?: string };

/** Every way to say a version. */
export const VERSIONING_TYPES: readonly Versioning["type"][] = ["path", "header", "query", "media-type"];

/** When a route answers, beside its method and path. */
export interface RouteConditions {
  /** Host names in lower case, "*.example.com" for all below; `null` for every host. */
  readonly hosts: readonly string[] | null;
  /** Versions; `null` for every version. */
  readonly versions: readonly string[] | null;
}

/** Whether a request fits the conditions of a route. */
export function fitsConditions(
  conditions: RouteConditions,
  host: string,
  version: string | undefined,
): boolean {
  const { hosts, versions } = conditions;
  if (hosts !== null && !hosts.some((pattern) => fitsHost(pattern, host))) return false;
  return versions === null || (version !== undefined && versions.includes(version));
}

/** The host name that a request names, in lower case and without its port. */
export function hostNameOf(host: string): string {
  const name = /^(\[[^\]]*\]|[^:]*)/.exec(host)?.[1] ?? "";
  return name.toLowerCase();
}

function fitsHost(pattern: string, host: string): boolean {
  return pattern.startsWith("*.")
    ? host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1
    : host === pattern;
}

/** Makes the function that reads the version a request asks for; `null` where requests do not say. */
export function versionReader(
  versioning: Versioning | undefined,
): ((exchange: Exchange) => string | undefined) | null {
  if (versioning === undefined || versioning.type === "path") return null;
  const read = readerFor(versioning);
  return (exchange) => read(exchange) ?? versioning.default;
}

/** The request field that says the version, in lower case; `null` where none does. */
export function versionField(versioning: Versioning | undefined): string | null {
  if (versioning?.type === "header") return (versioning.name ?? "x-api-version").toLowerCase();
  return versioning?.type === "media-type" ? "accept" : null;
}

function readerFor(
  versioning: Exclude<Versioning, { type: "path" }>,
): (exchange: Exchange) => string | undefined {
  switch (versioning.type) {
    case "header": {
      const name = versioning.name ?? "x-api-version";
      return (exchange) => exchange.headers.get(name);
    }
    case "query": {
      const name = versioning.name ?? "version";
      return (exchange) => queryParameter(exchange.target, name);
    }
    case "media-type": {
      const pattern = new RegExp(`;\\s*${escapePattern(versioning.name ?? "v")}="?([^";,\\s]+)`, "i");
      return (exchange) => acceptParameter(exchange.headers, pattern);
    }
  }
}

function queryParameter(target: string, name: string): string | undefined {
  const mark = target.indexOf("?");
  if (mark < 0) return undefined;
  const value = parseQuery(target.slice(mark + 1))[name];
  return typeof value === "string" ? value : value?.[0];
}

function acceptParameter(headers: HeaderList, pattern: RegExp): string | undefined {
  return pattern.exec(headers.get("accept") ?? "")?.[1];
}

function escapePattern(text: string): string {
  return text.replace(/[^a-z0-9]/gi, String.raw`\$&`);
}

/** Reads the conditions that a route and its controllers declare; the innermost that says something wins. */
export function readConditions(
  levels: readonly {
    readonly host?: string | readonly string[];
    readonly version?: string | readonly string[];
  }[],
): RouteConditions {
  const host = levels.findLast((level) => level.host !== undefined)?.host;
  const version = levels.findLast((level) => level.version !== undefined)?.version;
  return {
    hosts: toList(host, "E_ROUTE_HOST", "hosts")?.map(assertHost) ?? null,
    versions: toList(version, "E_ROUTE_VERSION", "versions"),
  };
}

function toList(
  value: string | readonly string[] | undefined,
  code: string,
  what: string,
): readonly string[] | null {
  if (value === undefined) return null;
  if (typeof value === "string") return [value];
  if (value.length > 0) return value;
  throw new ArmatureError(code, `A route's list of ${what} names none; name one, or leave the list out.`);
}

/** Without a port: hosts are compared without theirs. */
const HOST = /^(?:(?:\*\.)?[\w-]+(?:\.[\w-]+)*|\[[0-9a-f:.]+\])$/i;

function assertHost(host: string): string {
  if (HOST.test(host)) return host.toLowerCase();
  throw new ArmatureError(
    "E_ROUTE_HOST",
    `A route's host must be a name without a port, like "api.example.com" or "*.example.com" (got ${JSON.stringify(host)}).`,
  );
}
