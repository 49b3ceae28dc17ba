import { AssertionError } from "node:assert";
import { isDeepStrictEqual } from "node:util";
import { statusText } from "@armature/http";
import type { Problem } from "@armature/schema";
import type { TestResponse } from "./test-response.ts";

/** What a test expects of an answer: `null` where it is met, else what differs. */
export type Expectation = (response: TestResponse) => Difference | null;

/** How an answer differs from what a test expects. */
export interface Difference {
  readonly message: string;
  readonly actual: unknown;
  readonly expected: unknown;
}

/** Expects a status. */
export function expectStatus(expected: number): Expectation {
  return ({ status: actual }) =>
    actual === expected
      ? null
      : { message: `expected ${nameOf(expected)}, got ${nameOf(actual)}`, actual, expected };
}

/** Expects a header field: exactly this text, text that fits a pattern, or `null` for none at all. */
export function expectHeader(name: string, expected: string | RegExp | null): Expectation {
  return ({ headers }) => {
    const actual = headers.get(name) ?? null;
    const isMet = expected instanceof RegExp ? actual !== null && expected.test(actual) : actual === expected;
    if (isMet) return null;
    return { message: `expected ${name}: ${show(expected)}, got ${show(actual)}`, actual, expected };
  };
}

/** Expects a body of JSON that is deeply equal. */
export function expectJson(expected: unknown): Expectation {
  return (response) => {
    const actual = tryJson(response);
    return isDeepStrictEqual(actual, expected)
      ? null
      : { message: "expected another body", actual, expected };
  };
}

/** The difference of a body that does not fit a schema. */
export function toDifference(problems: readonly Problem[], response: TestResponse): Difference {
  const lines = problems.map(({ path, message }) => `  ${path === "" ? "/" : path}: ${message}`);
  return {
    message: `expected a body that fits the schema\n${lines.join("\n")}`,
    actual: response.json(),
    expected: undefined,
  };
}

/** Makes the error of a difference, with everything that helps to find its cause. */
export function toAssertionError(difference: Difference, report: string): AssertionError {
  const { message, actual, expected } = difference;
  return new AssertionError({ message: `${message}\n\n${report}`, actual, expected, operator: "expect" });
}

function nameOf(status: number): string {
  return `${status} ${statusText(status)}`.trim();
}

function show(value: string | RegExp | null): string {
  if (value === null) return "none";
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

function tryJson(response: TestResponse): unknown {
  try {
    return response.json();
  } catch (error) {
    return error;
  }
}
