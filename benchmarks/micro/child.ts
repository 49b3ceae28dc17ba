/**
 * Runs one benchmark of one contestant, and prints what it took: `node child.ts BENCHMARK CONTESTANT MODULE MILLISECONDS`.
 * With "bytes" in place of the milliseconds it is what an operation allocates; Node needs --expose-gc and a large young generation then.
 */
import { getHeapStatistics } from "node:v8";
import type { ContestantModule, Operation } from "./operation.ts";

const WARM_UP_OPERATIONS = 20_000;
const COUNTED_OPERATIONS = 2_000;

const [benchmark = "", contestant = "", file = "", milliseconds = "200"] = process.argv.slice(2);
const module = (await import(file)) as ContestantModule; // every module of the tables has it
const operation = await module.operationOf(benchmark, contestant);
const answer = await operation.answer();

if (milliseconds === "bytes") report({ answer, bytes: await allocated() });
else report({ answer, nanoseconds: await timed(Number(milliseconds) * 1000) });

/** Ends the process as well: what a contestant listens with does not keep it. */
function report(outcome: object): never {
  process.stdout.write(JSON.stringify(outcome));
  process.exit(0);
}

/** The count that fills the time is found by doubling, which warms the code up as well. */
async function timed(least: number): Promise<number> {
  let count = 1;
  for (;;) {
    const start = process.cpuUsage();
    await repeat(operation, count);
    if (microsSince(start) >= least) break;
    count *= 2;
  }
  const before = process.cpuUsage();
  await repeat(operation, count);
  return (microsSince(before) * 1000) / count;
}

function microsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return user + system;
}

async function allocated(): Promise<number> {
  await repeat(operation, WARM_UP_OPERATIONS);
  globalThis.gc?.();
  const before = getHeapStatistics().used_heap_size;
  await repeat(operation, COUNTED_OPERATIONS);
  return (getHeapStatistics().used_heap_size - before) / COUNTED_OPERATIONS;
}

async function repeat({ run, isAsync = false }: Operation, times: number): Promise<void> {
  if (isAsync) for (let at = 0; at < times; at++) await run();
  else runSync(run, times);
}

/** Apart from the asynchronous loop, so that it is optimised for itself. */
function runSync(run: () => unknown, times: number): void {
  let last: unknown;
  for (let at = 0; at < times; at++) last = run();
  if (last === undefined) throw new Error(`${benchmark} of ${contestant} gave nothing.`);
}
