/** What a contestant does in a benchmark. */
export interface Operation {
  /** Does it once; a promise is waited for where `isAsync` says so. */
  readonly run: () => unknown;
  readonly isAsync?: boolean;
  /** What it gives, as a text that those of the others are held against. */
  readonly answer: () => string | Promise<string>;
}

/** The module of contestants: the operation of one of them for a benchmark such as "routing/match_first/10". */
export interface ContestantModule {
  operationOf(benchmark: string, contestant: string): Operation | Promise<Operation>;
}

/** An operation that gives a value and nothing else. */
export function plain(run: () => unknown, show: (value: unknown) => string = String): Operation {
  return { run, answer: () => show(run()) };
}
