/** Sends some of a file, and does not throw. */
export interface FileTask {
  /** Gives the bytes that have left. */
  step(): number;
}

/** Bytes of files that leave in one turn of the loop, and some more; what is behind them waits for the next one, behind all that is ready by then. */
const BYTES_PER_TURN = 1024 * 1024;

let tasks: FileTask[] = [];
/** Bytes that may leave in this turn. */
let left = BYTES_PER_TURN;
let isAwaited = false;

/** Calls a task at once, where files have not had their share of this turn; else as {@link atNextFileTurn}. */
export function atFileTurn(task: FileTask): void {
  if (left <= 0 || tasks.length > 0) return atNextFileTurn(task);
  left -= task.step();
  awaitNextTurn();
}

/** Calls a task in the next turn, or in a later one if there are many: files take turns with each other and with all other work. */
export function atNextFileTurn(task: FileTask): void {
  tasks.push(task);
  awaitNextTurn();
}

function awaitNextTurn(): void {
  if (isAwaited) return;
  isAwaited = true;
  setImmediate(nextTurn);
}

function nextTurn(): void {
  isAwaited = false;
  left = BYTES_PER_TURN;
  const due = tasks;
  tasks = [];
  let at = 0;
  for (; at < due.length && left > 0; at++) left -= (due[at] as FileTask).step(); // `at` is below the length
  if (at < due.length) tasks = due.slice(at).concat(tasks);
  if (left < BYTES_PER_TURN) awaitNextTurn();
}
