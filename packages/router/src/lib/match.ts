import type { ParamsReader } from "./params-reader.ts";
import type { PathValues } from "./path-params.ts";

/** What a router says about a request; `kind` tells the outcomes apart. */
export type Match<T> = FoundMatch<T> | MissMatch | MethodMatch | BadTargetMatch | AsteriskMatch;

/**
 * The parts of a request target. A match keeps no bytes, and most matches are shared by all requests of a route, so each
 * method is handed the target again: as received, one character per byte.
 */
export interface TargetParts {
  /** The canonical path, without the query; "" for a bad target, "*" for the asterisk. */
  path(target: string): string;
  /** The query as received, without its "?"; "" where there is none. */
  search(target: string): string;
}

/** A route matches. */
export interface FoundMatch<T> extends TargetParts {
  readonly kind: "found";
  readonly value: T;
  /** The route's pattern as it was given. */
  readonly pattern: string;
  /** The route's method: "GET" where a HEAD request fell back to it. */
  readonly method: string;
  /** The parameters, decoded once for each call. The object has no prototype members; what was left out has no key. */
  params(target: string): PathValues;
  /**
   * The same for the bytes that were matched, where that is the shorter way: `null` where the path is not canonical there, or has
   * parameters that are escaped or long.
   */
  paramsIn(bytes: Uint8Array, start: number, end: number): PathValues | null;
}

/** No route has this path: 404. */
export interface MissMatch extends TargetParts {
  readonly kind: "not-found";
}

/** There are routes with this path, but not for this method: 405, or the answer to OPTIONS. */
export interface MethodMatch extends TargetParts {
  readonly kind: "method-not-allowed";
  /** The methods of the path, sorted, with HEAD where there is GET, and with OPTIONS. */
  readonly allow: readonly string[];
}

/** The target is no path that any route could have: 400. */
export interface BadTargetMatch extends TargetParts {
  readonly kind: "bad-target";
  /** One sentence for people, without any part of the target. */
  readonly reason: string;
}

/** The request is OPTIONS for the server as a whole (RFC 9110, 9.3.7). */
export interface AsteriskMatch extends TargetParts {
  readonly kind: "asterisk";
}

/** What a match says beside its kind; the same for every request of a route. */
export interface Outcome<T> {
  readonly kind: Match<T>["kind"];
  readonly value: T | undefined;
  readonly pattern: string;
  readonly method: string;
  readonly allow: readonly string[];
  readonly reason: string;
  readonly reader: ParamsReader | null;
  /** The canonical path where it is the same for every target. */
  readonly path: string | null;
}

const NOTHING: Outcome<never> = {
  kind: "not-found",
  value: undefined,
  pattern: "",
  method: "",
  allow: [],
  reason: "",
  reader: null,
  path: null,
};

/** One class for all outcomes, so that whoever reads a match sees one hidden class. */
export class RouteMatch<T> implements TargetParts {
  readonly kind: Match<T>["kind"];
  readonly value: T | undefined;
  readonly pattern: string;
  readonly method: string;
  readonly allow: readonly string[];
  readonly reason: string;
  readonly #outcome: Outcome<T>;
  /** The canonical path where the target does not begin with it. */
  readonly #path: string | null;
  /** The same with ":" and "*" raw, in which the parameters were found. */
  readonly #matched: string | null;

  constructor(outcome: Outcome<T>, path: string | null, matched: string | null) {
    this.kind = outcome.kind;
    this.value = outcome.value;
    this.pattern = outcome.pattern;
    this.method = outcome.method;
    this.allow = outcome.allow;
    this.reason = outcome.reason;
    this.#outcome = outcome;
    this.#path = path;
    this.#matched = matched;
  }

  static of<T>(outcome: Partial<Outcome<T>>): RouteMatch<T> {
    const whole: Outcome<T> = { ...NOTHING, ...outcome };
    return new RouteMatch(whole, whole.path, whole.path);
  }

  /** The same outcome for a target whose path had to be found or made canonical first. */
  at(path: string, matched: string): RouteMatch<T> {
    return path === this.#path ? this : new RouteMatch(this.#outcome, path, matched);
  }

  params(target: string): PathValues {
    const reader = this.#outcome.reader;
    if (reader === null) return NO_PARAMS;
    const path = this.#matched ?? target;
    return reader.read(path, endOfPath(path));
  }

  paramsIn(bytes: Uint8Array, start: number, end: number): PathValues | null {
    const reader = this.#outcome.reader;
    return reader === null || this.#matched !== null ? null : reader.readBytes(bytes, start, end);
  }

  path(target: string): string {
    return this.#path ?? target.slice(0, endOfPath(target));
  }

  search(target: string): string {
    const mark = target.indexOf("?");
    return mark < 0 || this.kind === "bad-target" ? "" : target.slice(mark + 1);
  }
}

const NO_PARAMS: PathValues = Object.freeze(Object.create(null) as PathValues);

function endOfPath(target: string): number {
  const mark = target.indexOf("?");
  return mark < 0 ? target.length : mark;
}
