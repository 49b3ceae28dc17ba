export { ArmatureError } from "./lib/armature-error.ts";
export {
  DEFAULT_LIMITS,
  type CloseOptions,
  type CloseReport,
  type Engine,
  type ExchangeHandler,
  type Limits,
  type ListenAddress,
  type Listener,
  type ListenerStats,
  type ListenOptions,
} from "./lib/engine.ts";
export type {
  BodyWriter,
  ConnectionSink,
  Exchange,
  HttpVersion,
  Peer,
  RawConnection,
  RequestBody,
  ResponseHead,
} from "./lib/exchange.ts";
export { assertField, encodeFields, HeaderBlock, type FieldList } from "./lib/header-block.ts";
export { HeaderList, toFieldName } from "./lib/header-list.ts";
export { HttpError, type HttpErrorOptions } from "./lib/http-error.ts";
export { statusText } from "./lib/status.ts";
