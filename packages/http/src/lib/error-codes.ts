/** The codes of the functions that throw errors of one status, e.g. `notFound()`. */
export const ERROR_CODES = {
  400: "E_BAD_REQUEST",
  401: "E_UNAUTHORIZED",
  402: "E_PAYMENT_REQUIRED",
  403: "E_FORBIDDEN",
  404: "E_NOT_FOUND",
  405: "E_METHOD_NOT_ALLOWED",
  406: "E_NOT_ACCEPTABLE",
  408: "E_REQUEST_TIMEOUT",
  409: "E_CONFLICT",
  410: "E_GONE",
  411: "E_LENGTH_REQUIRED",
  412: "E_PRECONDITION_FAILED",
  413: "E_CONTENT_TOO_LARGE",
  415: "E_UNSUPPORTED_MEDIA_TYPE",
  416: "E_RANGE_NOT_SATISFIABLE",
  422: "E_UNPROCESSABLE",
  423: "E_LOCKED",
  426: "E_UPGRADE_REQUIRED",
  428: "E_PRECONDITION_REQUIRED",
  429: "E_TOO_MANY_REQUESTS",
  451: "E_UNAVAILABLE_FOR_LEGAL_REASONS",
  500: "E_INTERNAL",
  501: "E_NOT_IMPLEMENTED",
  502: "E_BAD_GATEWAY",
  503: "E_SERVICE_UNAVAILABLE",
  504: "E_GATEWAY_TIMEOUT",
} as const;

/** The table of {@link ERROR_CODES} as a type. */
export type ErrorCodes = typeof ERROR_CODES;

/** A status that has a code of its own, so that it alone declares an error. */
export type ErrorStatus = keyof ErrorCodes;

/** What can go wrong while a body is read. */
export const BODY_ERRORS = [
  { status: 400, code: "E_BODY_CODING", description: "The body is not what its content-encoding says." },
  { status: 400, code: "E_BODY_ENCODING", description: "The body is not valid UTF-8." },
  { status: 400, code: "E_BODY_INCOMPLETE", description: "The body ended early." },
  { status: 400, code: "E_JSON_INVALID", description: "The body is not valid JSON." },
  { status: 400, code: "E_JSON_PROTOTYPE", description: "The body has a key that reaches into prototypes." },
  { status: 413, code: "E_BODY_RATIO", description: "The body grows too much when it is decompressed." },
  { status: 413, code: "E_BODY_TOO_LARGE", description: "The body has more bytes than the route takes." },
  {
    status: 415,
    code: "E_UNSUPPORTED_CONTENT_ENCODING",
    description: "The body is compressed in a way that is not taken.",
  },
  {
    status: 415,
    code: "E_UNSUPPORTED_MEDIA_TYPE",
    description: "The body is of a media type that is not taken.",
  },
] as const;

/** What the server itself may answer, whichever route is asked. */
export const SERVER_ERRORS = [
  { status: 404, code: "E_ROUTE_NOT_FOUND", description: "No route has this path." },
  { status: 405, code: "E_METHOD_NOT_ALLOWED", description: "The path has other methods." },
  {
    status: 500,
    code: "E_INTERNAL",
    description: "Something went wrong inside; the log has it under the request id.",
  },
  { status: 503, code: "E_HANDLER_TIMEOUT", description: "There was no answer in time." },
  {
    status: 503,
    code: "E_OVERLOADED",
    description: "The server has more requests than it can answer in time.",
  },
] as const;
