import { destination, pino, type LoggerOptions as PinoOptions } from "pino";
import type { Logger } from "@armature/core";

/** The level from which lines are written. */
export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

/** How the default logger writes. */
export interface LoggerOptions {
  /** Default "info". */
  readonly level?: LogLevel;
  /** Added to every line. */
  readonly name?: string;
}

/**
 * Makes the default logger: one JSON object a line on stdout, written by pino.
 *
 * Values under `password`, `token`, `authorization`, `cookie` and `set-cookie` are left out.
 * @example
 * const app = await createApp(AppModule, { logger: createLogger({ level: "warn" }) });
 */
export function createLogger(options: LoggerOptions = {}): Logger {
  const { level = "info", name } = options;
  const settings: PinoOptions = {
    level,
    ...(name === undefined ? {} : { name }),
    redact: {
      paths: REDACTED.flatMap((key) => (key.startsWith("[") ? [key, `*${key}`] : [key, `*.${key}`])),
      remove: true,
    },
  };
  // Written at once: lines on their way through the thread pool are lost, or overtaken, when the process ends.
  return pino(settings, destination({ dest: 1, sync: true }));
}

const REDACTED = ["password", "token", "authorization", "cookie", '["set-cookie"]'];
