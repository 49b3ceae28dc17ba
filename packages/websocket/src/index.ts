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
export type { RoomMember } from "./lib/rooms/room-member.ts";
export { RoomMessage } from "./lib/rooms/room-message.ts";
