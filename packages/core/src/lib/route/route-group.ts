import type { ControllerOptions } from "./controller-metadata.ts";
import type { RouteField } from "./route-field.ts";

/** Routes under a common prefix, with common stages and conditions. */
export class RouteGroup {
  readonly prefix: string;
  readonly options: ControllerOptions;
  readonly routes: readonly RouteEntry[];

  constructor(prefix: string, options: ControllerOptions, routes: readonly RouteEntry[]) {
    this.prefix = prefix;
    this.options = options;
    this.routes = routes;
  }
}

/** A route or a group of them. */
export type RouteEntry = RouteField | RouteGroup;
