import { ArmatureError } from "@armature/http";
import { loadBinding } from "./load-binding.ts";
import { systemError } from "./system-error.ts";

/** Processors that the system can tell apart. */
const MAX_CPUS = 1024;

/**
 * The processors that this thread may run on, by their numbers from 0.
 * @throws ArmatureError `E_NATIVE_ENGINE_MISSING`
 */
export function threadCpus(): number[] {
  return (loadBinding().allowedCpus() ?? "").split(",").map(Number);
}

/**
 * Has this thread, and those that it starts later, run on some processors alone: a worker that stays on one finds its memory in the
 * caches of that, and does not disturb the others. The numbers are those of {@link threadCpus}, so that what a container may use is kept to.
 *
 * @throws ArmatureError `E_CPUS_INVALID` where none of them may be used; `E_NATIVE_ENGINE_MISSING`
 * @example
 * const cpus = threadCpus();
 * setThreadCpus([cpus[threadId % cpus.length]!]);
 */
export function setThreadCpus(cpus: readonly number[]): void {
  const set = new Uint8Array(MAX_CPUS);
  for (const cpu of cpus) {
    if (!Number.isInteger(cpu) || cpu < 0 || cpu >= MAX_CPUS) throw invalid(cpus);
    set[cpu] = 1;
  }
  const errno = loadBinding().allowCpus(set);
  if (errno !== 0) throw invalid(cpus, systemError("sched_setaffinity", errno));
}

function invalid(cpus: readonly number[], cause?: Error): ArmatureError {
  return new ArmatureError(
    "E_CPUS_INVALID",
    `Processors are numbers of threadCpus(), at least one (got [${cpus.join(", ")}]).`,
    { cause },
  );
}
