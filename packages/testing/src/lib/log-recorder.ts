import type { Logger } from "@armature/core";

/** A line that the application logged. */
export interface LogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  /** "" where the line has fields alone. */
  readonly message: string;
  /** The fields of the line, and those of the logger that it was written with, e.g. `requestId`. */
  readonly fields: Readonly<Record<string, unknown>>;
}

type Level = LogLine["level"];

/** A logger that keeps its lines, and passes them on where somebody else wants them too. */
export class LogRecorder implements Logger {
  readonly lines: LogLine[];
  readonly #bound: Readonly<Record<string, unknown>>;
  readonly #also: Logger | null;

  constructor(
    also: Logger | null = null,
    lines: LogLine[] = [],
    bound: Readonly<Record<string, unknown>> = {},
  ) {
    this.lines = lines;
    this.#also = also;
    this.#bound = bound;
  }

  debug(fields: object, message?: string): void {
    this.#write("debug", fields, message);
  }

  info(fields: object, message?: string): void {
    this.#write("info", fields, message);
  }

  warn(fields: object, message?: string): void {
    this.#write("warn", fields, message);
  }

  error(fields: object, message?: string): void {
    this.#write("error", fields, message);
  }

  child(fields: Record<string, unknown>): Logger {
    return new LogRecorder(this.#also?.child(fields) ?? null, this.lines, { ...this.#bound, ...fields });
  }

  #write(level: Level, fields: object, message: string = ""): void {
    this.lines.push({ level, message, fields: { ...this.#bound, ...fields } });
    this.#also?.[level](fields, message);
  }
}
