export type { ApiOf, ApiRoute, GeneratedApi, GeneratedRoute, RoutesByPath } from "./lib/api/api.ts";
export type { JsonType } from "./lib/api/json-type.ts";
export type {
  ErrorAnswer,
  ErrorStatus,
  RouteAnswer,
  SuccessAnswer,
  SuccessData,
} from "./lib/api/route-answer.ts";
export type { CallParts, FieldValues, ParamValue, QueryValues, RouteInput } from "./lib/api/route-input.ts";
export { Call } from "./lib/call/call.ts";
export type { CallSettings } from "./lib/call/call-options.ts";
export type { CallArguments, CallRoute, PathCalls } from "./lib/call/path-calls.ts";
export { AnswerError, ClientError, type ClientErrorOptions } from "./lib/client-error.ts";
export type { ClientInterceptor, ClientOptions, DefaultHeaders, SendRequest } from "./lib/client-options.ts";
export { createClient, type Client } from "./lib/create-client.ts";
export type { BodyFormat } from "./lib/request/encode-body.ts";
export type { RetryOptions } from "./lib/request/retry.ts";
export type { OnUploadProgress, UploadProgress } from "./lib/request/upload-stream.ts";
export { EventParser, type ServerEvent } from "./lib/stream/event-parser.ts";
export type { EventOptions } from "./lib/stream/read-events.ts";
