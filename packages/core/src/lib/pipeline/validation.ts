import { HttpError } from "@armature/http";
import { compileValidator, type Checked, type StandardSchemaV1, type Validator } from "@armature/schema";
import { readValue } from "../context/read-body.ts";
import type { RequestContext } from "../context/request-context.ts";
import { isThenable, type MaybePromise } from "../maybe-promise.ts";
import type { RouteSchemas } from "../route/route-schemas.ts";
import type { RequestPart, RequestProblem, ValidParts } from "./request-parts.ts";

interface PartCheck {
  readonly part: RequestPart;
  readonly validator: Validator<unknown>;
}

type HeadPart = Exclude<RequestPart, "body">;
const HEAD_PARTS: readonly HeadPart[] = ["params", "query", "headers", "cookies"];

/** Checks a request and keeps the outputs in its context; throws an HttpError with all problems. */
export type RequestCheck = (context: RequestContext) => MaybePromise<void>;

/** Compiles the schemas of a route into one check; `null` where there is nothing to check. */
export function compileRequestCheck(schemas: RouteSchemas, maxBodyBytes: number): RequestCheck | null {
  const head = HEAD_PARTS.flatMap((part) => checksOf(part, schemas[part]));
  const body = checksOf("body", schemas.body)[0];
  if (body === undefined)
    return head.length === 0 ? null : (context) => checkHead(head, openParts(context), context);
  return (context) => {
    const parts = openParts(context);
    // A head that fails is refused before the body is read.
    const pending = checkHead(head, parts, context);
    if (pending === undefined) return checkBody(body.validator, parts, context, maxBodyBytes);
    return pending.then(() => checkBody(body.validator, parts, context, maxBodyBytes));
  };
}

function checksOf(part: RequestPart, schema: StandardSchemaV1 | undefined): PartCheck[] {
  return schema === undefined ? [] : [{ part, validator: compileValidator(schema) }];
}

function openParts(context: RequestContext): ValidParts {
  return (context.valid = {
    params: undefined,
    query: undefined,
    headers: undefined,
    cookies: undefined,
    body: undefined,
  });
}

/** Checks the parts one after the other, and goes on asynchronously from the first schema that is asynchronous. */
function checkHead(
  checks: readonly PartCheck[],
  parts: ValidParts,
  context: RequestContext,
): Promise<void> | undefined {
  let problems: RequestProblem[] | null = null;
  for (let at = 0; at < checks.length; at++) {
    const { part, validator } = checks[at] as PartCheck; // at < length
    const checked = validator.validate(rawPart(context, part));
    if (isThenable(checked)) {
      const soFar = problems;
      const pending = Promise.resolve(checked).then((later) => keep(part, later, parts, soFar));
      return checkHeadLater(checks.slice(at + 1), parts, context, pending);
    }
    problems = keep(part, checked, parts, problems);
  }
  if (problems !== null) throw invalid(problems);
  return undefined;
}

async function checkHeadLater(
  checks: readonly PartCheck[],
  parts: ValidParts,
  context: RequestContext,
  earlier: Promise<RequestProblem[] | null>,
): Promise<void> {
  let problems = await earlier;
  for (const { part, validator } of checks) {
    problems = keep(part, await validator.validate(rawPart(context, part)), parts, problems);
  }
  if (problems !== null) throw invalid(problems);
}

function checkBody(
  validator: Validator<unknown>,
  parts: ValidParts,
  context: RequestContext,
  maxBodyBytes: number,
): MaybePromise<void> {
  const value = readValue(context.takeBody(), context.exchange.headers, maxBodyBytes);
  if (value instanceof Promise) return value.then((later: unknown) => validateBody(validator, later, parts));
  return validateBody(validator, value, parts);
}

function validateBody(validator: Validator<unknown>, value: unknown, parts: ValidParts): MaybePromise<void> {
  const checked = validator.validate(value);
  if (isThenable(checked)) return Promise.resolve(checked).then((later) => keepBody(later, parts));
  return keepBody(checked, parts);
}

function keepBody(checked: Checked<unknown>, parts: ValidParts): void {
  const problems = keep("body", checked, parts, null);
  if (problems !== null) throw invalid(problems);
}

function keep(
  part: RequestPart,
  checked: Checked<unknown>,
  parts: ValidParts,
  problems: RequestProblem[] | null,
): RequestProblem[] | null {
  if (checked.ok) {
    parts[part] = checked.value;
    return problems;
  }
  const found = checked.problems.map((problem) => ({ in: part, ...problem }));
  return problems === null ? found : problems.concat(found);
}

function rawPart(context: RequestContext, part: RequestPart): unknown {
  const request = context.request;
  switch (part) {
    case "params":
      return request.params;
    case "query":
      return request.query;
    case "headers":
      return request.headers.toObject();
    case "cookies":
      return request.cookies;
    case "body":
      return undefined;
  }
}

/** A body that was understood but breaks its schema is 422 (RFC 9110, 15.5.21); the rest is 400. */
function invalid(problems: readonly RequestProblem[]): HttpError {
  const isBody = problems[0]?.in === "body";
  const where = [...new Set(problems.map((problem) => problem.in))].join(", ");
  return new HttpError(
    isBody ? 422 : 400,
    "E_VALIDATION_FAILED",
    `The request does not fit its schema (${where}).`,
    {
      extensions: { problems },
    },
  );
}
