import type { RouteInfo } from "@armature/core";

/** A name for the operation of a route, made of where its handler stands: "UserController.find" is `userFind`. */
export function operationNameOf(route: RouteInfo): string {
  const [controller, method] = route.name.split(".");
  if (route.controller === null || controller === undefined || method === undefined)
    return operationNameOfPath(route);
  return camelCase([controller.replace(/Controller$/, ""), method]);
}

/** A name for the operation of a route, made of its method and path: GET /users/:id is `getUsersById`. */
export function operationNameOfPath({ method, path }: Pick<RouteInfo, "method" | "path">): string {
  const words = path.split("/").flatMap((segment) => {
    const name = /^[:*]([\w$]+)/.exec(segment)?.[1];
    return name === undefined ? segment.split(/[^A-Za-z0-9]+/) : ["by", name];
  });
  return camelCase([method.toLowerCase(), ...words]);
}

function camelCase(words: readonly string[]): string {
  const [first = "", ...rest] = words.filter((word) => word !== "");
  return lowerFirst(first) + rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}

function lowerFirst(word: string): string {
  return word.charAt(0).toLowerCase() + word.slice(1);
}
