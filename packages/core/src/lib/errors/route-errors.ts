import {
  ArmatureError,
  assertDeclaration,
  BODY_ERRORS,
  ERROR_CODES,
  SERVER_ERRORS,
  statusText,
  type ErrorDeclaration,
  type ErrorRef,
} from "@armature/http";
import { isStandardSchema, type StandardSchemaV1 } from "@armature/schema";
import type { RouteSchemas } from "../route/route-schemas.ts";
import type { StageInfo } from "../route/stage-info.ts";
import type { ErrorInfo } from "./error-info.ts";
import { VALIDATION_DETAILS } from "./validation-details.ts";

/** Something that declares errors, with its name. */
export interface ErrorSource {
  readonly name: string;
  readonly errors: readonly ErrorRef[] | undefined;
}

/** What a route's errors come from. */
export interface RouteErrorSources {
  /** The levels around the route and itself, the outermost first. */
  readonly levels: readonly ErrorSource[];
  readonly stages: readonly StageInfo[];
  readonly method: string;
  readonly schemas: RouteSchemas;
}

/**
 * Every error that a route is known to answer, by status and code: what it, its surroundings and its stages declare, and what the
 * framework answers by itself.
 *
 * @throws ArmatureError `E_ERROR_INVALID` for what declares no error
 */
export function routeErrors({ levels, stages, method, schemas }: RouteErrorSources): ErrorInfo[] {
  const declared = [
    ...levels.flatMap(({ name, errors = [] }) => listOf(errors, name).map((ref) => toInfo(ref, name))),
    ...stages.flatMap(stageErrors),
  ];
  return merge([
    ...declared,
    ...validationErrors(schemas),
    ...bodyErrors(method, schemas),
    ...serverErrors(),
  ]);
}

function listOf(errors: unknown, name: string): readonly unknown[] {
  if (Array.isArray(errors)) return errors;
  throw new ArmatureError("E_ERROR_INVALID", `The errors of ${name} must be a list.`);
}

function toInfo(ref: unknown, source: string): ErrorInfo {
  const declaration = isKnownStatus(ref) ? { status: ref, code: ERROR_CODES[ref] } : ref;
  assertDeclaration(declaration, source);
  const { status, code, description = "", details } = declaration;
  return { status, code, description, details: toSchema(details, code, source), sources: [source] };
}

function isKnownStatus(ref: unknown): ref is keyof typeof ERROR_CODES {
  return typeof ref === "number" && Object.hasOwn(ERROR_CODES, ref);
}

function toSchema(
  details: ErrorDeclaration["details"],
  code: string,
  source: string,
): StandardSchemaV1 | null {
  if (details === undefined) return null;
  if (isStandardSchema(details)) return details;
  throw new ArmatureError(
    "E_ERROR_INVALID",
    `The details of ${code}, which ${source} declares, must be a Standard Schema.`,
  );
}

/** A guard that declares nothing may say no. */
function stageErrors({ kind, name, ref }: StageInfo): ErrorInfo[] {
  const source = `${kind} ${name}`;
  const { errors } = ref as { errors?: unknown }; // stages are functions and classes; read as unknown
  if (errors !== undefined) return listOf(errors, source).map((error) => toInfo(error, source));
  return kind === "guard" ? [toInfo(403, source)] : [];
}

function validationErrors({ params, query, headers, cookies, body }: RouteSchemas): ErrorInfo[] {
  const head = params ?? query ?? headers ?? cookies;
  return [...(head === undefined ? [] : [invalid(400)]), ...(body === undefined ? [] : [invalid(422)])];
}

function invalid(status: 400 | 422): ErrorInfo {
  return {
    status,
    code: "E_VALIDATION_FAILED",
    description: `The ${status === 422 ? "body" : "request"} does not fit its schema.`,
    details: VALIDATION_DETAILS,
    sources: ["validation"],
  };
}

/** Methods whose requests have a body as a rule; a handler may read one without a schema. */
const BODY_METHODS = new Set(["POST", "PUT", "PATCH"]);

function bodyErrors(method: string, { body }: RouteSchemas): ErrorInfo[] {
  if (body === undefined && !BODY_METHODS.has(method)) return [];
  return BODY_ERRORS.map((error) => ({ ...error, details: null, sources: ["body"] }));
}

function serverErrors(): ErrorInfo[] {
  return SERVER_ERRORS.map((error) => ({ ...error, details: null, sources: ["server"] }));
}

function merge(errors: readonly ErrorInfo[]): ErrorInfo[] {
  const byKind = Map.groupBy(errors, ({ status, code }) => `${status} ${code}`);
  const merged = Array.from(byKind.values(), mergeSame);
  return merged.toSorted((a, b) => a.status - b.status || (a.code < b.code ? -1 : 1));
}

/** The first description and schema stand: the outermost level comes first, and the framework last. */
function mergeSame(same: readonly ErrorInfo[]): ErrorInfo {
  const { status, code } = same[0] as ErrorInfo; // a group has at least one
  return {
    status,
    code,
    description: same.find(({ description }) => description !== "")?.description ?? statusText(status),
    details: same.find(({ details }) => details !== null)?.details ?? null,
    sources: [...new Set(same.flatMap(({ sources }) => sources))],
  };
}
