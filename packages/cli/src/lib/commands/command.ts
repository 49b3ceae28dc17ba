import type { ParseArgsOptionsConfig } from "node:util";

/** Where a command reads and writes. */
export interface CliIo {
  /** The folder that paths start from. */
  readonly folder: string;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether `err` is a terminal, on which a line may be written over. Default false. */
  readonly isTerminal?: boolean;
}

/** What a command was called with. */
export interface CommandCall {
  readonly io: CliIo;
  /** What is no flag, in order. */
  readonly words: readonly string[];
  readonly flags: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
}

/** One command of the CLI. */
export interface Command {
  /** What stands behind the name, e.g. "FILE [--strict]". */
  readonly usage: string;
  /** One line for the list of commands. */
  readonly summary: string;
  readonly flags: ParseArgsOptionsConfig;
  /** How many words it takes; "some" is one or more, "any" may be none. */
  readonly words: number | "some" | "any";
  /** @returns the exit code: 0 where all is well, 1 where something was found, 2 where the call makes no sense */
  run(call: CommandCall): Promise<number>;
}

/** A flag that names something. */
export const TEXT = { type: "string" } as const;
/** A flag that names something, and may be there several times. */
export const TEXTS = { type: "string", multiple: true } as const;
/** A flag that is there or not. */
export const SWITCH = { type: "boolean" } as const;

/** The value of a flag that takes one. */
export function textOf({ flags }: CommandCall, name: string): string | undefined {
  const value = flags[name];
  return typeof value === "string" ? value : undefined;
}

/** The values of a flag that may be there several times. */
export function textsOf({ flags }: CommandCall, name: string): readonly string[] {
  const values = flags[name];
  return typeof values === "object" ? values : [];
}

/** A word that the command was called with; run-cli counted them. */
export function wordOf({ words }: CommandCall, position: number): string {
  return words[position] ?? "";
}
