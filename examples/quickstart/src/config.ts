import { join } from "node:path";
import { ArmatureError, token } from "armature";

/** What the environment says. */
export interface Config {
  readonly port: number;
  readonly host: string;
  readonly uploadDir: string;
  /** Who knows it may see the admin part; `null` where nobody may. */
  readonly adminToken: string | null;
}

export const CONFIG = token<Config>("CONFIG");

/** Reads the configuration; a mistake is an error that names the variable. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  return {
    port: readPort(env["PORT"] || "3000"),
    host: env["HOST"] || "127.0.0.1",
    uploadDir: env["UPLOAD_DIR"] || join(import.meta.dirname, "../uploads"),
    adminToken: env["ADMIN_TOKEN"] || null,
  };
}

function readPort(value: string): number {
  if (/^\d+$/.test(value) && Number(value) <= 65_535) return Number(value);
  throw new ArmatureError(
    "QUICKSTART_PORT",
    `PORT must be a number between 0 and 65535 (got ${JSON.stringify(value)}).`,
  );
}
