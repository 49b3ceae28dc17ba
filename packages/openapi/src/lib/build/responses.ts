import type { RouteInfo } from "@armature/core";
import { statusText } from "@armature/http";
import { isStandardSchema, type StandardSchemaV1 } from "@armature/schema";
import type { OpenApiMedia, OpenApiResponse } from "../document/open-api.ts";
import { toExamples } from "./examples.ts";
import type { SchemaBook } from "./schema-book.ts";

const UNDECLARED = { 200: { description: "An answer that the route does not declare." } };

/** By status. */
type Answers = Readonly<Record<string, OpenApiResponse>>;

/** The answers that a route declares, by status; one without a schema where it declares none. */
export function toAnswers(route: RouteInfo, operationId: string, book: SchemaBook): Answers {
  const { response } = route.schemas;
  const own = joinAnswers(ownAnswers(route, book), eventAnswers(route, operationId, book));
  if (response === undefined) return Object.keys(own).length > 0 ? own : UNDECLARED;
  const byStatus = isStandardSchema(response) ? { 200: response } : response;
  const declared = Object.entries(byStatus).map(([status, schema]) => [
    status,
    toAnswer(schema, { route, status: Number(status), book, fallbackName: `${operationId}Answer${status}` }),
  ]);
  return joinAnswers(own, Object.fromEntries(declared));
}

/** What a handler says of answers that no schema writes. */
function ownAnswers({ docs: { contents } }: RouteInfo, book: SchemaBook): Answers {
  if (contents === undefined) return {};
  return Object.fromEntries(
    Object.entries(contents).map(([status, types]) => {
      const content = Object.entries(types).map(([type, schema]) => [type, { schema: book.embed(schema) }]);
      return [status, { description: statusText(Number(status)), content: Object.fromEntries(content) }];
    }),
  );
}

/** Answers of both; one that both have is described by the second, and has the media types of both. */
function joinAnswers(first: Answers, second: Answers): Answers {
  const joined = Object.entries(second).map(([status, answer]) => {
    const content = { ...first[status]?.content, ...answer.content };
    return [status, Object.keys(content).length === 0 ? answer : { ...answer, content }];
  });
  return { ...first, ...Object.fromEntries(joined) };
}

/**
 * The events of a stream: the schema is that of one event, which has its name, its data as the JSON text that stands in the stream, and
 * perhaps an id.
 */
function eventAnswers(
  { method, path, schemas: { events } }: RouteInfo,
  operationId: string,
  book: SchemaBook,
): Answers {
  if (events === undefined) return {};
  const oneOf = Object.entries(events).map(([event, schema]) => {
    const place = `the event "${event}" of ${method} ${path}`;
    const contentSchema = book.write({
      schema,
      side: "output",
      place,
      fallbackName: `${operationId}Event${event}`,
    });
    return {
      type: "object",
      properties: {
        event: { const: event },
        data: { type: "string", contentMediaType: "application/json", contentSchema },
        id: { type: "string" },
      },
      required: event === "message" ? ["data"] : ["event", "data"],
    } as const;
  });
  const content = { "text/event-stream": { schema: { oneOf } } };
  return {
    200: { description: "A stream of events (Server-Sent Events); the schema is that of each.", content },
  };
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
