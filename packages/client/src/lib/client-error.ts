import type { ProblemDetails } from "@armature/http";

/** What was going on when a call failed. */
export interface ClientErrorOptions {
  readonly cause?: unknown;
  /** The answer, where there was one. */
  readonly response?: Response;
}

/**
 * A call that could not be made, or whose answer could not be read; with a stable code.
 *
 * @example
 * if (error instanceof ClientError && error.code === "E_CLIENT_TIMEOUT") retryLater();
 */
export class ClientError extends Error {
  override readonly name: string = "ClientError";
  /** Stable, e.g. "E_CLIENT_NETWORK". */
  readonly code: string;
  /** The answer, where there was one; its body may be used. */
  readonly response: Response | null;

  constructor(code: string, message: string, { cause, response }: ClientErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.response = response ?? null;
  }
}

/** An answer with a status over 399, thrown where only the success was asked for. */
export class AnswerError extends ClientError {
  override readonly name: string = "AnswerError";
  readonly status: number;
  /** What the server says; its `code` is the code of this error too. */
  readonly problem: ProblemDetails;

  constructor(place: string, problem: ProblemDetails, response: Response) {
    super(problem.code, `${place} was answered ${describe(response.status, problem)}`, { response });
    this.status = response.status;
    this.problem = problem;
  }
}

/** Codes of servers that do not have the route at all. */
const UNKNOWN_ROUTE = new Set(["E_ROUTE_NOT_FOUND", "E_METHOD_NOT_ALLOWED"]);

function describe(status: number, problem: ProblemDetails): string {
  const { code, title, detail } = problem;
  const said = `${status} ${code}: ${detail ?? title}`;
  if (UNKNOWN_ROUTE.has(code))
    return `${said} The server does not have this route; the client may be made for another version of it.`;
  const misfits = misfitsOf(problem);
  return misfits === ""
    ? said
    : `${said} ${misfits}. If the types of the client allow this, it may be made for another version of the server.`;
}

/** So many are enough to see in what a request does not fit. */
const MAX_MISFITS = 3;

/** The first parts of a request that the server's schemas refused; "" where it names none. */
function misfitsOf({ problems }: ProblemDetails): string {
  if (!Array.isArray(problems)) return "";
  const texts = problems.slice(0, MAX_MISFITS).map(misfit);
  const more = problems.length - texts.length;
  return [...texts, ...(more > 0 ? [`${more} more`] : [])].join("; ");
}

/** Another server may mean something else by the same name. */
function misfit(problem: unknown): string {
  const { in: part, path, message } = Object(problem) as Partial<Record<string, unknown>>;
  return `${textOf(part)} ${textOf(path)}: ${textOf(message)}`.trim();
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
