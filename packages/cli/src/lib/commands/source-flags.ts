import type { Inspection } from "@armature/core";
import { inspectSource, type SourcePlace } from "../inspect/load-source.ts";
import { TEXT, textOf, wordOf, type CommandCall } from "./command.ts";

/** The flags of every command that looks at an application. */
export const SOURCE_FLAGS: Readonly<Record<"export", typeof TEXT>> = { export: TEXT };

/** The application that the first word names. */
export async function inspectCalled(call: CommandCall): Promise<Inspection> {
  return await inspectSource(placeOf(call, wordOf(call, 0)));
}

/** Where an application stands that a call names. */
export function placeOf(call: CommandCall, file: string): SourcePlace {
  return { folder: call.io.folder, file, exportName: textOf(call, "export") };
}

/** The same for commands that can do nothing with an application that has mistakes: they are told, and `null` comes. */
export async function inspectSound(
  call: CommandCall,
  file: string = wordOf(call, 0),
): Promise<Inspection | null> {
  const inspection = await inspectSource(placeOf(call, file));
  const { faults } = inspection;
  if (faults.length === 0) return inspection;
  call.io.err(`The application has ${faults.length} mistake(s); armature check ${file} lists them.\n`);
  return null;
}
