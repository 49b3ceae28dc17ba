/** Runs one benchmark of one contestant, and prints what it took: `node child.ts BENCHMARK CONTESTANT MODULE MILLISECONDS`. */
import type { ContestantModule, Operation } from "./operation.ts";

const [benchmark = "", contestant = "", file = "", milliseconds = "200"] = process.argv.slice(2);
const module = (await import(file)) as ContestantModule; // every module of the tables has it
const operation = await module.operationOf(benchmark, contestant);
const answer = await operation.answer();

// The count that fills the time is found by doubling, which warms the code up as well.
let count = 1;
for (;;) {
  const start = process.cpuUsage();
  await repeat(operation, count);
  if (microsSince(start) >= Number(milliseconds) * 1000) break;
  count *= 2;
}
const before = process.cpuUsage();
await repeat(operation, count);
process.stdout.write(JSON.stringify({ answer, nanoseconds: (microsSince(before) * 1000) / count }));
process.exit(0);

function microsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return user + system;
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
