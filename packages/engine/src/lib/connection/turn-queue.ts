/** Has work to do at the end of this turn. */
export interface TurnTask {
  endTurn(): void;
}

const tasks: TurnTask[] = [];

/**
 * Calls a task once, when the code that runs now and the promises that it settles are done; so all that a connection writes
 * in one turn leaves in one write.
 */
export function atEndOfTurn(task: TurnTask): void {
  if (tasks.push(task) === 1) process.nextTick(runTasks);
}

function runTasks(): void {
  // Tasks that are added while others run are run too.
  for (let at = 0; at < tasks.length; at++) tasks[at]?.endTurn();
  tasks.length = 0;
}
