import { placeOf, type RouteInfo } from "@armature/core";
import { isStandardSchema } from "@armature/schema";
import { createFinder, findRoutes } from "../inspect/route-finder.ts";
import { wordOf, type Command, type CommandCall } from "./command.ts";
import { inspectSound, SOURCE_FLAGS } from "./source-flags.ts";
import { toTable } from "./table.ts";

/** `armature explain FILE GET /users/1`: what a request meets on its way. */
export const explain: Command = {
  usage: "FILE METHOD TARGET [--export NAME]",
  summary: "prints the route of a request and everything that runs for it, in order",
  flags: SOURCE_FLAGS,
  words: 3,
  async run(call) {
    const inspection = await inspectSound(call);
    if (inspection === null) return 1;
    const method = wordOf(call, 1).toUpperCase();
    const target = wordOf(call, 2);
    const match = findRoutes(createFinder(inspection.registry), method, target);
    switch (match.kind) {
      case "found":
        for (const route of match.value) call.io.out(explained(route, match.params(target)));
        return 0;
      case "method-not-allowed":
        return refused(call, `405: ${target} has ${match.allow.join(", ")}, and not ${method}.`);
      case "bad-target":
        return refused(call, `400: ${match.reason}`);
      default:
        return refused(call, `404: no route has the path ${target}.`);
    }
  },
};

function refused(call: CommandCall, why: string): number {
  call.io.err(`${why}\n`);
  return 1;
}

function explained(route: RouteInfo, params: Readonly<Record<string, unknown>>): string {
  const filters = rowsOf(route, "filter");
  return [
    `${placeOf(route)} of ${route.module}\n`,
    ...conditionLines(route),
    ...Object.entries(params).map(([name, value]) => `  ${name} = ${JSON.stringify(value)}\n`),
    "runs\n",
    indented([
      ...rowsOf(route, "middleware"),
      ...rowsOf(route, "guard"),
      ...checkRow(route),
      ...rowsOf(route, "interceptor"),
      ["handler", route.name, route.controller ?? route.module],
      ["answer", answerOf(route), ""],
    ]),
    ...(filters.length === 0 ? [] : ["errors go to\n", indented(filters)]),
    ...constantLines(route),
  ].join("");
}

function conditionLines({ hosts, versions }: RouteInfo): string[] {
  return [
    ...(hosts === null ? [] : [`  only for the hosts ${hosts.join(", ")}\n`]),
    ...(versions === null ? [] : [`  only for the versions ${versions.join(", ")}\n`]),
  ];
}

/** Whether anything of that happens where an engine can answer by itself, and why not. */
function constantLines({ constant }: RouteInfo): string[] {
  if (constant === null) return [];
  const { obstacles } = constant;
  if (obstacles.length === 0) return ["constant: the native engine answers it without any of that\n"];
  return ["constant, but no engine answers it by itself:\n", ...obstacles.map((why) => `  ${why}\n`)];
}

function rowsOf({ stages }: RouteInfo, kind: RouteInfo["stages"][number]["kind"]): string[][] {
  return stages
    .filter((stage) => stage.kind === kind)
    .map(({ name, declaredBy }) => [kind, name, declaredBy]);
}

function checkRow({ schemas }: RouteInfo): string[][] {
  const parts = (["params", "query", "headers", "cookies", "body"] as const).filter(
    (part) => schemas[part] !== undefined,
  );
  return parts.length === 0 ? [] : [["validation", parts.join(", "), "the route"]];
}

function answerOf({ schemas: { response }, constant }: RouteInfo): string {
  if (constant !== null) return "the one that was made at boot";
  if (response === undefined) return "whatever the handler gives: no response schema";
  return isStandardSchema(response)
    ? "200 by its schema"
    : `${Object.keys(response).join(", ")} by their schemas`;
}

function indented(rows: readonly (readonly string[])[]): string {
  return toTable(rows.map(([kind = "", name = "", from = ""], at) => [`  ${at + 1}.`, kind, name, from]));
}
