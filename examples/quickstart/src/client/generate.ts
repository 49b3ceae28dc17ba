import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateApi } from "@armature/client/generate";
import { inspectApp } from "armature";
import { appModule } from "../app.module.ts";
import { readConfig } from "../config.ts";

/** Where the types of the API stand for everyone who calls it. */
export const API_FILE = join(import.meta.dirname, "../../src/client/api.generated.ts");

/** Writes the types of every route as text; the application is looked at, and not started. */
export function generate() {
  return generateApi(inspectApp(appModule(readConfig({}))).registry.routes);
}

if (import.meta.main) {
  const { text, gaps } = generate();
  writeFileSync(API_FILE, text);
  for (const { message } of gaps) process.stderr.write(`${message}\n`);
}
