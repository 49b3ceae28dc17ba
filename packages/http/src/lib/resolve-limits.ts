import { ArmatureError } from "./armature-error.ts";
import { DEFAULT_LIMITS, type Limits } from "./engine.ts";
import { joinErrors } from "./join-errors.ts";
import { nearestName } from "./nearest-name.ts";

/**
 * Fills in the default of every limit that is not given, and checks the others; all mistakes are reported together.
 *
 * Limits are whole numbers. A limit that is `undefined` takes its default. Times are at most 2,147,483,647 ms, the longest
 * that timers know.
 *
 * @throws ArmatureError `E_OPTION_UNKNOWN` for a name that is no limit, `E_LIMIT_INVALID` for a value out of range; of
 *   several mistakes the first one's code, all their messages, and an `AggregateError` as `cause`
 * @example
 * resolveLimits({ maxBodyBytes: 10 * 1024 * 1024 }).maxBodyBytes; // 10485760
 */
export function resolveLimits(given: Partial<Limits> = {}): Limits {
  const limits: Record<string, number> = { ...DEFAULT_LIMITS };
  const mistakes: ArmatureError[] = [];
  for (const [name, value] of Object.entries(given)) {
    const mistake = value === undefined ? null : mistakeOf(name, value);
    if (mistake !== null) mistakes.push(mistake);
    else if (value !== undefined) limits[name] = value;
  }
  const [first, ...more] = mistakes;
  if (first !== undefined) throw joinErrors("limits", [first, ...more]);
  return Object.freeze(limits as unknown as Limits); // all names of DEFAULT_LIMITS, and no others
}

const NAMES = Object.keys(DEFAULT_LIMITS);

/** The limits that may be 0: nothing is allowed; for `handlerTimeoutMs` never, for `maxQueueAgeMs` and `maxLoopDelayMs` any. */
const MAY_BE_ZERO = new Set([
  "maxBodyBytes",
  "maxChunkExtensionBytes",
  "maxTrailerBytes",
  "minBytesPerSecond",
  "handlerTimeoutMs",
  "maxQueuedRequests",
  "maxQueueAgeMs",
  "maxLoopDelayMs",
]);

const LONGEST_MS = 2 ** 31 - 1;

function mistakeOf(name: string, value: unknown): ArmatureError | null {
  if (!NAMES.includes(name)) return unknownName(name);
  const least = MAY_BE_ZERO.has(name) ? 0 : 1;
  const most = name.endsWith("Ms") ? LONGEST_MS : Number.MAX_SAFE_INTEGER;
  if (Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most) return null; // a number, says the first part
  return new ArmatureError(
    "E_LIMIT_INVALID",
    `${name} must be a whole number${unitOf(name)}, at least ${least}${name.endsWith("Ms") ? ` and at most ${most}` : ""} (got ${describe(value)}).`,
  );
}

function unitOf(name: string): string {
  if (name.endsWith("Bytes")) return " of bytes";
  return name.endsWith("Ms") ? " of milliseconds" : "";
}

function unknownName(name: string): ArmatureError {
  const near = nearestName(name, NAMES);
  const hint = near === null ? `the limits are ${NAMES.join(", ")}.` : `did you mean "${near}"?`;
  return new ArmatureError("E_OPTION_UNKNOWN", `There is no limit "${name}"; ${hint}`);
}

function describe(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
