import { CliError } from "../cli-error.ts";
import type { Target } from "./targets.ts";

const ANSWER_MS = 10_000;

/** What a target answered before it was loaded. */
export interface FirstAnswer {
  readonly name: string;
  /** `null` where there was none. */
  readonly status: number | null;
  /** What is to be known of it besides, e.g. "27 bytes". */
  readonly note: string;
}

/** Asks for each target once, in order. */
export async function askOnce(
  origin: string,
  targets: readonly Target[],
  signal: AbortSignal,
): Promise<FirstAnswer[]> {
  const answers: FirstAnswer[] = [];
  for (const target of targets) {
    answers.push(await ask(origin, target, signal));
    signal.throwIfAborted();
  }
  return answers;
}

/**
 * Lets nothing be measured that answers with another status than 2xx, unless that is what is wanted.
 * @throws CliError `E_CLI_BENCH_ANSWER` with all of them
 */
export function holdAnswers(answers: readonly FirstAnswer[], allowErrors: boolean): void {
  const silent = answers.filter(({ status }) => status === null);
  const refused = answers.filter(({ status }) => status !== null && (status < 200 || status > 299));
  const bad = allowErrors ? silent : [...silent, ...refused];
  if (bad.length === 0) return;
  const hint =
    refused.length === 0 || allowErrors
      ? ""
      : "; mend the requests, or measure the errors with --allow-errors";
  throw new CliError(
    "E_CLI_BENCH_ANSWER",
    `Nothing is measured that does not answer as it should${hint}:\n${bad.map(toLine).join("\n")}`,
  );
}

/** A first answer as a line for people. */
export function toLine({ name, status, note }: FirstAnswer): string {
  return `  ${name}: ${status ?? "no answer"}, ${note}`;
}

async function ask(
  origin: string,
  { name, path, method, headers = {}, body }: Target,
  signal: AbortSignal,
): Promise<FirstAnswer> {
  try {
    const response = await fetch(`${origin}${path}`, {
      method,
      headers,
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
      ...(body !== undefined && { body: String(body) }),
    });
    return { name, status: response.status, note: `${(await response.arrayBuffer()).byteLength} bytes` };
  } catch (error) {
    return { name, status: null, note: reasonOf(error) };
  }
}

/** `fetch` hides what went wrong in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `not whole after ${ANSWER_MS / 1000} s`;
  return error.cause instanceof Error ? error.cause.message || String(error.cause) : error.message;
}
