import type { Limits } from "@armature/http";

type IdleLimits = Pick<Limits, "keepAliveTimeoutMs" | "minKeepAliveTimeoutMs">;

/**
 * How long a connection may be idle under a load between 0 and 1.
 *
 * The curve is geometric, `max * (min / max) ** load`: each step of load shortens the time by the same factor, so that it falls
 * early, while there is still room, and not all at once near the end. The time is never above `keepAliveTimeoutMs`, even where that
 * is below the minimum.
 */
export function idleTimeMs({ keepAliveTimeoutMs, minKeepAliveTimeoutMs }: IdleLimits, load: number): number {
  const leastMs = Math.min(minKeepAliveTimeoutMs, keepAliveTimeoutMs);
  const within = Math.min(Math.max(load, 0), 1);
  return keepAliveTimeoutMs * (leastMs / keepAliveTimeoutMs) ** within;
}
