import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Problem, Rule } from "./workspace.ts";

const COMMANDS = ["npm install && npm start", "npm install && npm test"];
const TEST_COMMAND = "npm install && npm test";

/** The README has two commands, and the second one is what CI runs. */
export const commands: Rule = {
  name: "commands",
  check: ({ root }) => [
    ...COMMANDS.flatMap((command) => checkLine(root, "README.md", command)),
    ...checkLine(root, ".ci/run", TEST_COMMAND),
  ],
};

function checkLine(root: string, file: string, command: string): Problem[] {
  const lines = existsSync(join(root, file)) ? readFileSync(join(root, file), "utf8").split("\n") : [];
  if (lines.some((line) => line.replace(/\s+#.*/, "") === command)) return [];
  return [{ file, message: `No line is "${command}"; README and CI have the same commands.` }];
}
