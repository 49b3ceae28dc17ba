import { DiError } from "./di-error.ts";

/** One mistake in a graph. */
export interface Fault {
  /** Stable, e.g. "E_DI_MISSING". */
  readonly code: string;
  /** What is wrong, with the names. */
  readonly message: string;
  /** The module, then the providers on the way to the mistake, e.g. `["OrderModule", "OrderService", "UserService"]`. */
  readonly path: readonly string[];
  /** What to do about it. */
  readonly mend: string;
  /** What a constructor or factory threw. */
  readonly cause?: unknown;
}

/**
 * All mistakes of a graph at once: code `E_DI_GRAPH` from the check, `E_DI_START` where a start failed.
 *
 * @example
 * try {
 *   compileGraph(root);
 * } catch (error) {
 *   if (error instanceof GraphError) for (const fault of error.faults) console.error(fault.code, fault.path.join(" > "));
 * }
 */
export class GraphError extends DiError {
  override readonly name: string = "GraphError";
  readonly faults: readonly Fault[];

  constructor(code: string, title: string, faults: readonly Fault[]) {
    super(code, [title, ...faults.map(toParagraph)].join("\n\n"), causeOf(faults));
    this.faults = faults;
  }
}

/** One line with code and path, one with the message, one with the mend. */
function toParagraph(fault: Fault): string {
  return `${fault.code}  ${fault.path.join(" > ")}\n  ${fault.message}\n  ${fault.mend}`;
}

function causeOf(faults: readonly Fault[]): ErrorOptions | undefined {
  const first = faults.find((fault) => fault.cause !== undefined);
  return first === undefined ? undefined : { cause: first.cause };
}
