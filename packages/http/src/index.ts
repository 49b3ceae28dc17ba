export { ArmatureError } from "./lib/armature-error.ts";
export {
  parseContentDisposition,
  serializeContentDisposition,
  type ContentDisposition,
} from "./lib/content-disposition.ts";
export {
  DEFAULT_LIMITS,
  type CloseOptions,
  type CloseReport,
  type ConnectionPhase,
  type ConstantAnswer,
  type ConstantAnswers,
  type Engine,
  type ExchangeHandler,
  type Http2Counters,
  type Limits,
  type ListenAddress,
  type Listener,
  type ListenerStats,
  type ListenOptions,
  type ProxyProtocolOptions,
  type RedirectHttpOptions,
  type Refusal,
  type RequestPriority,
  type ShedCounters,
} from "./lib/engine.ts";
export {
  isEquivalentEtag,
  isIfMatchMet,
  isIfNoneMatchMet,
  isSameEtag,
  parseEtag,
  parseEtagList,
  serializeEtag,
  type Etag,
} from "./lib/etag.ts";
export type {
  AnswerWatcher,
  BodyWriter,
  ConnectionSink,
  Exchange,
  FilePiece,
  HttpVersion,
  Peer,
  RawConnection,
  RequestBody,
  ResponseHead,
} from "./lib/exchange.ts";
export {
  assertField,
  assertValue,
  encodeFields,
  fieldStart,
  hasCloseOption,
  hasField,
  HeaderBlock,
  vouchFor,
  type FieldList,
} from "./lib/header-block.ts";
export { FIELD_NAMES } from "./lib/field-names.ts";
export { assertInterim } from "./lib/interim.ts";
export { HeaderList, toFieldName } from "./lib/header-list.ts";
export { PayloadContent, type KnownPayloads } from "./lib/known-payloads.ts";
export { formatHttpDate, parseHttpDate } from "./lib/http-date.ts";
export {
  assertDeclaration,
  defineError,
  withErrors,
  type DefinedError,
  type DefineErrorOptions,
  type DetailsSchema,
  type ErrorArguments,
  type ErrorDeclaration,
  type ErrorRef,
} from "./lib/define-error.ts";
export {
  BODY_ERRORS,
  ERROR_CODES,
  SERVER_ERRORS,
  type ErrorCodes,
  type ErrorStatus,
} from "./lib/error-codes.ts";
export { HttpError, isHttpError, type HttpErrorOptions } from "./lib/http-error.ts";
export { joinErrors } from "./lib/join-errors.ts";
export { isJsonMediaType, parseMediaType, type MediaType } from "./lib/media-type.ts";
export {
  allowsRequestBody,
  isIdempotentMethod,
  isRegisteredMethod,
  isSafeMethod,
  METHODS,
  type Method,
} from "./lib/methods.ts";
export { mergeVary } from "./lib/merge-vary.ts";
export { nearestName } from "./lib/nearest-name.ts";
export { negotiateEncoding } from "./lib/negotiate-encoding.ts";
export { negotiateLanguage } from "./lib/negotiate-language.ts";
export { negotiateMediaType, parseAccept, type MediaRange } from "./lib/negotiate-media-type.ts";
export { parseCookies, type Cookies } from "./lib/parse-cookies.ts";
export type { Parameter } from "./lib/parse-parameters.ts";
export type {
  DeclaredErrors,
  ErrorsOfGuard,
  ErrorsOfStage,
  KnownProblem,
  ProblemOf,
  RouteProblem,
  ValidationProblem,
} from "./lib/problem-types.ts";
export { parseRange, serializeContentRange, type ByteRange, type RangeOptions } from "./lib/parse-range.ts";
export { resolveLimits } from "./lib/resolve-limits.ts";
export { AddressSet } from "./lib/proxy/address-set.ts";
export {
  parseForwarded,
  parseForwardedNode,
  serializeForwarded,
  type ForwardedElement,
  type ForwardedNode,
} from "./lib/proxy/forwarded.ts";
export { parseHostAndPort, parsePort, type HostAndPort } from "./lib/proxy/host-and-port.ts";
export { formatIpAddress, parseIpAddress, type IpAddress } from "./lib/proxy/ip-address.ts";
export { serializeCookie, type CookieOptions } from "./lib/serialize-cookie.ts";
export { isNullBodyStatus, statusText } from "./lib/status.ts";
export {
  badGateway,
  badRequest,
  conflict,
  contentTooLarge,
  forbidden,
  gatewayTimeout,
  gone,
  internalError,
  lengthRequired,
  locked,
  methodNotAllowed,
  notAcceptable,
  notFound,
  notImplemented,
  paymentRequired,
  preconditionFailed,
  preconditionRequired,
  rangeNotSatisfiable,
  requestTimeout,
  serviceUnavailable,
  tooManyRequests,
  unauthorized,
  unavailableForLegalReasons,
  unprocessable,
  unsupportedMediaType,
  upgradeRequired,
  type StatusErrorOptions,
} from "./lib/status-errors.ts";
export {
  PROBLEM_MEDIA_TYPE,
  toProblem,
  type ProblemDebug,
  type ProblemDetails,
  type ProblemOptions,
} from "./lib/to-problem.ts";
export type {
  ClientCertificate,
  PeerTls,
  PemFile,
  PemSource,
  TlsIdentity,
  TlsOptions,
  TlsVersion,
} from "./lib/tls.ts";
export { isToken } from "./lib/token.ts";
export { acceptsTrailers, encodeTrailers, isTrailerName } from "./lib/trailer-fields.ts";
