import { ArmatureError } from "@armature/http";

/** One mistake that keeps an application from starting. */
export interface BootFault {
  /** Stable code, e.g. "E_DI_MISSING". */
  readonly code: string;
  readonly message: string;
}

/**
 * Everything that is wrong with an application, found before anything was started.
 *
 * @example
 * try { await createApp(AppModule); } catch (error) { if (error instanceof BootError) console.error(error.faults); }
 */
export class BootError extends ArmatureError {
  override readonly name = "BootError";
  readonly faults: readonly BootFault[];

  constructor(faults: readonly BootFault[], cause?: unknown) {
    const lines = faults.map((fault, at) => `  ${at + 1}. ${fault.message} (${fault.code})`);
    const count = faults.length === 1 ? "one mistake" : `${faults.length} mistakes`;
    super("E_BOOT", `The application cannot start because of ${count}:\n${lines.join("\n")}`, { cause });
    this.faults = faults;
  }
}

/** The mistakes within an error of any package: its list of faults, or the error itself. */
export function toFaults(error: unknown): BootFault[] {
  if (error instanceof AggregateError) return error.errors.flatMap(toFaults);
  if (!isRecord(error)) return [{ code: "E_BOOT", message: String(error) }];
  const { faults, code, message } = error;
  if (Array.isArray(faults)) return faults.flatMap(toFaults);
  return [{ code: typeof code === "string" ? code : "E_BOOT", message: String(message) }];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
