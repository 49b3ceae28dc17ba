import type { RouteInfo } from "@armature/core";
import { statusText } from "@armature/http";
import { isStandardSchema, type StandardSchemaV1 } from "@armature/schema";
import type { OpenApiMedia, OpenApiResponse } from "../document/open-api.ts";
import { toExamples } from "./examples.ts";
import type { SchemaBook } from "./schema-book.ts";

/** The answers that a route declares, by status; one without a schema where it declares none. */
export function toAnswers(
  route: RouteInfo,
  operationId: string,
  book: SchemaBook,
): Readonly<Record<string, OpenApiResponse>> {
  const { response } = route.schemas;
  const own = ownAnswers(route, book);
  if (response === undefined)
    return own ?? { 200: { description: "An answer that the route does not declare." } };
  const byStatus = isStandardSchema(response) ? { 200: response } : response;
  const declared = Object.entries(byStatus).map(([status, schema]) => [
    status,
    toAnswer(schema, { route, status: Number(status), book, fallbackName: `${operationId}Answer${status}` }),
  ]);
  return { ...own, ...Object.fromEntries(declared) };
}

/** What a handler says of answers that no schema writes. */
function ownAnswers(
  { docs: { contents } }: RouteInfo,
  book: SchemaBook,
): Readonly<Record<string, OpenApiResponse>> | null {
  if (contents === undefined) return null;
  return Object.fromEntries(
    Object.entries(contents).map(([status, types]) => {
      const content = Object.entries(types).map(([type, schema]) => [type, { schema: book.embed(schema) }]);
      return [status, { description: statusText(Number(status)), content: Object.fromEntries(content) }];
    }),
  );
}

interface AnswerPlace {
  readonly route: RouteInfo;
  readonly status: number;
  readonly book: SchemaBook;
  readonly fallbackName: string;
}

function toAnswer(
  schema: StandardSchemaV1 | null,
  { route, status, book, fallbackName }: AnswerPlace,
): OpenApiResponse {
  const description = statusText(status);
  if (schema === null) return { description };
  const place = `the answer ${status} of ${route.method} ${route.path}`;
  const media: OpenApiMedia = {
    schema: book.write({ schema, side: "output", place, fallbackName }),
    ...toExamples(route.docs.answers?.[status]),
  };
  return { description, content: { "application/json": media } };
}
