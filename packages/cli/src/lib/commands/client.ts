import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { generateApi } from "@armature/client/generate";
import { SWITCH, TEXT, textOf, type Command, type CommandCall } from "./command.ts";
import { inspectSound, SOURCE_FLAGS } from "./source-flags.ts";

/** `armature client FILE`: the types of an application's routes, for `createClient`. */
export const client: Command = {
  usage: "FILE [--export NAME] [--out FILE [--check]] [--name NAME]",
  summary: "writes the types of an application's routes for the client",
  flags: { ...SOURCE_FLAGS, out: TEXT, check: SWITCH, name: TEXT },
  words: 1,
  async run(call) {
    const inspection = await inspectSound(call);
    if (inspection === null) return 1;
    const { text, gaps } = generateApi(inspection.registry.routes, { name: textOf(call, "name") ?? "Api" });
    for (const { message } of gaps) call.io.err(`${message}\n`);
    return await deliver(call, text);
  },
};

/** Prints the text, writes it, or holds it against what was written. */
async function deliver(call: CommandCall, text: string): Promise<number> {
  const out = textOf(call, "out");
  if (out === undefined) {
    call.io.out(text);
    return 0;
  }
  const path = resolve(call.io.folder, out);
  if (call.flags["check"] !== true) {
    await writeFile(path, text);
    return 0;
  }
  if ((await readFile(path, "utf8").catch(() => null)) === text) return 0;
  call.io.err(`${out} is not what the application has; run the command without --check.\n`);
  return 1;
}
