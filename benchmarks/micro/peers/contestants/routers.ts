import findMyWay from "find-my-way";
import { RegExpRouter } from "hono/router/reg-exp-router";
import { SmartRouter } from "hono/router/smart-router";
import { TrieRouter } from "hono/router/trie-router";
import { addRoute, createRouter, findRoute } from "rou3";
import { readRouting } from "../../benchmarks.ts";
import { type Operation, plain } from "../../operation.ts";
import { lookedUp, routeTable, type TableRoute } from "../../route-table.ts";

export function operationOf(benchmark: string, contestant: string): Operation {
  const { kind, count, isDistinct } = readRouting(benchmark);
  const routes = routeTable(count, isDistinct);
  const target = lookedUp(kind, count, isDistinct);
  if (contestant === "find-my-way") return onFindMyWay(routes, target);
  return contestant === "rou3" ? onRou3(routes, target) : onHono(routes, target);
}

const valueOf = ({ method, path }: TableRoute): string => `${method} ${path}`;

/** The table has only methods of HTTP, which have a type of their own there. */
function asMethod(method: string): "GET" {
  return method as "GET"; // any of them will do
}

function onFindMyWay(routes: readonly TableRoute[], { method, target }: TableRoute): Operation {
  const router = findMyWay();
  for (const route of routes) router.on(asMethod(route.method), route.path, () => {}, valueOf(route));
  return plain(() => router.find(asMethod(method), target)?.store ?? "none");
}

function onRou3(routes: readonly TableRoute[], { method, target }: TableRoute): Operation {
  const router = createRouter<string>();
  for (const route of routes) addRoute(router, route.method, route.path, valueOf(route));
  return plain(() => findRoute(router, method, target)?.data ?? "none");
}

/** Hono makes the parameters later, when they are asked for. */
function onHono(routes: readonly TableRoute[], { method, target }: TableRoute): Operation {
  const router = new SmartRouter<string>({ routers: [new RegExpRouter(), new TrieRouter()] });
  for (const route of routes) router.add(route.method, route.path, valueOf(route));
  return plain(() => router.match(method, target)[0][0]?.[0] ?? "none");
}
