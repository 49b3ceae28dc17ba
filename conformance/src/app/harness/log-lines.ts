import type { Logger } from "armature";

/** A line that an application logged. */
export interface LogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Keeps what an application logs. */
export class LogLines {
  readonly all: LogLine[] = [];
  readonly logger: Logger = this.#loggerWith({});

  /** The codes, or messages, of the errors that were logged. */
  errorCodes(): string[] {
    return this.all.filter(({ level }) => level === "error").map(({ fields: { err } }) => codeOf(err));
  }

  /** The messages of the errors that were logged. */
  errorMessages(): string[] {
    const errors = this.all.filter(({ level }) => level === "error").map(({ fields: { err } }) => err);
    return errors.map((error) => (error instanceof Error ? error.message : String(error)));
  }

  /** The lines of the request log. */
  requests(): Readonly<Record<string, unknown>>[] {
    return this.all.filter(({ message }) => message === "request").map(({ fields }) => fields);
  }

  #loggerWith(bound: Record<string, unknown>): Logger {
    const write =
      (level: LogLine["level"]) =>
      (fields: object, message?: string): void =>
        void this.all.push({ level, message, fields: { ...bound, ...fields } });
    return {
      debug: write("debug"),
      info: write("info"),
      warn: write("warn"),
      error: write("error"),
      child: (fields) => this.#loggerWith({ ...bound, ...fields }),
    };
  }
}

function codeOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return String(error);
  if ("code" in error && typeof error.code === "string") return error.code;
  return error instanceof Error ? error.message : JSON.stringify(error);
}
