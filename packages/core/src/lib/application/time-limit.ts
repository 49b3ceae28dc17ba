import { ArmatureError } from "@armature/http";

/**
 * Waits for a part of the stop, and gives up on it when its time is over: what hangs must not keep the rest from stopping.
 * @throws ArmatureError `E_HOOK_TIMEOUT`
 */
export async function withTimeLimit(work: Promise<void>, timeoutMs: number, what: string): Promise<void> {
  if (timeoutMs === 0) return await work;
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(tooLate(what, timeoutMs)), timeoutMs);
  try {
    await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function tooLate(what: string, timeoutMs: number): ArmatureError {
  return new ArmatureError(
    "E_HOOK_TIMEOUT",
    `${what} did not end within ${timeoutMs} ms; the stop went on without it. Look at what it waits for, or raise hookTimeoutMs.`,
  );
}
