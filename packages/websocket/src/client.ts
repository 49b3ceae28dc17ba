export {
  defineMessages,
  type AckSchemas,
  type EventName,
  type MessageMap,
  type Messages,
  type ReceivedData,
  type ReceivedReply,
  type SentData,
  type SentReply,
} from "./lib/protocol/message-map.ts";
export { isFinalClose, type ConnectOptions } from "./lib/client/client-options.ts";
export { connect } from "./lib/client/connect.ts";
export type { SocketState } from "./lib/client/connector.ts";
export type { RequestOptions } from "./lib/client/requests.ts";
export type { RequestName, ServerMessage, SocketClient, Stop } from "./lib/client/socket-client.ts";
export { SocketError, type SocketClose } from "./lib/client/socket-error.ts";
export type { SocketUrl } from "./lib/client/socket-url.ts";
