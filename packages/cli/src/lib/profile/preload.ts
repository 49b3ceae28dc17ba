/**
 * Runs in the profiled process before its program, by `node --import`: records, and writes the recording when the process ends.
 * ARMATURE_PROFILE names the folder, ARMATURE_PROFILE_SECONDS may say when to ask the process to end, and ARMATURE_PROFILE_SNAPSHOTS that
 * the heap is written in the middle of that time and at the end. With ARMATURE_PROFILE_NATIVE it waits until perf watches. Worker threads run it too.
 */
import { writeFileSync } from "node:fs";
import { Session } from "node:inspector";
import { join } from "node:path";
import {
  constants,
  monitorEventLoopDelay,
  type PerformanceEntry,
  PerformanceObserver,
} from "node:perf_hooks";
import { writeHeapSnapshot } from "node:v8";
import { isMainThread, threadId } from "node:worker_threads";
import { awaitPerf } from "./native-start.ts";
import type { Recording } from "./recording.ts";
import { ThreadRecordings } from "./threads.ts";

const SAMPLE_MICROS = 250;
const SAMPLE_BYTES = 32_768;
const RESOLUTION_MS = 10;

const KINDS: Readonly<Record<number, string>> = {
  [constants.NODE_PERFORMANCE_GC_MINOR]: "scavenge",
  [constants.NODE_PERFORMANCE_GC_MAJOR]: "mark and compact",
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: "incremental marking",
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: "weak callbacks",
};

const folder = process.env["ARMATURE_PROFILE"];
if (folder !== undefined) record(folder);

function record(target: string): void {
  if (process.env["ARMATURE_PROFILE_NATIVE"] === "1") awaitPerf(target);
  const start = performance.now();
  const session = new Session();
  session.connect();
  // A session of its own thread answers before `post` returns.
  session.post("Profiler.enable");
  session.post("Profiler.setSamplingInterval", { interval: SAMPLE_MICROS });
  session.post("Profiler.start");
  const everything = { includeObjectsCollectedByMajorGC: true, includeObjectsCollectedByMinorGC: true };
  session.post("HeapProfiler.startSampling", { samplingInterval: SAMPLE_BYTES, ...everything });
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  const collections = observeCollections();
  const seconds = Number(process.env["ARMATURE_PROFILE_SECONDS"] ?? "");
  const name = join(target, `${process.pid}-${threadId}`);
  const takesSnapshots = process.env["ARMATURE_PROFILE_SNAPSHOTS"] === "1";
  if (takesSnapshots) setTimeout(() => writeHeapSnapshot(`${name}-1.heapsnapshot`), seconds * 500).unref();
  new ThreadRecordings().onEnd(() => {
    session.post("HeapProfiler.stopSampling", (heapError, heap) => {
      session.post("Profiler.stop", (cpuError, cpu) => {
        if (heapError !== null || cpuError !== null) return;
        const recording: Recording = {
          pid: process.pid,
          thread: threadId,
          argv: process.argv.slice(1),
          node: process.version,
          seconds: (performance.now() - start) / 1000,
          cpu: cpu.profile,
          heap: heap.profile,
          loopDelay: toDelays(delay),
          collections,
          memory: process.memoryUsage(),
        };
        writeFileSync(`${name}.json`, JSON.stringify(recording));
      });
    });
    if (takesSnapshots) writeHeapSnapshot(`${name}-2.heapsnapshot`);
  });
  if (!isMainThread) return;
  for (const signal of ["SIGINT", "SIGTERM"] as const) endOn(signal);
  if (seconds > 0) setTimeout(() => process.kill(process.pid, "SIGINT"), seconds * 1000).unref();
}

/** A signal that nobody handles ends the process without an exit event, and the recording would be lost. */
function endOn(signal: "SIGINT" | "SIGTERM"): void {
  process.on(signal, () => {
    if (process.listenerCount(signal) === 1) process.exit(signal === "SIGINT" ? 130 : 143);
  });
}

function observeCollections(): Record<string, { count: number; ms: number }> {
  const found: Record<string, { count: number; ms: number }> = {};
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { duration, detail } = entry as PerformanceEntry & {
        readonly detail?: { readonly kind?: number };
      }; // of "gc"
      const kind = KINDS[detail?.kind ?? 0] ?? "other";
      const { count, ms } = found[kind] ?? { count: 0, ms: 0 };
      found[kind] = { count: count + 1, ms: ms + duration };
    }
  });
  observer.observe({ entryTypes: ["gc"] });
  return found;
}

function toDelays(delay: ReturnType<typeof monitorEventLoopDelay>): Recording["loopDelay"] {
  if (delay.count === 0) return { p50: 0, p99: 0, max: 0 };
  return { p50: toDelay(delay.percentile(50)), p99: toDelay(delay.percentile(99)), max: toDelay(delay.max) };
}

/** The histogram counts nanoseconds from one timer to the next, of which the resolution is no delay. */
function toDelay(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
}
