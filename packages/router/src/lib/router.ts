import { PathFault } from "./canonical-path.ts";
import { type Match, RouteMatch } from "./match.ts";
import { MethodRoutes } from "./method-routes.ts";
import { unescapeSigns } from "./parse-pattern.ts";
import { QUESTION, SLASH, toLatin1 } from "./path-bytes.ts";
import type { PatternOptions } from "./path-pattern.ts";
import { planRoutes, type RouteEntry, type RoutePlan } from "./route-plan.ts";
import { toTargetPath } from "./request-target.ts";
import { isCanonicalRest } from "./segment-scan.ts";

/** How a router is built. */
export type RouterOptions = PatternOptions;

/** Finds the route of a request; built once, never changed. */
export interface Router<T> {
  /**
   * Finds the route of a target that stands in `bytes` from `start` to `end`.
   *
   * The match keeps nothing of the buffer. What a custom constraint throws comes through.
   */
  matchBytes(method: string, bytes: Uint8Array, start: number, end: number): Match<T>;
  /** The same for a target that is a string, one character per byte; characters above U+00FF make it a bad target. */
  matchString(method: string, target: string): Match<T>;
  /** Every method of every route, sorted, with HEAD where there is GET, and with OPTIONS: what `OPTIONS *` answers. */
  allowed(): readonly string[];
}

/**
 * Builds a router. All mistakes of all routes are found before it throws.
 *
 * At each segment static text goes before constrained parameters, those before plain ones, and wildcards come last; among
 * constraints the order is enum, range, int, uuid, regex, custom, length; of two of one kind the narrower one, then the one whose
 * route was given first. A route that fails further on gives way to the next, so that a path is missed only if no route takes it.
 * @throws RouterError with `E_ROUTE_DUPLICATE`, `E_ROUTE_OPTIONAL`, `E_ROUTE_METHOD` and the codes of {@link parsePattern}
 * @example
 * const router = createRouter([{ method: "GET", path: "/users/:id(int)", value: showUser }]);
 * const match = router.matchString("GET", "/users/7?full");
 * if (match.kind === "found") match.params("/users/7?full"); // { id: 7 }
 */
export function createRouter<T>(entries: readonly RouteEntry<T>[], options: RouterOptions = {}): Router<T> {
  return new RadixRouter<T>(planRoutes(entries, options));
}

const INITIAL_SCRATCH_BYTES = 1024;

class RadixRouter<T> implements Router<T> {
  readonly #methods: readonly string[];
  readonly #routes: readonly MethodRoutes<T>[];
  readonly #allowed: readonly string[];
  readonly #miss: RouteMatch<T> = RouteMatch.of<T>({ kind: "not-found" });
  readonly #asterisk: RouteMatch<T> = RouteMatch.of<T>({ kind: "asterisk", path: "*" });
  /** Where strings are laid out as bytes; `null` while it is in use, as a custom constraint may ask the router itself. */
  #scratch: Uint8Array | null = new Uint8Array(INITIAL_SCRATCH_BYTES);

  constructor(plan: RoutePlan<T>) {
    this.#methods = [...plan.keys()];
    this.#routes = [...plan.values()].map((routes) => new MethodRoutes(routes));
    this.#allowed = toAllow(this.#methods);
  }

  allowed(): readonly string[] {
    return this.#allowed;
  }

  matchBytes(method: string, bytes: Uint8Array, start: number, end: number): Match<T> {
    const match =
      this.#matchPlain(method, bytes, start, end) ?? this.#matchCareful(method, toLatin1(bytes, start, end));
    return match as Match<T>; // RouteMatch has the members of every kind
  }

  matchString(method: string, target: string): Match<T> {
    const bytes = this.#takeScratch(target.length);
    const length = copyPath(target, bytes);
    const match = length < 0 ? null : this.#matchPlain(method, bytes, 0, length);
    this.#scratch = bytes;
    return (match ?? this.#matchCareful(method, target)) as Match<T>; // as above
  }

  /** `null` for a target that is no canonical path. */
  #matchPlain(method: string, bytes: Uint8Array, start: number, end: number): RouteMatch<T> | null {
    return this.#routesOf(method)?.find(bytes, start, end) ?? this.#matchOthers(method, bytes, start, end);
  }

  #routesOf(method: string): MethodRoutes<T> | undefined {
    const methods = this.#methods;
    for (let i = 0; i < methods.length; i++) if (methods[i] === method) return this.#routes[i];
    return undefined;
  }

  /** What a path is told that no route of its own method takes; `null` as above. */
  #matchOthers(method: string, bytes: Uint8Array, start: number, end: number): RouteMatch<T> | null {
    if (start >= end || bytes[start] !== SLASH || !isCanonicalRest(bytes, start + 1, end)) return null;
    let methods: string[] | null = null;
    for (let i = 0; i < this.#routes.length; i++) {
      const other = this.#methods[i] as string; // one for each of the routes
      if (other === method || this.#routes[i]?.find(bytes, start, end) === null) continue;
      (methods ??= []).push(other);
    }
    return methods === null
      ? this.#miss
      : RouteMatch.of<T>({ kind: "method-not-allowed", allow: toAllow(methods) });
  }

  /** Finds the path of the target and makes it canonical first. */
  #matchCareful(method: string, target: string): RouteMatch<T> {
    const path = toTargetPath(method, target);
    if (path instanceof PathFault)
      return RouteMatch.of<T>({ kind: "bad-target", reason: `The request target ${path.reason}.`, path: "" });
    if (path === "*") return this.#asterisk;
    const matched = unescapeSigns(path);
    return this.#matchCanonical(method, matched).at(path, matched);
  }

  #matchCanonical(method: string, path: string): RouteMatch<T> {
    const bytes = this.#takeScratch(path.length);
    copyPath(path, bytes);
    const match = this.#matchPlain(method, bytes, 0, path.length) ?? this.#miss; // a canonical path is plain
    this.#scratch = bytes;
    return match;
  }

  #takeScratch(length: number): Uint8Array {
    const scratch = this.#scratch;
    this.#scratch = null;
    return scratch !== null && scratch.length >= length
      ? scratch
      : new Uint8Array(Math.max(length, INITIAL_SCRATCH_BYTES));
  }
}

/** Lays out the path of a target as bytes and gives its length; -1 for a character that is no byte. */
function copyPath(target: string, bytes: Uint8Array): number {
  for (let at = 0; at < target.length; at++) {
    const code = target.charCodeAt(at);
    if (code === QUESTION) return at;
    if (code > 0xff) return -1;
    bytes[at] = code;
  }
  return target.length;
}

/** HEAD has a method's place of its own wherever GET has. */
function toAllow(methods: readonly string[]): readonly string[] {
  return Object.freeze([...new Set([...methods, "OPTIONS"])].toSorted());
}
