import { RouteMatch } from "./match.ts";
import { type BuiltRoute, staticPath } from "./method-routes.ts";
import { ParamsReader } from "./params-reader.ts";
import { readPattern } from "./parse-pattern.ts";
import type { PatternOptions } from "./path-pattern.ts";
import {
  countOptional,
  MAX_OPTIONAL_SEGMENTS,
  type RouteShape,
  type ShapePart,
  toShapes,
} from "./route-shape.ts";
import { type RouteFault, RouterError } from "./router-error.ts";

/** A route as the application gives it. */
export interface RouteEntry<T> {
  /** A token, case-sensitive (RFC 9110, 9.1), e.g. "GET"; any token will do. */
  readonly method: string;
  /** A pattern, see {@link parsePattern}. */
  readonly path: string;
  /** What a match of this route carries. */
  readonly value: T;
}

/** The routes of each method, in the order of the entries. */
export type RoutePlan<T> = ReadonlyMap<string, readonly BuiltRoute<T>[]>;

/**
 * Checks routes and lays them out by method; HEAD has the routes of GET too, save where it has one of its own.
 * @throws RouterError with every fault of every route
 */
export function planRoutes<T>(entries: readonly RouteEntry<T>[], options: PatternOptions): RoutePlan<T> {
  const planner = new RoutePlanner<T>(options);
  for (const entry of entries) planner.add(entry);
  return planner.finish();
}

interface PlannedRoute<T> extends BuiltRoute<T> {
  readonly entry: RouteEntry<T>;
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const USUAL_METHODS = new Set([
  "CONNECT",
  "DELETE",
  "GET",
  "HEAD",
  "OPTIONS",
  "PATCH",
  "POST",
  "PUT",
  "TRACE",
]);

class RoutePlanner<T> {
  readonly #options: PatternOptions;
  readonly #faults: RouteFault[] = [];
  readonly #shapes: Map<string, readonly RouteShape[]> = new Map();
  readonly #methods: Map<string, Map<string, PlannedRoute<T>>> = new Map();

  constructor(options: PatternOptions) {
    this.#options = options;
    for (const name of Object.keys(options.constraints ?? {})) this.#checkConstraintName(name);
  }

  add(entry: RouteEntry<T>): void {
    this.#checkMethod(entry);
    const rivals = new Map<RouteEntry<T>, RouteShape>();
    for (const shape of this.#shapesOf(entry.path)) {
      const route = { entry, shape, match: toMatch(entry, shape) };
      const rival = this.#place(entry.method, route);
      if (rival !== null && !rivals.has(rival)) rivals.set(rival, shape);
      if (entry.method === "GET") this.#place("HEAD", route);
    }
    for (const [rival, shape] of rivals) this.#reportRival(entry, rival, shape);
  }

  finish(): RoutePlan<T> {
    if (this.#faults.length > 0) throw new RouterError(this.#faults);
    return new Map([...this.#methods].map(([method, routes]) => [method, [...routes.values()]]));
  }

  /** Gives back the entry that has the place already. A method's own route goes before a borrowed one. */
  #place(method: string, route: PlannedRoute<T>): RouteEntry<T> | null {
    const routes = this.#methods.get(method) ?? new Map<string, PlannedRoute<T>>();
    this.#methods.set(method, routes);
    const holder = routes.get(route.shape.key)?.entry;
    if (holder?.method === method) return holder;
    if (holder === undefined || route.entry.method === method) routes.set(route.shape.key, route);
    return null;
  }

  /** Parsed once for all methods, so that a mistake is reported once. */
  #shapesOf(path: string): readonly RouteShape[] {
    const known = this.#shapes.get(path);
    if (known !== undefined) return known;
    const shapes = this.#readShapes(path);
    this.#shapes.set(path, shapes);
    return shapes;
  }

  #readShapes(path: string): readonly RouteShape[] {
    const before = this.#faults.length;
    const pattern = readPattern(path, this.#options, this.#faults);
    if (this.#faults.length > before) return [];
    const optional = countOptional(pattern);
    if (optional > MAX_OPTIONAL_SEGMENTS) return this.#reportTooMany(path, optional);
    const shapes = toShapes(pattern);
    const twin = findTwin(shapes);
    return twin === null ? shapes : this.#reportTwin(path, twin);
  }

  #checkMethod({ method, path }: RouteEntry<T>): void {
    const upper = method.toUpperCase();
    if (!TOKEN.test(method))
      this.#report(
        "E_ROUTE_METHOD",
        `The method ${JSON.stringify(method)} of ${JSON.stringify(path)} is no token; write letters, e.g. "GET".`,
        [path],
      );
    else if (method !== upper && USUAL_METHODS.has(upper))
      this.#report(
        "E_ROUTE_METHOD",
        `The method "${method}" of ${JSON.stringify(path)} is no request's method: methods are case-sensitive; write "${upper}".`,
        [path],
      );
  }

