import type { RouteMatch } from "./match.ts";
import type { RadixNode } from "./radix-node.ts";
import { walk } from "./radix-node.ts";
import { buildTree } from "./radix-tree.ts";
import type { RouteShape } from "./route-shape.ts";
import { StaticTable } from "./static-table.ts";

/** One way through the router: a shape and the match that all its requests share. */
export interface BuiltRoute<T> {
  readonly shape: RouteShape;
  readonly match: RouteMatch<T>;
}

/** The routes of one method. */
export class MethodRoutes<T> {
  readonly #table: StaticTable<RouteMatch<T>>;
  readonly #tree: RadixNode<RouteMatch<T>>;

  /** @param routes with shapes that are all different */
  constructor(routes: readonly BuiltRoute<T>[]) {
    this.#table = new StaticTable(new Map(routes.flatMap(toStaticEntry)));
    this.#tree = buildTree(routes.map(({ shape, match }) => [shape, match] as const));
  }

  /**
   * Finds the route of the canonical path that stands in `bytes` from `start` to the query or `end`; `null` may mean that it is
   * not canonical. The table is a short way to what the tree would find, for targets without a query.
   */
  find(bytes: Uint8Array, start: number, end: number): RouteMatch<T> | null {
    return this.#table.find(bytes, start, end) ?? walk(this.#tree, bytes, start, end);
  }
}

/** The path of a shape without parameters. */
export function staticPath({ parts }: RouteShape): string | null {
  const [first] = parts;
  return parts.length === 1 && typeof first === "string" ? first : null;
}

function toStaticEntry<T>({ shape, match }: BuiltRoute<T>): (readonly [string, RouteMatch<T>])[] {
  const path = staticPath(shape);
  return path === null ? [] : [[path, match]];
}
