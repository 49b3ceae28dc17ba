export { CloseCode } from "./lib/frames/close-code.ts";
export {
  RawSocket,
  rawWebsocket,
  type RawWebSocketHandlers,
  type RawWebSocketOptions,
} from "./lib/gateway/raw-websocket.ts";
export { Gateway, On, type EventMethod, type GatewayHooks } from "./lib/gateway/gateway.ts";
export type { ReceivedMessage, SocketClose } from "./lib/gateway/gateway-plan.ts";
export { Socket, type AskOptions } from "./lib/gateway/socket.ts";
export {
  websocket,
  type EventHandlers,
  type GatewayHandlers,
  type GatewayOptions,
} from "./lib/gateway/websocket.ts";
export type { WebSocketRouteOptions } from "./lib/gateway/split-options.ts";
export { clusterHistory } from "./lib/history/cluster-history.ts";
export { MemoryHistory, type MemoryHistoryLimits } from "./lib/history/memory-history.ts";
export { redisHistory, type RedisHistoryOptions } from "./lib/history/redis-history.ts";
export type {
  HistoryLimits,
  HistoryListener,
  HistoryPage,
  KeptMessage,
  NewMessage,
  RoomHistory,
} from "./lib/history/room-history.ts";
export type { Seen } from "./lib/history/room-replay.ts";
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
export type { PresenceChange, PresentMember } from "./lib/presence/presence-table.ts";
export type { PresenceOptions } from "./lib/presence/room-presence.ts";
export type { MessagePlace, RoomPlace } from "./lib/protocol/packet.ts";
export { MemoryBus } from "./lib/rooms/memory-bus.ts";
export { clusterBus, relayRooms, type RelayOptions } from "./lib/rooms/process-bus.ts";
export { redisBus, type RedisBusOptions } from "./lib/rooms/redis-bus.ts";
export type { RedisConnection, RedisLinkOptions } from "./lib/rooms/redis-link.ts";
export type { RoomBus } from "./lib/rooms/room-bus.ts";
export {
  Rooms,
  RoomSpeaker,
  type PublishOptions,
  type RoomJoinOptions,
  type RoomsOptions,
} from "./lib/rooms/rooms.ts";
export type { RoomMember } from "./lib/rooms/room-member.ts";
export { RoomMessage, type MessageEncoder } from "./lib/rooms/room-message.ts";
export { DEFAULT_WEBSOCKET_LIMITS, type WebSocketLimits } from "./lib/server/limits.ts";
export type {
  BackPressurePolicy,
  CompressionOptions,
  OriginPolicy,
  WebSocketOptions,
} from "./lib/server/options.ts";
