import { type Answer, headerOf } from "./parse-answers.ts";
import type { Check, Expectation, ExpectedAnswer } from "./wire-case.ts";

/** The request as an echo server saw it. */
export interface Echo {
  readonly m: string;
  readonly u: string;
  readonly v: string;
  readonly h: readonly (readonly [string, string])[];
  /** Base64. */
  readonly b: string;
}

/**
 * Compares what came with what was expected; `null` where they agree, else what is wrong.
 * Whether the connection stays open is for the player to see.
 */
export function judge(expect: Expectation, answers: readonly Answer[]): string | null {
  const matched = matchAnswers(expect.answers, answers);
  if (matched === null) return `expected ${describe(expect.answers)}, got ${statusesOf(answers)}`;
  for (const check of expect.checks) {
    const fault = checkAnswer(check, matched[check.answer]);
    if (fault !== null) return `line ${check.line}, answer ${check.answer + 1}: ${fault}`;
  }
  return null;
}

/** How many more answers have to come before the expectation can be met. */
export function countMissing(expect: Expectation, answers: readonly Answer[]): number {
  let at = 0;
  for (const answer of answers) {
    while (expect.answers[at]?.optional === true && !accepts(expect.answers[at], answer)) at++;
    at++;
  }
  return expect.answers.slice(at).filter(({ optional }) => !optional).length;
}

/** The answers that came, without the optional ones; `null` where they are not those expected. */
function matchAnswers(expected: readonly ExpectedAnswer[], answers: readonly Answer[]): Answer[] | null {
  const matched: Answer[] = [];
  let at = 0;
  for (const one of expected) {
    const answer = answers[at];
    if (answer !== undefined && accepts(one, answer)) {
      if (!one.optional) matched.push(answer);
      at++;
    } else if (!one.optional) return null;
  }
  return at === answers.length ? matched : null;
}

function accepts(expected: ExpectedAnswer | undefined, answer: Answer): boolean {
  return expected?.statuses.includes(answer.status) === true;
}

function describe(expected: readonly ExpectedAnswer[]): string {
  const texts = expected.map(({ statuses, optional }) => statuses.join("/") + (optional ? "?" : ""));
  return texts.join(" ") || "no answer";
}

function statusesOf(answers: readonly Answer[]): string {
  return answers.map(({ status }) => status).join(" ") || "no answer";
}

function checkAnswer(check: Check, answer: Answer | undefined): string | null {
  if (answer === undefined) return "there is no such answer";
  switch (check.subject) {
    case "header":
      return checkHeader(answer, check.value);
    case "no header":
      return absent(headerOf(answer, check.value), check.value);
    case "empty":
      return same("body", answer.body, "");
    default:
      return checkEcho(check, parseEcho(answer));
  }
}

function checkHeader(answer: Answer, wanted: string): string | null {
  const [name = "", ...value] = wanted.split(": ");
  const got = headerOf(answer, name);
  if (got === undefined) return `has no header "${name}"`;
  return value.length === 0 ? null : same(name, got, value.join(": "));
}

function absent(value: string | undefined, name: string): string | null {
  return value === undefined ? null : `has "${name}: ${value}"`;
}

function parseEcho(answer: Answer): Echo | null {
  try {
    // The server under test is an echo server; what it does not say is found missing below.
    return JSON.parse(Buffer.from(answer.body, "latin1").toString("utf8")) as Echo;
  } catch {
    return null;
  }
}

function checkEcho({ subject, value }: Check, echo: Echo | null): string | null {
  if (echo === null) return "is no echo";
  switch (subject) {
    case "method":
      return same(subject, echo.m, value);
    case "target":
      return same(subject, echo.u, value);
    case "version":
      return same(subject, echo.v, value);
    case "body":
      return same(subject, Buffer.from(echo.b, "base64").toString("latin1"), value);
    case "fields":
      return same(subject, String(echo.h.length), value);
    case "field":
      return checkField(echo, value);
    case "no field":
      return checkNoField(echo, value);
    default:
      throw new TypeError(`"${subject}" is not about the echo`);
  }
}

function checkField(echo: Echo, line: string): string | null {
  const lines = echo.h.map(([name, value]) => `${name}: ${value}`);
  return lines.includes(line) ? null : `has no field "${shorten(line)}" but ${shorten(lines.join(" | "))}`;
}

function checkNoField(echo: Echo, name: string): string | null {
  const found = echo.h.find(([one]) => one.toLowerCase() === name.toLowerCase());
  return found === undefined ? null : `has the field "${found.join(": ")}"`;
}

function same(subject: string, got: string, wanted: string): string | null {
  return got === wanted
    ? null
    : `${subject} is ${JSON.stringify(shorten(got))}, expected ${JSON.stringify(shorten(wanted))}`;
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}... (${text.length})` : text;
}
