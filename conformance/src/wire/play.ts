import type { WireClient } from "../wire-client.ts";
import { countMissing, judge } from "./judge.ts";
import type { Answer } from "./parse-answers.ts";
import type { Split } from "./split.ts";
import type { Expectation, WireCase, WireStep } from "./wire-case.ts";

const PROBE_TARGET = "/is-it-still-in-step";
const PROBE = `GET ${PROBE_TARGET} HTTP/1.1\r\nHost: probe\r\n\r\n`;

/**
 * Plays a case over a fresh connection to an echo server; `null` where all is as expected, else what is wrong.
 *
 * A connection that must stay open has to answer one more request: a server that lost its place in the bytes cannot.
 */
export async function playCase(
  client: WireClient,
  { steps }: WireCase,
  split: Split,
): Promise<string | null> {
  let start = 0;
  for (const [at, step] of steps.entries()) {
    const isLast = at === steps.length - 1;
    await sendStep(client, step, split);
    const fault = isLast ? await judgeEnd(client, step, start) : await judgeStep(client, step, start);
    if (fault !== null) return `${steps.length > 1 ? `step ${at + 1}: ` : ""}${fault}`;
    start = client.text.length;
  }
  return null;
}

async function sendStep(client: WireClient, step: WireStep, split: Split): Promise<void> {
  for (const piece of split(step.request)) await client.send(piece);
  if (step.ends) client.end();
}

/** Judges a step that others follow: the next begins when these answers are there. */
async function judgeStep(client: WireClient, { expect }: WireStep, start: number): Promise<string | null> {
  await untilAnswered(client, expect, start);
  const { complete, rest } = client.answersFrom(start, emptyOnes(expect));
  if (client.closed) return `the connection was closed after ${statusesOf(complete)}`;
  return judge(expect, complete) ?? (rest === "" ? null : `half an answer: ${JSON.stringify(rest)}`);
}

async function judgeEnd(client: WireClient, { expect }: WireStep, start: number): Promise<string | null> {
  await untilAnswered(client, expect, start);
  if (expect.state === "close") await client.closing();
  else await probe(client, expect, start);
  const { complete, rest } = client.answersFrom(start, emptyOnes(expect));
  const fault = judge(wantedOf(expect, complete), complete);
  if (fault !== null) return `${fault}${client.closed ? ", closed" : ", open"}${reasonOf(client)}`;
  return rest === "" ? null : `more bytes than answers: ${JSON.stringify(rest.slice(0, 200))}`;
}

async function probe(client: WireClient, expect: Expectation, start: number): Promise<void> {
  await client.send(PROBE);
  await untilAnswered(client, withProbe(expect), start);
}

/** A connection that may do either has to be in step where it answers the probe. */
function wantedOf(expect: Expectation, answers: readonly Answer[]): Expectation {
  if (expect.state === "close") return expect;
  const isClosed = expect.state === "either" && judge(expect, answers) === null;
  return isClosed ? expect : withProbe(expect);
}

async function untilAnswered(client: WireClient, expect: Expectation, start: number): Promise<void> {
  const empty = emptyOnes(expect);
  await client.until(() => countMissing(expect, client.answersFrom(start, empty).complete) === 0);
}

function withProbe(expect: Expectation): Expectation {
  const answer = expect.answers.filter(({ optional }) => !optional).length;
  return {
    state: expect.state,
    answers: [...expect.answers, { statuses: [200], optional: false }],
    checks: [...expect.checks, { answer, subject: "target", value: PROBE_TARGET, line: 0 }],
  };
}

/** Which of the final answers have no body, as `parseAnswers` counts them. */
function emptyOnes({ answers, checks }: Expectation): Set<number> {
  const certain = answers.filter(({ optional }) => !optional);
  const isFinal = (at: number): boolean => (certain[at]?.statuses[0] ?? 0) >= 200;
  const finalsBefore = (at: number): number => certain.slice(0, at).filter((_, one) => isFinal(one)).length;
  return new Set(
    checks.filter(({ subject }) => subject === "empty").map(({ answer }) => finalsBefore(answer)),
  );
}

function statusesOf(answers: readonly Answer[]): string {
  return answers.map(({ status }) => status).join(" ") || "no answer";
}

function reasonOf({ failure }: WireClient): string {
  return failure === null ? "" : ` (${failure.message})`;
}
