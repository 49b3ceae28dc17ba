import assert from "node:assert/strict";

/** An answer with its body read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** What a problem is expected to say. */
export interface ExpectedProblem {
  readonly status: number;
  readonly code: string;
  readonly detail: string | RegExp;
  /** `in` and `path` of each problem of a validation. */
  readonly problems?: readonly string[];
}

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  416: "Range Not Satisfiable",
  422: "Unprocessable Content",
};

interface Problem {
  readonly in: string;
  readonly path: string;
  readonly message: string;
}

/** Sends a request with a JSON body, or with none, and reads the answer. */
export async function call(url: string, method = "GET", body?: unknown): Promise<Answer> {
  return await send(url, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
}

/** Sends a request and reads the answer. */
export async function send(url: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(url, init);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** Checks an answer with a JSON body. */
export function assertJson(answer: Answer, status: number, body: unknown): void {
  assert.deepEqual(
    {
      status: answer.status,
      type: answer.headers.get("content-type"),
      body: JSON.parse(answer.text) as unknown,
    },
    { status, type: "application/json", body },
  );
}

/** Checks problem details (RFC 9457). */
export function assertProblem(answer: Answer, expected: ExpectedProblem): void {
  assert.equal(answer.headers.get("content-type"), "application/problem+json");
  const { detail, problems, ...rest } = JSON.parse(answer.text) as Record<string, unknown>;
  assert.deepEqual(
    { answered: answer.status, ...rest },
    {
      answered: expected.status,
      type: "about:blank",
      title: TITLES[expected.status],
      status: expected.status,
      code: expected.code,
      requestId: answer.headers.get("x-request-id"),
    },
  );
  if (expected.detail instanceof RegExp) assert.match(String(detail), expected.detail);
  else assert.equal(detail, expected.detail);
  const places = (problems as Problem[] | undefined)?.map((problem) => `${problem.in} ${problem.path}`);
  assert.deepEqual(places, expected.problems);
}
