import process from "node:process"; // the global one is a getter, which costs at each use

/** Has work to do at the end of this turn, and does not throw. */
export interface TurnTask {
  endTurn(): void;
}

let tasks: TurnTask[] = [];

/**
 * Calls a task once, when the code that runs now and the promises that it settles are done; so all that a connection writes
 * in one turn leaves in one write.
 */
export function atEndOfTurn(task: TurnTask): void {
  if (tasks.push(task) === 1) process.nextTick(runTasks);
}

function runTasks(): void {
  const due = tasks;
  tasks = [];
  for (const task of due) task.endTurn();
}
