export type { CliIo } from "./lib/commands/command.ts";
export { findWarnings, type CheckWarning } from "./lib/inspect/find-warnings.ts";
export { runCli } from "./lib/run-cli.ts";
