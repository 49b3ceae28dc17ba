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
  if (response === undefined) return { 200: { description: "An answer that the route does not declare." } };
  const byStatus = isStandardSchema(response) ? { 200: response } : response;
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, schema]) => [
      status,
      toAnswer(schema, {
        route,
        status: Number(status),
        book,
        fallbackName: `${operationId}Answer${status}`,
      }),
    ]),
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
