import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { diffDocuments, fromText, type ApiChange, type OpenApiDocument } from "@armature/openapi";
import { CliError } from "../cli-error.ts";
import { SWITCH, wordOf, type Command, type CommandCall } from "./command.ts";

/** `armature diff OLD NEW`: what changed between two documents; exit code 1 where something breaks. */
export const diff: Command = {
  usage: "OLD NEW [--json]",
  summary: "lists what changed between two OpenAPI documents; exits with 1 where clients break",
  flags: { json: SWITCH },
  words: 2,
  async run(call) {
    const before = await readDocument(call, wordOf(call, 0));
    const after = await readDocument(call, wordOf(call, 1));
    const changes = diffDocuments(before, after);
    call.io.out(call.flags["json"] === true ? `${JSON.stringify(changes, null, 2)}\n` : report(changes));
    return changes.some(({ kind }) => kind === "breaking") ? 1 : 0;
  },
};

async function readDocument({ io }: CommandCall, file: string): Promise<OpenApiDocument> {
  const text = await readFile(resolve(io.folder, file), "utf8").catch((error: unknown) => {
    throw new CliError("E_CLI_FILE", `${file} cannot be read.`, { cause: error });
  });
  try {
    return fromText(text);
  } catch (error) {
    throw new CliError("E_CLI_FILE", `${file} is no OpenAPI 3.1 document in JSON or YAML.`, { cause: error });
  }
}

function report(changes: readonly ApiChange[]): string {
  if (changes.length === 0) return "nothing changed\n";
  const order = ["breaking", "changed", "added"] as const;
  return order
    .flatMap((kind) => changes.filter((change) => change.kind === kind))
    .map(
      ({ kind, operation, place, reason }) =>
        `${kind.padEnd(8)}  ${operation}${place === "" ? "" : `  ${place}`}\n          ${reason}\n`,
    )
    .join("");
}
