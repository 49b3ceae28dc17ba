import type { BootFault } from "@armature/core";
import type { OpenApiFault } from "@armature/openapi";
import { findDocumentFaults } from "../inspect/document-faults.ts";
import { findWarnings, type CheckWarning } from "../inspect/find-warnings.ts";
import { SWITCH, type Command } from "./command.ts";
import { inspectCalled, SOURCE_FLAGS } from "./source-flags.ts";

/** `armature check FILE`: everything that is wrong, or probably not meant, at once. */
export const check: Command = {
  usage: "FILE [--export NAME] [--strict] [--json]",
  summary: "reports every mistake and warning of an application, without starting it",
  flags: { ...SOURCE_FLAGS, strict: SWITCH, json: SWITCH },
  words: 1,
  async run(call) {
    const inspection = await inspectCalled(call);
    const { registry } = inspection;
    const faults = [...inspection.faults, ...findDocumentFaults(inspection).map(asBootFault)];
    const warnings = findWarnings(inspection);
    const isBad = faults.length > 0 || (call.flags["strict"] === true && warnings.length > 0);
    call.io.out(
      call.flags["json"] === true
        ? `${JSON.stringify({ mistakes: faults, warnings }, null, 2)}\n`
        : report(faults, warnings, registry.routes.length),
    );
    return isBad ? 1 : 0;
  },
};

function asBootFault({ code, message }: OpenApiFault): BootFault {
  return { code, message, path: [] };
}

function report(faults: readonly BootFault[], warnings: readonly CheckWarning[], routes: number): string {
  const lines = [
    ...faults.map(
      ({ code, message, path }) =>
        `mistake  ${code}${path.length === 0 ? "" : `  ${path.join(" > ")}`}\n         ${message}`,
    ),
    ...warnings.map(({ code, message }) => `warning  ${code}\n         ${message}`),
  ];
  const counted = faults.length === 0 ? `${routes} routes, ` : "";
  return [...lines, `${counted}${faults.length} mistakes, ${warnings.length} warnings`]
    .join("\n")
    .concat("\n");
}
