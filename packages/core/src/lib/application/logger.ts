/** What Armature needs of a logger; pino's loggers fit. */
export interface Logger {
  debug(fields: object, message?: string): void;
  info(fields: object, message?: string): void;
  warn(fields: object, message?: string): void;
  error(fields: object, message?: string): void;
  /** A logger that adds fields to every line. */
  child(fields: Record<string, unknown>): Logger;
}

/** Logs what happens to requests; a logger that fails must not fail them too, and there is nobody else to tell. */
export function logSafely(log: () => void): void {
  try {
    log();
  } catch {
    // as said
  }
}

function ignore(): void {}

/** A logger that writes nothing. */
export const silentLogger: Logger = Object.freeze({
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  child: () => silentLogger,
});
