import type { CloseReport } from "@armature/http";
import type { GuestLosses } from "./in-work.ts";

/** The report of a close that had nothing to wait for. */
export const NOTHING_CUT: CloseReport = Object.freeze({
  cut: 0,
  requests: 0,
  streams: 0,
  upgraded: 0,
  idle: 0,
  durationMs: 0,
});

/** Adds what was cut of the requests that came in beside the listener. */
export function withGuests(report: CloseReport, { requests, streams }: GuestLosses): CloseReport {
  if (requests + streams === 0) return report;
  return {
    ...report,
    cut: report.cut + requests + streams,
    requests: report.requests + requests,
    streams: report.streams + streams,
  };
}
