import { parseArgs } from "node:util";
import { ALL_RULES } from "./rules/all.ts";
import { undocumentedCodes } from "./rules/error-codes.ts";
import { reportSizes } from "./rules/sizes.ts";
import { type Problem, readWorkspace, type Workspace } from "./rules/workspace.ts";

const HELP = `node scripts/rules.ts [--errors] [--sizes] [rule ...]

Holds the repository against its rules: ${ALL_RULES.map(({ name }) => name).join(", ")}.
  --errors  list the error codes that docs/errors.md lacks
  --sizes   list the number and the median length of functions of each package
`;

function main(): number {
  const { values, positionals } = parseArgs({
    options: { errors: { type: "boolean" }, sizes: { type: "boolean" }, help: { type: "boolean" } },
    allowPositionals: true,
  });
  if (values.help === true) return print([HELP]);
  const workspace = readWorkspace(process.cwd());
  if (values.errors === true) return print(undocumentedCodes(workspace).map(toErrorLine));
  if (values.sizes === true) return print(reportSizes(workspace));
  return checkAll(workspace, positionals);
}

function checkAll(workspace: Workspace, only: readonly string[]): number {
  const unknown = only.filter((name) => !ALL_RULES.some((rule) => rule.name === name));
  if (unknown.length > 0) throw new Error(`There is no rule ${unknown.join(", ")}; see --help.`);
  const rules = ALL_RULES.filter(({ name }) => only.length === 0 || only.includes(name));
  let found = 0;
  for (const rule of rules) {
    const problems = rule.check(workspace);
    found += problems.length;
    print(problems.map((problem) => toLine(rule.name, problem)));
  }
  print([`${rules.length} rules, ${found} problems`]);
  return found === 0 ? 0 : 1;
}

function toLine(rule: string, { file, line, message }: Problem): string {
  return `${file}${line === undefined ? "" : `:${line}`} [${rule}] ${message}`;
}

function toErrorLine({ code, file, line }: { code: string; file: string; line: number }): string {
  return `${code}  ${file}:${line}`;
}

function print(lines: readonly string[]): 0 {
  for (const line of lines) process.stdout.write(`${line}\n`);
  return 0;
}

process.exitCode = main();
