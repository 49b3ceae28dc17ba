import { ArmatureError } from "@armature/http";
import { compileValidator, type Validator } from "@armature/schema";
import type { Context } from "@armature/core";
import { isAckSchemas, type MessageMap, type Messages } from "../protocol/message-map.ts";
import { MessageWriter } from "../protocol/message-writer.ts";
import { Rooms } from "../rooms/rooms.ts";
import { WebSocketEndpoint } from "../server/endpoint.ts";
import type { WebSocketOptions } from "../server/options.ts";
import type { Socket } from "./socket.ts";

/** How a socket was closed. */
export interface SocketClose {
  /** Of the first close frame; 1006 where there was none. */
  readonly code: number;
  readonly reason: string;
  /** The rooms that it was in. */
  readonly rooms: readonly string[];
}

/** What else is known of a message that is handled. */
export interface ReceivedMessage {
  readonly event: string;
  /** The same whenever the client sends a request again, because its connection broke before the reply; `undefined` where it would not. */
  readonly key?: string;
}

/** What a gateway does, whichever way it is written; the types of its data are those of its messages. */
export interface GatewayCalls {
  open(socket: Socket): unknown;
  /** @returns the reply, where the event has one */
  event(message: ReceivedMessage, data: unknown, socket: Socket): unknown;
  close(socket: Socket, close: SocketClose): unknown;
  /** @returns whether the error was taken care of and need not be logged; a promise says that it is */
  error(error: unknown, socket: Socket): boolean | Promise<unknown>;
}

/** What a gateway speaks. */
export interface PlanOptions {
  readonly messages: Messages;
  readonly rooms?: Rooms | undefined;
  readonly checkMessages?: boolean | undefined;
}

/** A gateway made ready: its endpoint, its validators and its rooms. */
export class GatewayPlan {
  readonly endpoint: WebSocketEndpoint;
  readonly rooms: Rooms;
  /** How the data of the client's events is checked. */
  readonly events: ReadonlyMap<string, Validator<unknown>>;
  /** How the client's replies are checked. */
  readonly replies: ReadonlyMap<string, Validator<unknown>>;
  /** Writes the events of the server. */
  readonly writer: MessageWriter;
  /** Writes the replies to the client's events. */
  readonly replyWriter: MessageWriter;

  /** @throws ArmatureError `E_WEBSOCKET_LIMIT`, `E_WEBSOCKET_OPTION`, `E_GATEWAY_EVENT`; SchemaError `E_SCHEMA_INVALID` */
  constructor(options: WebSocketOptions, { messages, rooms, checkMessages }: PlanOptions) {
    const isChecked = checkMessages ?? process.env["NODE_ENV"] !== "production";
    this.endpoint = new WebSocketEndpoint(options);
    this.writer = MessageWriter.of(messages.fromServer, "data", isChecked);
    this.replyWriter = MessageWriter.of(messages.fromClient, "reply", isChecked);
    this.rooms = rooms ?? new Rooms();
    this.rooms.declare(this.writer);
    this.events = validatorsOf(messages.fromClient, "data");
    this.replies = validatorsOf(messages.fromServer, "reply");
  }

  /** Holds the events that are handled against those that there are. @throws ArmatureError `E_GATEWAY_EVENT` */
  checkHandled(names: Iterable<string>, where: string): void {
    const handled = new Set(names);
    const missing = [...this.events.keys()].filter((name) => !handled.has(name));
    const unknown = [...handled].filter((name) => !this.events.has(name));
    const faults = [
      ...missing.map((name) => `it does not handle "${name}"`),
      ...unknown.map((name) => `it handles "${name}", which no client sends`),
    ];
    if (faults.length === 0) return;
    throw new ArmatureError("E_GATEWAY_EVENT", `${where} does not fit its messages: ${faults.join("; ")}.`);
  }
}

function validatorsOf(map: MessageMap, part: "data" | "reply"): ReadonlyMap<string, Validator<unknown>> {
  const validators = new Map<string, Validator<unknown>>();
  for (const [name, entry] of Object.entries(map)) {
    if (isAckSchemas(entry)) validators.set(name, compileValidator(entry[part]));
    else if (part === "data") validators.set(name, compileValidator(entry));
  }
  return validators;
}

/** A context as the pipeline gives it, and the gateway that takes it. */
export interface GatewayVisit {
  readonly context: Context;
  readonly plan: GatewayPlan;
  readonly calls: GatewayCalls;
}
