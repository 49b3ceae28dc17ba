import { HttpError } from "@armature/http";
import {
  compileCoercion,
  compileValidator,
  type Checked,
  type JsonSchemaOptions,
  type PartCoercion,
  type StandardSchemaV1,
  type Validator,
} from "@armature/schema";
import { readValue } from "../context/read-body.ts";
import type { RequestContext } from "../context/request-context.ts";
import { isThenable, type MaybePromise } from "../maybe-promise.ts";
import type { RouteSchemas } from "../route/route-schemas.ts";
import type { RequestPart, RequestProblem, ValidParts } from "./request-parts.ts";

interface PartCheck {
  readonly part: HeadPart;
  /** Turns texts into what the schema takes; `null` where it takes texts. */
  readonly coerce: PartCoercion | null;
  readonly validator: Validator<unknown>;
}

/** What a check depends on beside the schemas. */
export interface CheckSettings {
  readonly maxBodyBytes: number;
  readonly jsonSchema: JsonSchemaOptions;
}

type HeadPart = Exclude<RequestPart, "body">;
const HEAD_PARTS: readonly HeadPart[] = ["params", "query", "headers", "cookies"];

/** Checks a request and keeps the outputs in its context; throws an HttpError with all problems. */
export type RequestCheck = (context: RequestContext) => MaybePromise<void>;

/** Compiles the schemas of a route into one check; `null` where there is nothing to check. */
export function compileRequestCheck(schemas: RouteSchemas, settings: CheckSettings): RequestCheck | null {
  const { maxBodyBytes, jsonSchema } = settings;
  const head = HEAD_PARTS.flatMap((part) => checksOf(part, schemas[part], jsonSchema));
  const body = schemas.body === undefined ? null : compileValidator(schemas.body);
  if (body === null)
    return head.length === 0 ? null : (context) => checkHead(head, openParts(context), context);
  return (context) => {
    const parts = openParts(context);
    // A head that fails is refused before the body is read.
    const pending = checkHead(head, parts, context);
    if (pending === undefined) return checkBody(body, parts, context, maxBodyBytes);
    return pending.then(() => checkBody(body, parts, context, maxBodyBytes));
  };
}

function checksOf(
  part: HeadPart,
  schema: StandardSchemaV1 | undefined,
  jsonSchema: JsonSchemaOptions,
): PartCheck[] {
  if (schema === undefined) return [];
  const validator = compileValidator(schema);
  return [{ part, coerce: compileCoercion(schema, part, jsonSchema), validator }];
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
    const check = checks[at] as PartCheck; // at < length
    const { part } = check;
    const checked = checkPart(check, context);
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
  for (const check of checks) problems = keep(check.part, await checkPart(check, context), parts, problems);
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

function checkPart(
  { part, coerce, validator }: PartCheck,
  context: RequestContext,
): MaybePromise<Checked<unknown>> {
  const raw = rawPart(context, part);
  return validator.validate(coerce === null ? raw : coerce(raw));
}

function rawPart(context: RequestContext, part: HeadPart): object {
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
