import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { CliError } from "../cli-error.ts";
import { parseResults, type Results } from "./results.ts";

/** Reads a run that another one is held against. @throws CliError `E_CLI_FILE`, `E_CLI_BENCH_BASE` */
export async function readBase(folder: string, file: string, suite: string): Promise<Results> {
  const text = await readFile(resolve(folder, file), "utf8").catch((cause: unknown) => {
    throw new CliError("E_CLI_FILE", `${file} cannot be read.`, { cause });
  });
  const results = parseResults(text);
  if (results === null)
    throw new CliError(
      "E_CLI_BENCH_BASE",
      `${file} is not what armature bench --json writes; write the base anew.`,
    );
  if (results.suite !== suite)
    throw new CliError(
      "E_CLI_BENCH_BASE",
      `${file} is of the suite "${results.suite}", and this run of "${suite}"; compare runs of one suite.`,
    );
  return results;
}
