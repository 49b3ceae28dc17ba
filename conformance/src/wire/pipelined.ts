import type { Check, Expectation, ExpectedAnswer, WireCase } from "./wire-case.ts";

const LEAD_TARGET = "/in-front";
const TRAIL_TARGET = "/behind";

/**
 * The same case in one piece: a good request, all its steps, and a good request behind them, so that a server sees it in the
 * middle of a pipeline.
 *
 * Who sends all at once waits for nothing, so interim answers may be left out.
 */
export function pipelined(wireCase: WireCase): WireCase {
  const { steps } = wireCase;
  const ends = steps.some((step) => step.ends);
  const requests = [get(LEAD_TARGET), ...steps.map((step) => step.request)];
  const expectations = [answered(LEAD_TARGET), ...steps.map((step) => step.expect)];
  const state = steps.at(-1)?.expect.state ?? null;
  if (!ends) {
    requests.push(get(TRAIL_TARGET));
    expectations.push(behind(state));
  }
  const step = { request: Buffer.concat(requests), ends, expect: { ...joined(expectations), state } };
  return { ...wireCase, steps: [step] };
}

function get(target: string): Buffer {
  return Buffer.from(`GET ${target} HTTP/1.1\r\nHost: pipeline\r\n\r\n`);
}

function answered(target: string): Expectation {
  const check: Check = { answer: 0, subject: "target", value: target, line: 0 };
  return { state: null, answers: [{ statuses: [200], optional: false }], checks: [check] };
}

/** What becomes of the request behind a case: nothing where the case closes the connection. */
function behind(state: Expectation["state"]): Expectation {
  if (state === "open") return answered(TRAIL_TARGET);
  const answers = state === "either" ? [{ statuses: [200], optional: true }] : [];
  return { state, answers, checks: [] };
}

/** The answers of several expectations behind each other, with the checks of those that must come. */
function joined(expectations: readonly Expectation[]): Pick<Expectation, "answers" | "checks"> {
  const answers: ExpectedAnswer[] = [];
  const checks: Check[] = [];
  let before = 0;
  for (const one of expectations) {
    const places = placesOf(one.answers);
    answers.push(
      ...one.answers.map((answer) => (isInterim(answer) ? { ...answer, optional: true } : answer)),
    );
    for (const check of one.checks) {
      const place = places[check.answer] ?? -1;
      if (place >= 0) checks.push({ ...check, answer: before + place });
    }
    before += places.filter((place) => place >= 0).length;
  }
  return { answers, checks };
}

/** Where each answer that checks can be about stands among those that must come in a pipeline too; -1 for the others. */
function placesOf(answers: readonly ExpectedAnswer[]): number[] {
  let place = 0;
  return answers.filter(({ optional }) => !optional).map((answer) => (isInterim(answer) ? -1 : place++));
}

function isInterim({ statuses: [status = 0] }: ExpectedAnswer): boolean {
  return status < 200;
}
