import type { RouteInfo } from "@armature/core";
import { PROBLEM_MEDIA_TYPE, statusText } from "@armature/http";
import type { JsonSchema, JsonSchemaObject } from "@armature/schema";
import type { OpenApiResponse } from "../document/open-api.ts";
import { isObject } from "./json-walk.ts";
import type { SchemaBook } from "./schema-book.ts";

type RouteError = RouteInfo["errors"][number];

/** The members that every problem document has (RFC 9457, 3.1), with the framework's own. */
const PROBLEM: JsonSchemaObject = {
  type: "object",
  description: "Problem details (RFC 9457).",
  properties: {
    type: { type: "string", format: "uri-reference" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string", description: "What went wrong this time, for people." },
    code: { type: "string", description: "Stable, for programs." },
    instance: { type: "string", format: "uri-reference" },
    requestId: { type: "string", description: "The id of the request in logs and traces." },
  },
  required: ["type", "title", "status", "code"],
};

/** What a route answers when something goes wrong, by status: problem documents that their code tells apart. */
export function toProblemAnswers(
  { errors, method, path }: RouteInfo,
  book: SchemaBook,
): Readonly<Record<string, OpenApiResponse>> {
  const byStatus = Map.groupBy(
    errors.filter((error) => belongs(error, path)),
    ({ status }) => status,
  );
  return Object.fromEntries(
    Array.from(byStatus, ([status, same]) => [
      status,
      {
        description: describe(status, same),
        content: { [PROBLEM_MEDIA_TYPE]: { schema: problemSchema(same, `${method} ${path}`, book) } },
      },
    ]),
  );
}

/** What is answered where no route is found says nothing of a route, unless a parameter of its own makes the path unknown. */
function belongs({ code }: RouteError, path: string): boolean {
  if (code === "E_METHOD_NOT_ALLOWED") return false;
  return code !== "E_ROUTE_NOT_FOUND" || /[:*]/.test(path);
}

function describe(status: number, errors: readonly RouteError[]): string {
  return [statusText(status), ...errors.map(({ code, description }) => `- \`${code}\`: ${description}`)].join(
    "\n",
  );
}

/** One variant for all errors that add nothing, and one for each that has details of its own. */
function problemSchema(errors: readonly RouteError[], place: string, book: SchemaBook): JsonSchema {
  const plain = errors.filter(({ details }) => details === null).map(({ code }) => code);
  const variants = [
    ...(plain.length === 0 ? [] : [variant(plain, null, book)]),
    ...errors
      .filter(({ details }) => details !== null)
      .map((error) => variant([error.code], detailsOf(error, place, book), book)),
  ];
  const [only] = variants;
  return variants.length === 1 && only !== undefined ? only : { oneOf: variants };
}

function variant(codes: readonly string[], details: JsonSchema | null, book: SchemaBook): JsonSchemaObject {
  const [first] = codes;
  const code: JsonSchemaObject = codes.length === 1 ? { const: first } : { enum: codes };
  return {
    allOf: [
      book.component("Problem", PROBLEM),
      { type: "object", properties: { code } },
      ...(details === null ? [] : [details]),
    ],
  };
}

/** Open, even where the schema itself is closed: the members stand among those of the problem. */
function detailsOf({ details, code }: RouteError, route: string, book: SchemaBook): JsonSchema | null {
  if (details === null) return null;
  const place = `the details of ${code}, an error of ${route},`;
  const json = book.write({ schema: details, side: "output", place, fallbackName: `${code}Details` });
  const resolved = book.resolve(json);
  if (!isObject(resolved) || resolved.additionalProperties !== false) return json;
  const { additionalProperties: _, ...open } = resolved;
  return open;
}
