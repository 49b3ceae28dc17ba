import { existsSync, readdirSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isMainThread } from "node:worker_threads";

/** How the file begins that a process writes when it starts; its number follows. */
export const STARTED = "native-";
/** The file that says that perf watches, or that it cannot. */
export const WATCHED = "perf-watches";

const POLL_MS = 5;
/** perf needs a fraction of a second; a program is not kept from its work for longer than this. */
const PATIENCE_MS = 10_000;

/** Says that this process is there, and waits until perf watches the first one; those that follow do not wait. */
export function awaitPerf(folder: string): void {
  removeLogs();
  if (!isMainThread) return;
  writeFileSync(join(folder, `${STARTED}${process.pid}`), "");
  const watched = join(folder, WATCHED);
  const cell = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  for (const start = performance.now(); performance.now() - start < PATIENCE_MS;) {
    if (existsSync(watched)) return;
    Atomics.wait(cell, 0, 0, POLL_MS);
  }
}

/** With `--perf-basic-prof` V8 opens a log of each isolate in the current folder too, which nobody reads. */
function removeLogs(): void {
  for (const file of readdirSync("."))
    if (file.startsWith("isolate-0x") && file.endsWith(`-${process.pid}-v8.log`)) unlinkSync(file);
}
