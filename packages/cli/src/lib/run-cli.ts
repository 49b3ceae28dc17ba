import { parseArgs } from "node:util";
import { ArmatureError } from "@armature/http";
import { CliError } from "./cli-error.ts";
import { bench } from "./commands/bench.ts";
import { check } from "./commands/check.ts";
import { client } from "./commands/client.ts";
import type { CliIo, Command, CommandCall } from "./commands/command.ts";
import { diff } from "./commands/diff.ts";
import { explain } from "./commands/explain.ts";
import { openapi } from "./commands/openapi.ts";
import { profile } from "./commands/profile.ts";
import { routes } from "./commands/routes.ts";
import { toTable } from "./commands/table.ts";

const COMMANDS: Readonly<Record<string, Command>> = {
  check,
  explain,
  routes,
  openapi,
  diff,
  client,
  profile,
  bench,
};

/**
 * Runs one command of the CLI.
 *
 * @returns the exit code: 0 where all is well, 1 where something was found, 2 where the call makes no sense
 * @example
 * const code = await runCli(["check", "dist/app.module.js"], { folder: ".", out: print, err: print });
 */
export async function runCli(args: readonly string[], io: CliIo): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "help" || name === "--help") {
    io.out(help());
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    io.err(`There is no command "${name}".\n\n${help()}`);
    return 2;
  }
  return await runCommand(name, command, { args: rest, io });
}

async function runCommand(
  name: string,
  command: Command,
  { args, io }: { readonly args: readonly string[]; readonly io: CliIo },
): Promise<number> {
  try {
    return await command.run(parseCall(command, args, io));
  } catch (error) {
    if (!(error instanceof ArmatureError)) throw error;
    io.err(`${error.message}\n`);
    if (error.code === "E_CLI_USAGE") io.err(`usage: armature ${name} ${command.usage}\n`);
    return error instanceof CliError ? 2 : 1;
  }
}

function parseCall({ flags, words }: Command, args: readonly string[], io: CliIo): CommandCall {
  const { values, positionals } = parse(flags, args);
  if (!takes(words, positionals.length))
    throw new CliError("E_CLI_USAGE", `The command takes ${words} word(s) (got ${positionals.length}).`);
  return { io, words: positionals, flags: values };
}

function takes(words: Command["words"], count: number): boolean {
  if (words === "any") return true;
  return words === "some" ? count > 0 : count === words;
}

interface Parsed {
  readonly values: CommandCall["flags"];
  readonly positionals: readonly string[];
}

function parse(options: Command["flags"], args: readonly string[]): Parsed {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { values: values as CommandCall["flags"], positionals }; // flags are texts, lists of them, or switches
  } catch (error) {
    throw new CliError("E_CLI_USAGE", error instanceof Error ? error.message : String(error), {
      cause: error,
    });
  }
}

function help(): string {
  const rows = Object.entries(COMMANDS).map(([name, { summary }]) => [`  ${name}`, summary]);
  const usages = Object.entries(COMMANDS).map(([name, { usage }]) => `  armature ${name} ${usage}\n`);
  return `Looks at an application without starting it, or at how it runs.\n\n${toTable(rows)}\n${usages.join("")}`;
}
