import { ArmatureError, joinErrors, nearestName } from "@armature/http";
import type { EventMap } from "./event-map.ts";

/** How streams of events are sent. */
export interface SseOptions<TEvents extends EventMap = EventMap> {
  /** The events by name, each with the schema of its data; what is sent is checked by it. Default: any name, any JSON. */
  readonly events?: TEvents;
  /**
   * Milliseconds that clients wait before they come back after a stream has ended; 0 leaves it to them. At a shutdown they are
   * told a random time of up to twice as much, so that not all come at once. Default 2000.
   */
  readonly retryMs?: number;
  /** Milliseconds without an event after which a comment is sent, so that proxies keep the connection; 0 means never. Default 15 000. */
  readonly heartbeatMs?: number;
  /** Bytes of events that may wait for a slow client, beside those that the engine holds. Default 64 KiB. */
  readonly highWaterBytes?: number;
  /**
   * What becomes of an event that is sent while so many bytes wait: "close" ends the stream behind what waits, so that the client
   * comes back and says what it has seen; "drop" drops the event. Default "close".
   */
  readonly whenFull?: "close" | "drop";
}

/** The same, checked and filled in. */
export type SseSettings = Required<Omit<SseOptions, "events">>;

const DEFAULTS: SseSettings = {
  retryMs: 2_000,
  heartbeatMs: 15_000,
  highWaterBytes: 64 * 1024,
  whenFull: "close",
};

/** The longest time that timers know. */
const LONGEST_MS = 2 ** 31 - 1;

/** Fills in the defaults. @throws ArmatureError `E_OPTION_UNKNOWN`, `E_OPTION_INVALID`; of several mistakes all messages */
export function resolveSseOptions({ events: _events, ...given }: SseOptions): SseSettings {
  const [first, ...more] = Object.entries(given).flatMap(([name, value]) => mistakeOf(name, value) ?? []);
  if (first !== undefined) throw joinErrors("options", [first, ...more]);
  const settings = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...DEFAULTS, ...Object.fromEntries(settings) };
}

function mistakeOf(name: string, value: unknown): ArmatureError | null {
  if (!Object.hasOwn(DEFAULTS, name)) return unknownName(name);
  if (value === undefined) return null;
  if (name === "whenFull")
    return value === "close" || value === "drop" ? null : invalid(name, '"close" or "drop"', value);
  const least = name === "highWaterBytes" ? 1 : 0;
  const isFine = Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= LONGEST_MS; // a number, says the first part
  return isFine ? null : invalid(name, `a whole number from ${least} to ${LONGEST_MS}`, value);
}

function unknownName(name: string): ArmatureError {
  const names = ["events", ...Object.keys(DEFAULTS)];
  const near = nearestName(name, names);
  const hint = near === null ? `the options are ${names.join(", ")}.` : `did you mean "${near}"?`;
  return new ArmatureError("E_OPTION_UNKNOWN", `There is no option "${name}" of event streams; ${hint}`);
}

function invalid(name: string, what: string, value: unknown): ArmatureError {
  const got = typeof value === "string" ? JSON.stringify(value) : String(value);
  return new ArmatureError("E_OPTION_INVALID", `${name} must be ${what} (got ${got}).`);
}
