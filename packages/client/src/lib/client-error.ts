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

function describe(status: number, { code, title, detail }: ProblemDetails): string {
  const said = `${status} ${code}: ${detail ?? title}`;
  return UNKNOWN_ROUTE.has(code)
    ? `${said} The server does not have this route; the client may be made for another version of it.`
    : said;
}
