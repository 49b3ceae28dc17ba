import type { RouteSchemas } from "./route-schemas.ts";

/** What is known of a route; every spelling of an application ends as a list of these. */
export interface RouteInfo {
  /** The method, in capitals. */
  readonly method: string;
  /** The whole pattern with every prefix, e.g. "/users/:id". */
  readonly path: string;
  /** Where the handler stands, for messages and logs, e.g. "UserController.find". */
  readonly name: string;
  /** The schemas that the route was declared with. */
  readonly schemas: RouteSchemas;
  /** The facts that the route was declared with. */
  readonly meta: Readonly<Record<string, unknown>>;
}

/** A route as messages name it, e.g. "GET /users/:id (UserController.find)". */
export function placeOf({ method, path, name }: RouteInfo): string {
  return name === `${method} ${path}` ? name : `${method} ${path} (${name})`;
}
