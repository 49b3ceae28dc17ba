import { randomUUID } from "node:crypto";
import type { Context } from "@armature/core";
import { CloseCode } from "../frames/close-code.ts";
import { Opcode } from "../frames/opcode.ts";
import type { EventName, Messages, ReceivedReply, SentData } from "../protocol/message-map.ts";
import type { MessageWriter } from "../protocol/message-writer.ts";
import { encodeEvent, encodePacket, type RoomPlace } from "../protocol/packet.ts";
import type { RoomMember } from "../rooms/room-member.ts";
import type { MessageEncoder } from "../rooms/room-message.ts";
import type { RoomJoinOptions, Rooms } from "../rooms/rooms.ts";
import type { WebSocketConnection } from "../server/connection.ts";
import { Outgoing } from "../server/outgoing.ts";
import type { PendingAsks } from "./pending-asks.ts";

/** What a socket stands on. */
export interface SocketParts<TMessages extends Messages, TContext extends Context> {
  readonly context: TContext;
  readonly protocol: string;
  readonly connection: WebSocketConnection;
  readonly rooms: Rooms<TMessages["fromServer"]>;
  readonly asks: PendingAsks;
  readonly writer: MessageWriter;
}

/** How long an answer is waited for. */
export interface AskOptions {
  /** Milliseconds. Default 10 000. */
  readonly timeoutMs?: number;
}

/** A WebSocket of typed messages. */
export class Socket<TMessages extends Messages = Messages, TContext extends Context = Context> {
  /** Unique among all processes. */
  readonly id: string = randomUUID();
  /** The request that opened it, with what its guards left there. */
  readonly context: TContext;
  /** The chosen subprotocol; "" where there is none. */
  readonly protocol: string;
  /** The socket as a member of rooms, e.g. to leave it out of what is said to them. */
  readonly member: RoomMember;
  readonly #parts: SocketParts<TMessages, TContext>;

  constructor(parts: SocketParts<TMessages, TContext>) {
    this.#parts = parts;
    this.context = parts.context;
    this.protocol = parts.protocol;
    this.member = {
      id: this.id,
      send: (message) => void parts.connection.send(message.encoded(TO_FRAME)),
      placed: (place: RoomPlace) => void this.#sendText(encodePacket({ kind: "place", ...place })),
      drained: () => parts.connection.drained(),
    };
  }

  /** Whether neither side has said goodbye. */
  get isOpen(): boolean {
    return this.#parts.connection.state === "open";
  }

  /** The rooms that it is in. */
  get rooms(): ReadonlySet<string> {
    return this.#parts.rooms.roomsOf(this.member);
  }

  /**
   * Sends an event; `false` asks to wait for {@link drained}, and is what a socket that is closed gives.
   * @throws ArmatureError `E_MESSAGE_OUTGOING` for data that breaks its schema, or that JSON cannot hold; nothing is sent then
   */
  send<TEvent extends EventName<TMessages["fromServer"]>>(
    event: TEvent,
    data: SentData<TMessages["fromServer"], TEvent>,
  ): boolean {
    return this.#sendEvent(event, data, null);
  }

  /**
   * Sends an event and waits for the client's reply.
   * @throws ArmatureError `E_ACK_CLOSED`, `E_ACK_TIMEOUT`; `E_ACK_REFUSED` where the client answers with an error, `E_ACK_INVALID`
   *   where its reply breaks the schema; `E_MESSAGE_OUTGOING`
   */
  async ask<TEvent extends EventName<TMessages["fromServer"]>>(
    event: TEvent,
    data: SentData<TMessages["fromServer"], TEvent>,
    { timeoutMs = 10_000 }: AskOptions = {},
  ): Promise<ReceivedReply<TMessages["fromServer"], TEvent>> {
    const { asks } = this.#parts;
    const reply = asks.open(event, timeoutMs, (id) => void this.#sendEvent(event, data, id));
    // The schema of the event's reply has checked it, and gives this type.
    return (await reply) as ReceivedReply<TMessages["fromServer"], TEvent>;
  }

  /** Resolves when there is room again, or the socket closes. */
  drained(): Promise<void> {
    return this.#parts.connection.drained();
  }

  /** Whether it has come into the room by this call; one that is closed never does. */
  join(room: string, options?: RoomJoinOptions): boolean {
    return this.#parts.rooms.join(this.member, room, options);
  }

  /** Whether it has left the room by this call. */
  leave(room: string): boolean {
    return this.#parts.rooms.leave(this.member, room);
  }

  /** Says goodbye (RFC 6455, 7.1.2). @param code 1000, or 3000 to 4999 */
  close(code: number = CloseCode.normal, reason = ""): void {
    this.#parts.connection.closeWith(code, reason);
  }

  /** Cuts the connection. */
  terminate(): void {
    this.#parts.connection.terminate();
  }

  #sendEvent(event: string, data: unknown, id: number | null): boolean {
    return this.#sendText(encodeEvent(event, this.#parts.writer.write(event, data), id));
  }

  #sendText(text: string): boolean {
    return this.#parts.connection.send(new Outgoing(Opcode.text, text));
  }
}

/** Made once for all sockets that a message to rooms goes to. */
const TO_FRAME: MessageEncoder<Outgoing> = (message) => new Outgoing(Opcode.text, message.text);
