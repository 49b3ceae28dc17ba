import { PROBLEM_MEDIA_TYPE } from "@armature/http";
import type {
  OpenApiMedia,
  OpenApiOperation,
  OpenApiParameter,
  OpenApiRequestBody,
  OpenApiResponse,
} from "../document/open-api.ts";
import { canonicalText } from "../build/json-walk.ts";
import { at, type Direction, type LocalChange } from "./change.ts";
import type { DocumentPair } from "./document-pair.ts";
import { compareSchemas } from "./schema-diff.ts";

/** Compares one operation before and after. */
export function compareOperations(
  before: OpenApiOperation,
  after: OpenApiOperation,
  documents: DocumentPair,
): LocalChange[] {
  return [
    ...facts(before, after),
    ...compareParameters(before.parameters ?? [], after.parameters ?? [], documents),
    ...at("request body", bodies(before.requestBody, after.requestBody, documents)),
    ...answers(before.responses, after.responses, documents),
    ...security(before, after),
  ];
}

function facts(before: OpenApiOperation, after: OpenApiOperation): LocalChange[] {
  const changes: LocalChange[] = [];
  if (before.operationId !== after.operationId)
    changes.push(changed("", `the operationId is ${after.operationId} where it was ${before.operationId}`));
  if (before.deprecated !== true && after.deprecated === true)
    changes.push(changed("", "it is deprecated now"));
  return changes;
}

function compareParameters(
  before: readonly OpenApiParameter[],
  after: readonly OpenApiParameter[],
  documents: DocumentPair,
): LocalChange[] {
  const old = byKey(before);
  const new_ = byKey(after);
  const gone = [...old.keys()].filter((key) => !new_.has(key));
  return [
    ...gone.map((key) => changed(`${key} parameter`, "the parameter is gone, and ignored where it is sent")),
    ...[...new_].flatMap(([key, parameter]) =>
      at(`${key} parameter`, compareParameter(old.get(key), parameter, documents)),
    ),
  ];
}

function byKey(parameters: readonly OpenApiParameter[]): ReadonlyMap<string, OpenApiParameter> {
  const inPath = parameters.filter((parameter) => parameter.in === "path");
  return new Map(parameters.map((parameter) => [keyOf(parameter, inPath.indexOf(parameter)), parameter]));
}

/** Names of header fields have no case, and those in a path say nothing to a client: their order does. */
function keyOf({ in: place, name }: OpenApiParameter, position: number): string {
  if (place === "path") return `path ${position + 1}`;
  return `${place} ${place === "header" ? name.toLowerCase() : name}`;
}

function compareParameter(
  before: OpenApiParameter | undefined,
  after: OpenApiParameter,
  documents: DocumentPair,
): LocalChange[] {
  const isRequired = after.required === true;
  if (before === undefined)
    return [
      isRequired ? breaking("", "the parameter is new and required") : added("", "the parameter is new"),
    ];
  const demand =
    before.required !== true && isRequired ? [breaking("", "the parameter is required now")] : [];
  return [...demand, ...compareSchemas(before.schema, after.schema, "request", documents)];
}

function bodies(
  before: OpenApiRequestBody | undefined,
  after: OpenApiRequestBody | undefined,
  documents: DocumentPair,
): LocalChange[] {
  if (before === undefined && after === undefined) return [];
  if (after === undefined) return [changed("", "a body is not expected any more")];
  if (before === undefined)
    return [
      after.required === true ? breaking("", "a body is required now") : added("", "a body is taken now"),
    ];
  const demand =
    before.required !== true && after.required === true ? [breaking("", "the body is required now")] : [];
  return [...demand, ...media(before.content, after.content, "request", documents)];
}

function answers(
  before: OpenApiOperation["responses"],
  after: OpenApiOperation["responses"],
  documents: DocumentPair,
): LocalChange[] {
  const statuses = new Set([...Object.keys(before), ...Object.keys(after)]);
  return Array.from(statuses).flatMap((status) =>
    at(`answer ${status}`, compareAnswer(status, before[status], after[status], documents)),
  );
}

function compareAnswer(
  status: string,
  before: OpenApiResponse | undefined,
  after: OpenApiResponse | undefined,
  documents: DocumentPair,
): LocalChange[] {
  if (before === undefined) return [added("", "the answer is new")];
  if (after === undefined)
    return [status.startsWith("2") ? breaking("", "the answer is gone") : changed("", "the answer is gone")];
  return media(before.content ?? {}, after.content ?? {}, "answer", documents);
}

function media(
  before: Readonly<Record<string, OpenApiMedia>>,
  after: Readonly<Record<string, OpenApiMedia>>,
  direction: Direction,
  documents: DocumentPair,
): LocalChange[] {
  const types = new Set([...Object.keys(before), ...Object.keys(after)]);
  return Array.from(types).flatMap((type) => {
    const was = before[type];
    const is = after[type];
    if (was === undefined) return [added(type, "the media type is new")];
    if (is === undefined) return [breaking(type, "the media type is gone")];
    const changes = compareSchemas(was.schema ?? true, is.schema ?? true, direction, documents);
    return at(type, type === PROBLEM_MEDIA_TYPE ? changes.map(toMildChange) : changes);
  });
}

/** Whoever reads problems has to expect codes and members that it does not know (RFC 9457, 3.2). */
function toMildChange(change: LocalChange): LocalChange {
  return change.kind === "breaking" ? { ...change, kind: "changed" } : change;
}

function security(before: OpenApiOperation, after: OpenApiOperation): LocalChange[] {
  const was = before.security ?? [];
  const is = after.security ?? [];
  if (canonicalText(was) === canonicalText(is)) return [];
  const asksMore = was.length === 0 || is.some((requirement) => Object.keys(requirement).length > 0);
  return is.length === 0 || !asksMore
    ? [changed("security", "clients need not prove who they are any more")]
    : [breaking("security", "clients have to prove who they are in another way than before")];
}

function added(place: string, reason: string): LocalChange {
  return { kind: "added", place, reason };
}

function changed(place: string, reason: string): LocalChange {
  return { kind: "changed", place, reason };
}

function breaking(place: string, reason: string): LocalChange {
  return { kind: "breaking", place, reason };
}
