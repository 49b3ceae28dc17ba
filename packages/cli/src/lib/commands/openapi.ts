import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { buildDocument, toJson, toYaml, type DocumentOptions } from "@armature/openapi";
import type { Inspection } from "@armature/core";
import { CliError } from "../cli-error.ts";
import { documentsOf } from "../inspect/document-faults.ts";
import { SWITCH, TEXT, textOf, type Command, type CommandCall } from "./command.ts";
import { inspectSound, SOURCE_FLAGS } from "./source-flags.ts";

/** `armature openapi FILE`: the OpenAPI document of an application. */
export const openapi: Command = {
  usage: "FILE [--export NAME] [--out FILE] [--yaml] [--title TEXT] [--api-version TEXT]",
  summary: "writes the OpenAPI 3.1 document of an application",
  flags: { ...SOURCE_FLAGS, out: TEXT, yaml: SWITCH, title: TEXT, "api-version": TEXT },
  words: 1,
  async run(call) {
    const inspection = await inspectSound(call);
    if (inspection === null) return 1;
    const document = buildDocument(inspection.registry, optionsFor(call, inspection));
    const text = isYaml(call) ? toYaml(document) : toJson(document);
    const out = textOf(call, "out");
    if (out === undefined) call.io.out(text);
    else await writeFile(resolve(call.io.folder, out), text);
    return 0;
  },
};

function isYaml(call: CommandCall): boolean {
  return call.flags["yaml"] === true || /\.ya?ml$/.test(textOf(call, "out") ?? "");
}

/** What the application's own openApi(...) says, unless the call says a title. */
function optionsFor(call: CommandCall, inspection: Inspection): DocumentOptions {
  const title = textOf(call, "title");
  const version = textOf(call, "api-version");
  const own = documentsOf(inspection);
  const chosen = title === undefined ? own : own.filter(({ info }) => info.title === title);
  const [first] = chosen;
  if (chosen.length > 1)
    throw new CliError(
      "E_CLI_DOCUMENT",
      `The application has ${chosen.length} documents (${chosen.map(({ info }) => info.title).join(", ")}); choose one with --title.`,
    );
  if (first !== undefined)
    return version === undefined ? first : { ...first, info: { ...first.info, version } };
  if (title !== undefined) return { info: { title, version: version ?? "0.0.0" } };
  throw new CliError(
    "E_CLI_DOCUMENT",
    "The application imports no openApi(...); say the title of its document with --title TEXT.",
  );
}