  #checkConstraintName(name: string): void {
    if (/^[A-Za-z_$][\w$-]*$/.test(name) && name !== "int" && name !== "uuid") return;
    this.#report(
      "E_ROUTE_CONSTRAINT",
      `The constraint name ${JSON.stringify(name)} cannot be used; write letters, digits, "_", "-" and "$", and neither "int" nor "uuid".`,
      [],
    );
  }

  #reportRival(entry: RouteEntry<T>, rival: RouteEntry<T>, shape: RouteShape): void {
    const [given, first] = [describe(entry), describe(rival)];
    const message =
      entry.path === rival.path
        ? `${given} is given twice; remove one.`
        : `${given} takes the same paths as ${first} (${JSON.stringify(shapeText(shape))}); remove one, or tell them apart by a constraint.`;
    this.#report("E_ROUTE_DUPLICATE", message, [entry.path, rival.path]);
  }

  #reportTwin(path: string, [a, b]: readonly [RouteShape, RouteShape]): [] {
    const texts = [...new Set([shapeText(a), shapeText(b)])].map((text) => JSON.stringify(text)).join(" or ");
    const message = `The optional segments of ${JSON.stringify(path)} can be left out in two ways that take the same paths (${texts}); make one of them required, or tell them apart by a constraint.`;
    return this.#report("E_ROUTE_OPTIONAL", message, [path]);
  }

  #reportTooMany(path: string, count: number): [] {
    const message = `The pattern ${JSON.stringify(path)} has ${count} optional segments; have at most ${MAX_OPTIONAL_SEGMENTS}, or write several routes.`;
    return this.#report("E_ROUTE_OPTIONAL", message, [path]);
  }

  #report(code: string, message: string, patterns: readonly string[]): [] {
    this.#faults.push({ code, message, patterns });
    return [];
  }
}

function toMatch<T>({ method, path, value }: RouteEntry<T>, shape: RouteShape): RouteMatch<T> {
  const fixed = staticPath(shape);
  const reader = fixed === null ? new ParamsReader(shape) : null;
  return RouteMatch.of<T>({ kind: "found", value, pattern: path, method, reader, path: fixed });
}

function findTwin(shapes: readonly RouteShape[]): readonly [RouteShape, RouteShape] | null {
  const seen = new Map<string, RouteShape>();
  for (const shape of shapes) {
    const twin = seen.get(shape.key);
    if (twin !== undefined) return [twin, shape];
    seen.set(shape.key, shape);
  }
  return null;
}

function describe({ method, path }: RouteEntry<unknown>): string {
  return `${method} ${JSON.stringify(path)}`;
}

function shapeText({ parts }: RouteShape): string {
  return parts.map(partText).join("");
}

function partText(part: ShapePart): string {
  if (typeof part === "string") return part;
  if (part.kind === "empty") return "";
  return part.kind === "wildcard" ? `*${part.name}` : `:${part.name}`;
}
