/** Why a request is refused: what the answer says. */
export interface Fault {
  /** Status of the answer. */
  readonly status: number;
  /** Stable code, see docs/errors.md. */
  readonly code: string;
  /** What is wrong with the request. */
  readonly detail: string;
}

function fault(status: number, code: string, detail: string): Fault {
  return Object.freeze({ status, code, detail });
}

/** What can be wrong with a request, in the words of this engine. */
export type FaultName =
  | "method"
  | "target"
  | "targetForm"
  | "version"
  | "versionUnsupported"
  | "requestLineSize"
  | "lineEnding"
  | "emptyLines"
  | "fieldName"
  | "fold"
  | "fieldValue"
  | "headerSize"
  | "headerCount"
  | "hostMissing"
  | "hostDuplicate"
  | "hostMismatch"
  | "host"
  | "length"
  | "lengthDuplicate"
  | "lengthAndCoding"
  | "coding"
  | "codingUnknown"
  | "codingVersion"
  | "expectation"
  | "chunk"
  | "chunkExtension"
  | "chunkExtensionSize"
  | "trailer"
  | "trailerSize"
  | "trailerCount"
  | "bodyIncomplete"
  | "headersTimeout"
  | "requestTimeout"
  | "requestTooSlow"
  | "handlerTimeout"
  | "connectionsFull"
  | "handler";

/** Everything that a request can be refused for before its handler decides. */
export const FAULTS: Readonly<Record<FaultName, Fault>> = {
  method: fault(400, "E_METHOD_INVALID", "The method is not a token."),
  target: fault(
    400,
    "E_TARGET_INVALID",
    "The request target is empty or has a character that must be encoded.",
  ),
  targetForm: fault(400, "E_TARGET_FORM", "The form of the request target does not fit its method."),
  version: fault(400, "E_VERSION_INVALID", "The request line does not end with an HTTP version."),
  versionUnsupported: fault(505, "E_VERSION_UNSUPPORTED", "Only HTTP/1.0 and HTTP/1.1 are served here."),
  requestLineSize: fault(414, "E_REQUEST_LINE_TOO_LONG", "The request line is too long."),
  lineEnding: fault(400, "E_FRAMING_LINE_ENDING", "A line does not end with CR LF."),
  emptyLines: fault(400, "E_FRAMING_EMPTY_LINES", "There are too many empty lines in front of the request."),
  fieldName: fault(400, "E_FRAMING_FIELD_NAME", "A header field name is not a token followed by a colon."),
  fold: fault(400, "E_FRAMING_FOLD", "A header field is folded over several lines."),
  fieldValue: fault(400, "E_FRAMING_FIELD_VALUE", "A header field value has a control character."),
  headerSize: fault(431, "E_HEADERS_TOO_LARGE", "The header fields are too large."),
  headerCount: fault(431, "E_HEADERS_TOO_MANY", "There are too many header fields."),
  hostMissing: fault(400, "E_HOST_MISSING", "The host header field is missing."),
  hostDuplicate: fault(400, "E_HOST_DUPLICATE", "There is more than one host header field."),
  hostMismatch: fault(400, "E_HOST_MISMATCH", "The host header field and the authority differ."),
  host: fault(400, "E_HOST_MALFORMED", "The host header field is not a host with an optional port."),
  length: fault(400, "E_FRAMING_LENGTH", "The content-length is not a number."),
  lengthDuplicate: fault(400, "E_FRAMING_LENGTH_DUPLICATE", "There is more than one content-length."),
  lengthAndCoding: fault(
    400,
    "E_FRAMING_LENGTH_AND_CODING",
    "There is a content-length as well as a transfer-encoding.",
  ),
  coding: fault(400, "E_FRAMING_CODING", "The transfer-encoding does not end with chunked, once."),
  codingUnknown: fault(501, "E_FRAMING_CODING_UNKNOWN", "The only transfer coding known here is chunked."),
  codingVersion: fault(400, "E_FRAMING_CODING_VERSION", "HTTP/1.0 has no transfer-encoding."),
  expectation: fault(417, "E_EXPECTATION_UNKNOWN", "The only expectation known here is 100-continue."),
  chunk: fault(400, "E_FRAMING_CHUNK", "A chunk of the body has a malformed size or end."),
  chunkExtension: fault(400, "E_FRAMING_CHUNK_EXTENSION", "A chunk extension is malformed."),
  chunkExtensionSize: fault(400, "E_CHUNK_EXTENSIONS_TOO_LARGE", "The chunk extensions are too large."),
  trailer: fault(400, "E_FRAMING_TRAILER", "A trailer field is malformed."),
  trailerSize: fault(400, "E_TRAILERS_TOO_LARGE", "The trailer fields are too large."),
  trailerCount: fault(400, "E_TRAILERS_TOO_LARGE", "There are too many trailer fields."),
  bodyIncomplete: fault(400, "E_BODY_INCOMPLETE", "The connection ended before the body was complete."),
  headersTimeout: fault(408, "E_HEADERS_TIMEOUT", "The header fields did not arrive in time."),
  requestTimeout: fault(408, "E_REQUEST_TIMEOUT", "The request did not arrive in time."),
  requestTooSlow: fault(408, "E_REQUEST_TOO_SLOW", "The body of the request came too slowly."),
  handlerTimeout: fault(503, "E_HANDLER_TIMEOUT", "The answer was not ready in time."),
  connectionsFull: fault(
    503,
    "E_CONNECTIONS_FULL",
    "The server has as many connections as it takes; try again later.",
  ),
  handler: fault(500, "E_HANDLER_FAILED", "The request could not be handled."),
};
