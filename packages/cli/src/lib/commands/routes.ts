import type { RouteInfo } from "@armature/core";
import { SWITCH, type Command } from "./command.ts";
import { inspectSound, SOURCE_FLAGS } from "./source-flags.ts";
import { toTable } from "./table.ts";

/** `armature routes FILE`: every route of an application. */
export const routes: Command = {
  usage: "FILE [--export NAME] [--json]",
  summary: "lists every route, with its handler, module and guards",
  flags: { ...SOURCE_FLAGS, json: SWITCH },
  words: 1,
  async run(call) {
    const inspection = await inspectSound(call);
    if (inspection === null) return 1;
    const list = inspection.registry.routes;
    call.io.out(
      call.flags["json"] === true ? `${JSON.stringify(list.map(toRecord), null, 2)}\n` : tableOf(list),
    );
    return 0;
  },
};

function tableOf(list: readonly RouteInfo[]): string {
  const rows = list.map((route) => [
    route.method,
    route.path,
    route.name,
    route.module,
    guardsOf(route).join(", ") || "-",
    conditionsOf(route),
  ]);
  return toTable([["METHOD", "PATH", "HANDLER", "MODULE", "GUARDS", "ONLY FOR"], ...rows]);
}

function guardsOf({ stages }: RouteInfo): string[] {
  return stages.filter(({ kind }) => kind === "guard").map(({ name }) => name);
}

function conditionsOf({ hosts, versions }: RouteInfo): string {
  return [...(hosts ?? []), ...(versions ?? []).map((version) => `version ${version}`)].join(", ");
}

function toRecord(route: RouteInfo): object {
  const { method, path, name, module, controller, hosts, versions, docs, constant } = route;
  return { method, path, name, module, controller, hosts, versions, docs, constant, guards: guardsOf(route) };
}
