import type { RouteInfo } from "./route-info.ts";

/** What is known of a route of a test, which says only what matters to it. */
export function testRouteInfo(known: Partial<RouteInfo> = {}): RouteInfo {
  return {
    method: "GET",
    path: "/",
    name: "TestController.test",
    module: "TestModule",
    controller: "TestController",
    schemas: {},
    docs: {},
    meta: {},
    maxBodyBytes: null,
    hosts: null,
    versions: null,
    stages: [],
    errors: [],
    constant: null,
    ...known,
  };
}
