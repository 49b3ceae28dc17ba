import type { ErrorInfo } from "../errors/error-info.ts";
import type { RouteDocs } from "./route-docs.ts";
import type { RouteSchemas } from "./route-schemas.ts";
import type { StageInfo } from "./stage-info.ts";

/** What is known of an answer that is the same for every request. */
export interface ConstantInfo {
  /** Why its requests always go through the application, a reason each; none where engines may answer them. */
  readonly obstacles: readonly string[];
}

/** What is known of a route; every spelling of an application ends as a list of these. */
export interface RouteInfo {
  /** The method, in capitals. */
  readonly method: string;
  /** The whole pattern with every prefix, e.g. "/users/:id". */
  readonly path: string;
  /** Where the handler stands, for messages and logs, e.g. "UserController.find". */
  readonly name: string;
  /** The module that declares it, e.g. "UserModule". */
  readonly module: string;
  /** The class that it is a field or method of; `null` for a route without one. */
  readonly controller: string | null;
  /** The schemas that the route was declared with. */
  readonly schemas: RouteSchemas;
  /** What the route says of itself to people. */
  readonly docs: RouteDocs;
  /** The facts that the route was declared with. */
  readonly meta: Readonly<Record<string, unknown>>;
  /** Bytes that the body may have; `null` leaves it to the application. */
  readonly maxBodyBytes: number | null;
  /** Hosts for which alone it answers; `null` for every host. */
  readonly hosts: readonly string[] | null;
  /** Versions for which alone it answers; `null` for every version. */
  readonly versions: readonly string[] | null;
  /** Everything that runs before and around the handler, in the order in which it is entered; filters last, the first asked first. */
  readonly stages: readonly StageInfo[];
  /** What it is known to answer when something goes wrong, by status and code. */
  readonly errors: readonly ErrorInfo[];
  /** `null` where a handler makes the answer. */
  readonly constant: ConstantInfo | null;
}

/** A route as messages name it, e.g. "GET /users/:id (UserController.find)". */
export function placeOf({ method, path, name }: Pick<RouteInfo, "method" | "path" | "name">): string {
  return name === `${method} ${path}` ? name : `${method} ${path} (${name})`;
}
