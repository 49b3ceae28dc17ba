// Generated from the routes of an application; do not edit.

/** The routes of the API; for `createClient`. */
export interface Api {
  readonly __table?: readonly [Routes];
}

interface Routes {
  readonly "/":
    | {
        readonly method: "GET";
        readonly input: unknown;
        readonly answers: unknown;
        readonly errors: { readonly 404: "E_ROUTE_NOT_FOUND"; readonly 405: "E_METHOD_NOT_ALLOWED"; readonly 500: "E_INTERNAL"; readonly 503: "E_HANDLER_TIMEOUT" | "E_OVERLOADED" };
      };
  readonly "/api/admin/stats":
    | {
        readonly method: "GET";
        readonly input: unknown;
        readonly answers: { readonly 200: { users: number; uptimeSeconds: number } };
        readonly errors: { readonly 401: "E_UNAUTHORIZED"; readonly 403: "E_FORBIDDEN"; readonly 404: "E_ROUTE_NOT_FOUND"; readonly 405: "E_METHOD_NOT_ALLOWED"; readonly 500: "E_INTERNAL"; readonly 503: "E_HANDLER_TIMEOUT" | "E_OVERLOADED" };
      };
  readonly "/api/events":
    | {
        readonly method: "GET";
        readonly input: { readonly query: { readonly count?: number | undefined; readonly everyMs?: number | undefined } };
        readonly answers: unknown;
        readonly errors: { readonly 400: "E_VALIDATION_FAILED"; readonly 404: "E_ROUTE_NOT_FOUND"; readonly 405: "E_METHOD_NOT_ALLOWED"; readonly 500: "E_INTERNAL"; readonly 503: "E_HANDLER_TIMEOUT" | "E_OVERLOADED" };
        readonly details: { readonly "E_VALIDATION_FAILED": { problems: { in: "params" | "query" | "headers" | "cookies" | "body"; path: string; message: string; code?: string | undefined }[] } };
      };
  readonly "/api/uploads":
    | {
        readonly method: "POST";
        readonly input: unknown;
        readonly answers: { readonly 201: { files: { id: string; name: string; type: string; bytes: number }[] } };
        readonly errors: { readonly 400: "E_BAD_REQUEST" | "E_BODY_CODING" | "E_BODY_ENCODING" | "E_BODY_INCOMPLETE" | "E_JSON_INVALID" | "E_JSON_PROTOTYPE" | "E_MULTIPART_INVALID"; readonly 404: "E_ROUTE_NOT_FOUND"; readonly 405: "E_METHOD_NOT_ALLOWED"; readonly 413: "E_BODY_RATIO" | "E_BODY_TOO_LARGE" | "E_MULTIPART_TOO_LARGE"; readonly 415: "E_UNSUPPORTED_CONTENT_ENCODING" | "E_UNSUPPORTED_MEDIA_TYPE"; readonly 500: "E_INTERNAL"; readonly 503: "E_HANDLER_TIMEOUT" | "E_OVERLOADED" };
      };
  readonly "/api/users":
    | {
        readonly method: "GET";
        readonly input: { readonly query: { readonly search?: string | undefined; readonly limit?: number | undefined } };
        readonly answers: { readonly 200: { id: number; name: string; email: string }[] };
        readonly errors: { readonly 400: "E_VALIDATION_FAILED"; readonly 404: "E_ROUTE_NOT_FOUND"; readonly 405: "E_METHOD_NOT_ALLOWED"; readonly 500: "E_INTERNAL"; readonly 503: "E_HANDLER_TIMEOUT" | "E_OVERLOADED" };
        readonly details: { readonly "E_VALIDATION_FAILED": { problems: { in: "params" | "query" | "headers" | "cookies" | "body"; path: string; message: string; code?: string | undefined }[] } };
      }
    | {
        readonly method: "POST";
        readonly input: { readonly body: { readonly name: string; readonly email: string } };
        readonly answers: { readonly 201: { id: number; name: string; email: string } };
        readonly errors: { readonly 400: "E_BODY_CODING" | "E_BODY_ENCODING" | "E_BODY_INCOMPLETE" | "E_JSON_INVALID" | "E_JSON_PROTOTYPE"; readonly 404: "E_ROUTE_NOT_FOUND"; readonly 405: "E_METHOD_NOT_ALLOWED"; readonly 409: "EMAIL_TAKEN"; readonly 413: "E_BODY_RATIO" | "E_BODY_TOO_LARGE"; readonly 415: "E_UNSUPPORTED_CONTENT_ENCODING" | "E_UNSUPPORTED_MEDIA_TYPE"; readonly 422: "E_VALIDATION_FAILED"; readonly 500: "E_INTERNAL"; readonly 503: "E_HANDLER_TIMEOUT" | "E_OVERLOADED" };
        readonly details: { readonly "E_VALIDATION_FAILED": { problems: { in: "params" | "query" | "headers" | "cookies" | "body"; path: string; message: string; code?: string | undefined }[] } };
      };
  readonly "/api/users/:id":
    | {
        readonly method: "DELETE";
        readonly input: { readonly params: { readonly id: number } };
        readonly answers: { readonly 204: undefined };
        readonly errors: { readonly 400: "E_VALIDATION_FAILED"; readonly 404: "E_NOT_FOUND" | "E_ROUTE_NOT_FOUND"; readonly 405: "E_METHOD_NOT_ALLOWED"; readonly 500: "E_INTERNAL"; readonly 503: "E_HANDLER_TIMEOUT" | "E_OVERLOADED" };
        readonly details: { readonly "E_VALIDATION_FAILED": { problems: { in: "params" | "query" | "headers" | "cookies" | "body"; path: string; message: string; code?: string | undefined }[] } };
      }
    | {
        readonly method: "GET";
        readonly input: { readonly params: { readonly id: number } };
        readonly answers: { readonly 200: { id: number; name: string; email: string } };
        readonly errors: { readonly 400: "E_VALIDATION_FAILED"; readonly 404: "E_NOT_FOUND" | "E_ROUTE_NOT_FOUND"; readonly 405: "E_METHOD_NOT_ALLOWED"; readonly 500: "E_INTERNAL"; readonly 503: "E_HANDLER_TIMEOUT" | "E_OVERLOADED" };
        readonly details: { readonly "E_VALIDATION_FAILED": { problems: { in: "params" | "query" | "headers" | "cookies" | "body"; path: string; message: string; code?: string | undefined }[] } };
      }
    | {
        readonly method: "PUT";
        readonly input: { readonly params: { readonly id: number }; readonly body: { readonly name: string; readonly email: string } };
        readonly answers: { readonly 200: { id: number; name: string; email: string } };
        readonly errors: { readonly 400: "E_BODY_CODING" | "E_BODY_ENCODING" | "E_BODY_INCOMPLETE" | "E_JSON_INVALID" | "E_JSON_PROTOTYPE" | "E_VALIDATION_FAILED"; readonly 404: "E_NOT_FOUND" | "E_ROUTE_NOT_FOUND"; readonly 405: "E_METHOD_NOT_ALLOWED"; readonly 409: "EMAIL_TAKEN"; readonly 413: "E_BODY_RATIO" | "E_BODY_TOO_LARGE"; readonly 415: "E_UNSUPPORTED_CONTENT_ENCODING" | "E_UNSUPPORTED_MEDIA_TYPE"; readonly 422: "E_VALIDATION_FAILED"; readonly 500: "E_INTERNAL"; readonly 503: "E_HANDLER_TIMEOUT" | "E_OVERLOADED" };
        readonly details: { readonly "E_VALIDATION_FAILED": { problems: { in: "params" | "query" | "headers" | "cookies" | "body"; path: string; message: string; code?: string | undefined }[] } };
      };
  readonly "/assets/*path":
    | {
        readonly method: "GET";
        readonly input: { readonly params: { readonly path: string } };
        readonly answers: unknown;
        readonly errors: { readonly 404: "E_ROUTE_NOT_FOUND"; readonly 405: "E_METHOD_NOT_ALLOWED"; readonly 500: "E_INTERNAL"; readonly 503: "E_HANDLER_TIMEOUT" | "E_OVERLOADED" };
      };
  readonly "/docs":
    | {
        readonly method: "GET";
        readonly input: unknown;
        readonly answers: unknown;
        readonly errors: { readonly 404: "E_ROUTE_NOT_FOUND"; readonly 405: "E_METHOD_NOT_ALLOWED"; readonly 500: "E_INTERNAL"; readonly 503: "E_HANDLER_TIMEOUT" | "E_OVERLOADED" };
      };
  readonly "/docs/openapi-explorer.js":
    | {
        readonly method: "GET";
        readonly input: unknown;
        readonly answers: unknown;
        readonly errors: { readonly 404: "E_ROUTE_NOT_FOUND"; readonly 405: "E_METHOD_NOT_ALLOWED"; readonly 500: "E_INTERNAL"; readonly 503: "E_HANDLER_TIMEOUT" | "E_OVERLOADED" };
      };
  readonly "/openapi.json":
    | {
        readonly method: "GET";
        readonly input: unknown;
        readonly answers: unknown;
        readonly errors: { readonly 404: "E_ROUTE_NOT_FOUND"; readonly 405: "E_METHOD_NOT_ALLOWED"; readonly 500: "E_INTERNAL"; readonly 503: "E_HANDLER_TIMEOUT" | "E_OVERLOADED" };
      };
  readonly "/openapi.yaml":
    | {
        readonly method: "GET";
        readonly input: unknown;
        readonly answers: unknown;
        readonly errors: { readonly 404: "E_ROUTE_NOT_FOUND"; readonly 405: "E_METHOD_NOT_ALLOWED"; readonly 500: "E_INTERNAL"; readonly 503: "E_HANDLER_TIMEOUT" | "E_OVERLOADED" };
      };
}
