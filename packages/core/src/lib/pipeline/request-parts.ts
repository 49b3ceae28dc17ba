import type { Problem } from "@armature/schema";

/** The parts of a request that a schema can check. */
export type RequestPart = "params" | "query" | "headers" | "cookies" | "body";

/** The outputs of a route's schemas for one request; a part without a schema stays `undefined`. */
export interface ValidParts {
  params: unknown;
  query: unknown;
  headers: unknown;
  cookies: unknown;
  body: unknown;
}

/** A problem with the part of the request that it lies in. */
export interface RequestProblem extends Problem {
  readonly in: RequestPart;
}
