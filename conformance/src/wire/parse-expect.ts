import { parseBytes } from "./parse-bytes.ts";
import {
  CHECK_SUBJECTS,
  type Check,
  type CheckSubject,
  type Expectation,
  type ExpectedAnswer,
} from "./wire-case.ts";

const SUMMARY = /^(?:\d{3}(?:\/\d{3})*\?? ?)*(open|close|either)?$/;
const CHECK = new RegExp(`^(?:(\\d+) )?(${CHECK_SUBJECTS.join("|")})(?::(?: (.*))?)?$`);

/**
 * Reads an expect block: a line of statuses that ends in `open`, `close` or `either`, then one check on each line.
 *
 * @example
 * parseExpect(["200 400/501 close", "1 target: /a"], 1);
 * @throws SyntaxError for lines that are neither
 */
export function parseExpect(lines: readonly string[], firstLine: number): Expectation {
  const [summary = "", ...rest] = lines;
  const match = SUMMARY.exec(summary);
  if (match === null || summary === "") throw new SyntaxError(`"${summary}" is no list of statuses`);
  const answers = (summary.match(/\d{3}\S*/g) ?? []).map(parseAnswer);
  const checks = rest.map((line, at) => parseCheck(line, firstLine + 1 + at, answers));
  return { answers, state: parseState(match[1]), checks };
}

function parseState(word: string | undefined): Expectation["state"] {
  return word === "open" || word === "close" || word === "either" ? word : null;
}

/** "200", "400/501" or "100?". */
function parseAnswer(text: string): ExpectedAnswer {
  const optional = text.endsWith("?");
  const statuses = text.replace("?", "").split("/").map(Number);
  return { statuses, optional };
}

function parseCheck(line: string, at: number, answers: readonly ExpectedAnswer[]): Check {
  const [, number = "1", subject, value = ""] = CHECK.exec(line) ?? [];
  if (subject === undefined) throw new SyntaxError(`"${line}" is no check`);
  const answer = Number(number) - 1;
  const certain = answers.filter(({ optional }) => !optional).length;
  if (answer < 0 || answer >= certain)
    throw new SyntaxError(`"${line}" is about an answer that is not expected`);
  // CHECK has nothing but the subjects in its second group.
  return { answer, subject: subject as CheckSubject, value: parseBytes(value), line: at };
}
