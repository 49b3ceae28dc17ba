import type { CloseReport } from "@armature/http";

/** The report of a close that had nothing to wait for. */
export const NOTHING_CUT: CloseReport = Object.freeze({
  cut: 0,
  requests: 0,
  streams: 0,
  upgraded: 0,
  idle: 0,
  durationMs: 0,
});
