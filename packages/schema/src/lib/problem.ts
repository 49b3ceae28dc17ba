import { toJsonPointer } from "./json-pointer.ts";
import type { StandardIssue } from "./standard-schema.ts";

/** One thing that is wrong with a value; ready to be answered to a client. */
export interface Problem {
  /** Where, as a JSON Pointer (RFC 6901); "" is the whole value. */
  readonly path: string;
  /** What the schema library says. */
  readonly message: string;
  /** The library's own name for the kind of problem, e.g. "invalid_type", where it has one. */
  readonly code?: string;
}

/** The most problems that one validation reports. */
export const MAX_PROBLEMS = 100;

/** The most characters of paths and messages that one validation reports; the first problem is reported whole. */
export const MAX_PROBLEM_CHARS: number = 16 * 1024;

/**
 * Turns the issues of a schema library into problems, at most {@link MAX_PROBLEMS} of them.
 *
 * Paths and messages may repeat what a client sent (a long key above many bad values), so their total is bounded too:
 * an answer must not be many times the size of its request.
 */
export function toProblems(issues: readonly StandardIssue[]): Problem[] {
  const problems: Problem[] = [];
  let chars = 0;
  for (const issue of issues) {
    const problem = toProblem(issue);
    chars += problem.path.length + problem.message.length;
    if (problems.length > 0 && chars > MAX_PROBLEM_CHARS) break;
    problems.push(problem);
    if (problems.length === MAX_PROBLEMS) break;
  }
  return problems;
}

function toProblem(issue: StandardIssue): Problem {
  const path = toPath(issue.path);
  const code = codeOf(issue);
  return code === undefined ? { path, message: issue.message } : { path, message: issue.message, code };
}

function toPath(path: StandardIssue["path"]): string {
  if (path === undefined || path.length === 0) return "";
  return toJsonPointer(path.map((step) => (typeof step === "object" ? step.key : step)));
}

/** Not part of the standard: zod and arktype call it `code`, valibot `type`. */
function codeOf(issue: StandardIssue): string | undefined {
  const { code, type } = issue as { code?: unknown; type?: unknown }; // unknown, and checked here
  if (typeof code === "string") return code;
  return typeof type === "string" ? type : undefined;
}
