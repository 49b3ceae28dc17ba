/** Sends some of a file, and does not throw. */
export interface FileTask {
  /** Gives the bytes that have left. */
  step(): number;
}

/** Bytes of files that leave in one turn of the loop; what is behind them waits for the next one, behind all that is ready by then. */
const BYTES_PER_TURN = 1024 * 1024;

let tasks: FileTask[] = [];

/** Calls a task in the next turn, or in a later one if there are many: files take turns with each other and with all other work. */
export function atNextFileTurn(task: FileTask): void {
  if (tasks.push(task) === 1) setImmediate(runTasks);
}

function runTasks(): void {
  const due = tasks;
  tasks = [];
  let at = 0;
  for (let left = BYTES_PER_TURN; at < due.length && left > 0; at++) left -= (due[at] as FileTask).step(); // `at` is below the length
  if (at === due.length) return;
  if (tasks.length === 0) setImmediate(runTasks);
  tasks = due.slice(at).concat(tasks);
}
