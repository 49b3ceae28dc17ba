import { ArmatureError } from "@armature/http";
import type { HistoryLimits } from "./room-history.ts";

/** Nothing is kept any more. */
export function historyClosed(): ArmatureError {
  return new ArmatureError(
    "E_ROOM_HISTORY_CLOSED",
    "The history of the rooms is closed, or out of reach for good; whether the message is kept is not known.",
  );
}

/** No room in front of the history. */
export function historyFull(most: number): ArmatureError {
  return new ArmatureError(
    "E_ROOM_HISTORY_FULL",
    `${most} messages wait to be kept already, so this one is refused; try again later.`,
  );
}

/** Fills in the defaults. @throws ArmatureError `E_OPTION_INVALID` */
export function resolveHistoryLimits({
  maxMessages = 1_000,
  keepMs = 600_000,
}: HistoryLimits): Required<HistoryLimits> {
  assertWhole("maxMessages", maxMessages);
  assertWhole("keepMs", keepMs);
  return { maxMessages, keepMs };
}

/** @throws ArmatureError `E_OPTION_INVALID` for what is no whole number from 1 */
export function assertWhole(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  throw new ArmatureError(
    "E_OPTION_INVALID",
    `${name} must be a whole number, at least 1 (got ${String(value)}).`,
  );
}
