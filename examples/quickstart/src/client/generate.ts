import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateApi } from "@armature/client/generate";
import { createApp, silentLogger } from "armature";
import { appModule } from "../app.module.ts";
import { readConfig } from "../config.ts";

/** Where the types of the API stand for everyone who calls it. */
export const API_FILE = join(import.meta.dirname, "../../src/client/api.generated.ts");

/** Writes the types of every route as text, from the built application; nothing listens. */
export async function generate() {
  const config = readConfig({ UPLOAD_DIR: tmpdir() });
  await using app = await createApp(appModule(config), { logger: silentLogger });
  return generateApi(app.routes);
}

if (import.meta.main) {
  const { text, gaps } = await generate();
  writeFileSync(API_FILE, text);
  for (const { message } of gaps) process.stderr.write(`${message}\n`);
}
