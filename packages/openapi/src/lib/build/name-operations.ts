import { placeOf, type RouteInfo } from "@armature/core";
import type { OpenApiFault } from "./open-api-error.ts";
import { operationNameOf, operationNameOfPath } from "./operation-id.ts";

/** An operation that wants a name. */
export interface UnnamedOperation {
  readonly route: RouteInfo;
  /** The template, e.g. "/users/{id}"; a route with optional segments has several. */
  readonly path: string;
}

/** The names of operations, in their order. */
export interface OperationNames {
  readonly names: readonly string[];
  readonly faults: readonly OpenApiFault[];
}

/**
 * Names operations, each differently. Names that are given stay, and two of the same are a fault; those that are made of the
 * handler give way to ones made of the path, and those to numbers.
 */
export function nameOperations(operations: readonly UnnamedOperation[]): OperationNames {
  const given = Map.groupBy(operations, ({ route }) => route.docs.operationId);
  const faults = [...given].flatMap(([name, same]) => (name === undefined ? [] : duplicates(name, same)));
  const taken = new Set([...given.keys()].filter((name) => name !== undefined));
  const wanted = Map.groupBy(operations, ({ route }) => operationNameOf(route));
  const firstOf = new Map<RouteInfo, boolean>();
  const names = operations.map(({ route, path }) => {
    const isFirst = !firstOf.has(route);
    firstOf.set(route, true);
    const own = route.docs.operationId;
    if (own !== undefined && isFirst) return own;
    const name = operationNameOf(route);
    const isAlone = new Set(wanted.get(name)?.map((operation) => operation.route)).size === 1;
    return take(isAlone && isFirst && own === undefined ? name : fromTemplate(route, path), taken);
  });
  return { names, faults };
}

function fromTemplate({ method }: RouteInfo, template: string): string {
  return operationNameOfPath({ method, path: template.replace(/\{([^}]*)\}/g, ":$1") });
}

function take(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let count = 2; taken.has(name); count++) name = `${wanted}${count}`;
  taken.add(name);
  return name;
}

function duplicates(name: string, operations: readonly UnnamedOperation[]): OpenApiFault[] {
  const routes = [...new Set(operations.map(({ route }) => route))];
  if (routes.length < 2) return [];
  const places = routes.map(placeOf).join(" and ");
  return [
    {
      code: "E_OPENAPI_OPERATION_ID",
      message: `${places} have the operationId "${name}"; each operation needs one of its own.`,
    },
  ];
}
