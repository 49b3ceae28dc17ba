import { ArmatureError } from "@armature/http";
import { PlacedError } from "../placed-error.ts";

/** One mistake that keeps an application from starting. */
export interface BootFault {
  /** Stable code, e.g. "E_DI_MISSING". */
  readonly code: string;
  /** What is wrong, which value, and what to do. */
  readonly message: string;
  /** The module and the providers on the way to the mistake; empty where it has no place among them. */
  readonly path: readonly string[];
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
    const lines = faults.map(
      (fault, at) => `  ${at + 1}. ${fault.code}${toTrail(fault.path)}\n     ${fault.message}`,
    );
    const count = faults.length === 1 ? "one mistake" : `${faults.length} mistakes`;
    super("E_BOOT", `The application cannot start because of ${count}:\n${lines.join("\n")}`, { cause });
    this.faults = faults;
  }
}

function toTrail(path: readonly string[]): string {
  return path.length === 0 ? "" : `  ${path.join(" > ")}`;
}

/** The mistakes within an error of any package: its list of faults, or the error itself. */
export function toFaults(error: unknown): BootFault[] {
  if (error instanceof AggregateError) return error.errors.flatMap(toFaults);
  if (error instanceof PlacedError)
    return toFaults(error.cause).map((fault) => ({ ...fault, path: [error.place, ...fault.path] }));
  if (!isRecord(error)) return [{ code: "E_BOOT", message: String(error), path: [] }];
  if (Array.isArray(error["faults"])) return error["faults"].flatMap(toFaults);
  return [{ code: codeOf(error), message: messageOf(error), path: pathOf(error) }];
}

/** What is said once is enough, e.g. of a guard that stands in front of many routes. */
export function withoutRepeats(faults: readonly BootFault[]): BootFault[] {
  const byText = new Map<string, BootFault>();
  for (const fault of faults) {
    const text = `${fault.code} ${fault.message}`;
    if (!byText.has(text)) byText.set(text, fault);
  }
  return [...byText.values()];
}

function codeOf({ code }: Record<string, unknown>): string {
  return typeof code === "string" ? code : "E_BOOT";
}

/** The container keeps what to do apart from what is wrong. */
function messageOf({ message, mend }: Record<string, unknown>): string {
  return typeof mend === "string" ? `${String(message)} ${mend}` : String(message);
}

function pathOf({ path }: Record<string, unknown>): string[] {
  return Array.isArray(path) ? path.map(String) : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
