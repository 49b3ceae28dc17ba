import { token } from "armature";

/** What the environment says. */
export interface Config {
  readonly port: number;
  readonly host: string;
  readonly uploadDir: string;
  /** Who may see the admin part; `null` where nobody may. */
  readonly adminToken: string | null;
}

export const CONFIG = token<Config>("CONFIG");

/** Reads the configuration; a mistake is an error that names the variable. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  return {
    port: readPort(env["PORT"]),
    host: env["HOST"] ?? "127.0.0.1",
    uploadDir: env["UPLOAD_DIR"] ?? "uploads",
    adminToken: env["ADMIN_TOKEN"] ?? null,
  };
}

function readPort(value: string | undefined): number {
  if (value === undefined || value === "") return 3000;
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value);
  throw new Error(`PORT must be a number between 0 and 65535 (got ${JSON.stringify(value)}).`);
}
