/** One mistake in a pattern or between two routes. */
export interface RouteFault {
  /** Stable, e.g. "E_ROUTE_DUPLICATE". */
  readonly code: string;
  /** What is wrong, with which pattern, and what to do. */
  readonly message: string;
  /** The patterns at fault as they were given; two where routes collide. */
  readonly patterns: readonly string[];
  /** Where in the first pattern, counted from 0; absent where the fault has no one place. */
  readonly position?: number;
}

/**
 * Thrown while patterns are parsed or a router is built; holds every mistake that was found.
 *
 * @example
 * try {
 *   createRouter(routes);
 * } catch (error) {
 *   if (error instanceof RouterError) for (const fault of error.faults) report(fault.code, fault.message);
 * }
 */
export class RouterError extends Error {
  override readonly name: string = "RouterError";
  /** Stable; each fault has a code of its own. */
  readonly code = "E_ROUTES_INVALID" as const;
  /** In the order of the routes; never empty. */
  readonly faults: readonly RouteFault[];

  constructor(faults: readonly RouteFault[]) {
    super(toMessage(faults));
    this.faults = faults;
  }
}

function toMessage(faults: readonly RouteFault[]): string {
  const lines = faults.map((fault) => `${fault.message} (${fault.code})`);
  if (lines.length === 1) return lines.join("");
  return `The routes have ${lines.length} mistakes:\n${lines.map((line) => `- ${line}`).join("\n")}`;
}
