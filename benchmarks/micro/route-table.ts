/** The routes of the `routing/*` benchmarks, and the targets that are looked up in them. */

/** A route, and a target that it takes. */
export interface TableRoute {
  readonly method: string;
  readonly path: string;
  readonly target: string;
}

const METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"] as const;
const RESOURCES = [
  "users",
  "posts",
  "comments",
  "articles",
  "products",
  "orders",
  "customers",
  "invoices",
] as const;
const SHAPES: readonly ((resource: string) => string)[] = [
  (resource) => `/api/${resource}`,
  (resource) => `/api/${resource}/:id`,
  (resource) => `/api/v1/${resource}/:id/related`,
  (resource) => `/api/v2/${resource}/nested/:id/deep`,
];

/** Entry `at` of the table. It repeats after 40; a distinct one gives the resource a number then. */
export function routeAt(at: number, isDistinct: boolean): TableRoute {
  const again = Math.floor(at / 40);
  const resource = `${RESOURCES[at % RESOURCES.length] ?? ""}${isDistinct && again > 0 ? again : ""}`;
  const path = SHAPES[at % SHAPES.length]?.(resource) ?? "/";
  return { method: METHODS[at % METHODS.length] ?? "GET", path, target: path.replace(":id", "123") };
}

/** A table with every route once: routers refuse a second one of the same method and path, or never reach it. */
export function routeTable(count: number, isDistinct: boolean): TableRoute[] {
  const routes = Array.from({ length: count }, (_none, at) => routeAt(at, isDistinct));
  return [...new Map(routes.map((route) => [`${route.method} ${route.path}`, route])).values()];
}

/** What `routing/KIND/COUNT` looks up: an entry of the table, or a path that has none. */
export function lookedUp(kind: string, count: number, isDistinct: boolean): TableRoute {
  if (kind === "not_found")
    return { method: "GET", path: "", target: "/api/v3/unknown/resource/that/is/not/there" };
  const at = { match_first: 0, match_middle: count >> 1, match_last: count - 1 }[kind];
  if (at === undefined) throw new Error(`There is no routing benchmark "${kind}".`);
  return routeAt(at, isDistinct);
}
