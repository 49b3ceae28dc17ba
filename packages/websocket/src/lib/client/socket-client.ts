import type { StandardSchemaV1 } from "@armature/schema";
import {
  isAckSchemas,
  type AckSchemas,
  type EventName,
  type MessageMap,
  type Messages,
  type ReceivedData,
  type ReceivedReply,
  type SentData,
  type SentReply,
} from "../protocol/message-map.ts";
import {
  encodeEvent,
  encodePacket,
  marksOf,
  type MessagePlace,
  type PacketError,
  type RoomPlace,
} from "../protocol/packet.ts";
import { parsePacket } from "../protocol/parse-packet.ts";
import { checkData } from "./check-data.ts";
import { Connector, type SocketState } from "./connector.ts";
import { resolveClientOptions, type ClientSettings, type ConnectOptions } from "./client-options.ts";
import { InOrder } from "./in-order.ts";
import type { Link } from "./link.ts";
import { newClientName } from "./client-name.ts";
import { MessageStream } from "./message-stream.ts";
import { RoomPlaces } from "./room-places.ts";
import { Requests, type RequestOptions } from "./requests.ts";
import { SendBuffer, type Unsent } from "./send-buffer.ts";
import { SocketError, type SocketClose } from "./socket-error.ts";
import type { SocketUrl } from "./socket-url.ts";

/** The names of the events that have a reply. */
export type RequestName<TMap extends MessageMap> = {
  [TEvent in EventName<TMap>]: TMap[TEvent] extends StandardSchemaV1 ? never : TEvent;
}[EventName<TMap>];

/** A message of the server, told apart by its event. */
export type ServerMessage<TMap extends MessageMap> = {
  [TEvent in EventName<TMap>]: { readonly event: TEvent; readonly data: ReceivedData<TMap, TEvent> };
}[EventName<TMap>];

/** Stops what was begun with it. */
export type Stop = () => void;

type AnyListener = (data: unknown) => unknown;

/** The client's side of a socket, over as many connections as it takes. */
export class SocketClient<TMessages extends Messages = Messages>
  implements AsyncIterable<ServerMessage<TMessages["fromServer"]>>, Disposable
{
  readonly #messages: Messages | undefined;
  readonly #settings: ClientSettings;
  readonly #connector: Connector;
  readonly #buffer: SendBuffer;
  readonly #requests = new Requests((id) => this.#buffer.remove(id));
  readonly #listeners = new Map<string, Set<AnyListener>>();
  readonly #answers = new Map<string, AnyListener>();
  readonly #streams = new Set<MessageStream<ServerMessage<TMessages["fromServer"]>>>();
  readonly #inOrder = new InOrder();
  /** What every connection begins with. */
  readonly #kept = new Set<{ readonly text: string }>();
  readonly #places = new RoomPlaces();
  readonly #missedListeners = new Set<(room: string) => void>();
  /** Tells its requests from those of other clients. */
  readonly #name: string = newClientName();
  #dropped = 0;

  /** @throws SocketError `E_SOCKET_URL`, `E_SOCKET_OPTION` */
  constructor(url: SocketUrl, options: ConnectOptions<TMessages> = {}) {
    this.#messages = options.messages;
    this.#settings = resolveClientOptions(options);
    this.#buffer = new SendBuffer(this.#settings, (message) => this.#drop(message));
    this.#connector = new Connector(url, this.#settings, {
      opened: (link) => this.#opened(link),
      text: (text, link) => this.#inOrder.run(() => this.#received(text, link)),
      lost: () => this.#buffer.unshift(this.#requests.lost()),
      ended: (close) => this.#ended(close),
    });
  }

  /** Whether there is a connection, one is made, the next attempt is waited for, or all is over. */
  get state(): SocketState {
    return this.#connector.state;
  }

  /** Bytes of messages that wait for a connection. */
  get bufferedBytes(): number {
    return this.#buffer.bytes;
  }

  /** Messages that were lost because too much waited. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Resolves when there is a connection. @throws SocketError `E_SOCKET_CLOSED` where there will be none */
  ready(): Promise<void> {
    return this.#connector.ready();
  }

  /** How it ended, once it has: closed here, by the server for good, or after too many attempts. */
  get closed(): Promise<SocketClose> {
    return this.#connector.closed;
  }

  /**
   * Sends an event; it waits where there is no connection. What is on its way when a connection breaks may be lost: where that matters,
   * make it a request.
   * @returns `false` where it is not sent: too much waits, or the client is closed
   */
  send<TEvent extends EventName<TMessages["fromClient"]>>(
    event: TEvent,
    data: SentData<TMessages["fromClient"], TEvent>,
  ): boolean {
    return this.#post({ text: encodeEvent(event, toJson(data), null), request: null });
  }

  /**
   * Sends an event now, and first of all on every later connection, until it is stopped: for what the server has to know of this
   * client, as the rooms that it is in.
   *
   * @example
   * const leave = chat.keep("enter", { room: "lobby" });
   */
  keep<TEvent extends EventName<TMessages["fromClient"]>>(
    event: TEvent,
    data: SentData<TMessages["fromClient"], TEvent>,
  ): Stop {
    // An object of its own, so that the same event can be kept twice.
    const kept = { text: encodeEvent(event, toJson(data), null) };
    this.#kept.add(kept);
    this.#connector.link?.send(kept.text);
    return () => void this.#kept.delete(kept);
  }

  /**
   * Sends an event and waits for its reply.
   * @throws SocketError `E_SOCKET_TIMEOUT`, `E_SOCKET_LOST`, `E_SOCKET_FULL`, `E_SOCKET_CLOSED`, `E_SOCKET_DATA`, and the server's own code
   *   where it says that it failed
   * @example
   * const { id } = await chat.request("say", { text: "hello" }, { timeoutMs: 2_000 });
   */
  async request<TEvent extends RequestName<TMessages["fromClient"]>>(
    event: TEvent,
    data: SentData<TMessages["fromClient"], TEvent>,
    { timeoutMs = this.#settings.requestTimeoutMs, resend = false }: RequestOptions = {},
  ): Promise<ReceivedReply<TMessages["fromClient"], TEvent>> {
    if (this.state === "closed") throw closedError(event);
    const id = this.#requests.nextId();
    const marks = resend ? marksOf({ key: `${this.#name}.${id}` }) : "";
    const text = encodeEvent(event, toJson(data), id, marks);
    const reply = this.#requests.add(id, { event, text, resend, timeoutMs });
    if (!this.#post({ text, request: id })) this.#requests.fail(id, "E_SOCKET_FULL", TOO_MUCH);
    return (await reply) as ReceivedReply<TMessages["fromClient"], TEvent>; // checked where the schemas are known
  }

  /** Calls a function for each event of this name. */
  on<TEvent extends EventName<TMessages["fromServer"]>>(
    event: TEvent,
    listener: (data: ReceivedData<TMessages["fromServer"], TEvent>) => void | Promise<void>,
  ): Stop {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners);
    const any: AnyListener = listener;
    listeners.add(any);
    return () => void listeners.delete(any);
  }

  /** Gives the replies to the server's requests of this name; a later function takes the place of an earlier one. */
  answer<TEvent extends RequestName<TMessages["fromServer"]>>(
    event: TEvent,
    answer: (
      data: ReceivedData<TMessages["fromServer"], TEvent>,
    ) => SentReply<TMessages["fromServer"], TEvent> | Promise<SentReply<TMessages["fromServer"], TEvent>>,
  ): Stop {
    const any: AnyListener = answer;
    this.#answers.set(event, any);
    return () => {
      if (this.#answers.get(event) === any) this.#answers.delete(event);
    };
  }

  /** Calls a function whenever the state changes. */
  onState(listener: (state: SocketState) => void): Stop {
    return this.#connector.onState(listener);
  }

  /**
   * Calls a function with the name of a room whose messages the client has missed, as the server does not keep them any more: what is
   * shown of the room is to be loaded anew.
   */
  onMissed(listener: (room: string) => void): Stop {
    this.#missedListeners.add(listener);
    return () => void this.#missedListeners.delete(listener);
  }

  /**
   * The messages of the server as they come, until the client is closed.
   * @throws SocketError `E_SOCKET_UNREAD` where the loop is too far behind
   * @example
   * for await (const { event, data } of chat) show(event, data);
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<ServerMessage<TMessages["fromServer"]>, void> {
    const stream = new MessageStream<ServerMessage<TMessages["fromServer"]>>((left) => {
      this.#streams.delete(left);
    });
    if (this.state === "closed") stream.end();
    else this.#streams.add(stream);
    return stream;
  }

  /** Says goodbye and does not come back; what waits is lost. @param code 1000, or 3000 to 4999 */
  close(code = 1000, reason = ""): void {
    this.#connector.close(code, reason);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #post(message: Unsent): boolean {
    const { link } = this.#connector;
    if (link === null) return this.#keep(message);
    if (link.unsentBytes > this.#settings.bufferBytes) return this.#refuse();
    this.#write(link, message);
    return true;
  }

  #keep(message: Unsent): boolean {
    if (this.state === "closed") return false;
    return this.#buffer.push(message) || this.#refuse();
  }

  #refuse(): false {
    this.#dropped++;
    return false;
  }

  #drop({ request }: Unsent): void {
    this.#dropped++;
    if (request !== null) this.#requests.fail(request, "E_SOCKET_FULL", TOO_MUCH);
  }

  #write(link: Link, { text, request }: Unsent): void {
    link.send(text);
    if (request !== null) this.#requests.sent(request);
  }

  /** What the server has to know of this client comes first, so that what follows is said in its rooms. */
  #opened(link: Link): void {
    const seen = this.#places.begin();
    if (seen !== null) link.send(encodePacket({ kind: "seen", seen }));
    for (const { text } of this.#kept) link.send(text);
    for (const message of this.#buffer.takeAll()) this.#write(link, message);
  }

  #ended({ code }: SocketClose): void {
    this.#buffer.takeAll();
    this.#requests.failAll("E_SOCKET_CLOSED", `The client is closed (${code}).`);
    for (const stream of this.#streams) stream.end();
    this.#streams.clear();
  }

  #received(text: string, link: Link): Promise<void> | void {
    const packet = parsePacket(text);
    switch (packet.kind) {
      case "event":
        if (packet.place !== undefined && !this.#isNew(packet.place, link)) return;
        return this.#attempt(() => this.#event(packet.event, packet.data, { id: packet.id, link }));
      case "ack":
        return this.#attempt(() => this.#reply(packet.ack, packet.data), packet.ack);
      case "ack-error":
        return this.#requests.fail(packet.ack, packet.error.code, packet.error.message);
      case "error":
        return this.#settings.onError(toSocketError(packet.error));
      case "place":
        return this.#placed(packet);
      case "malformed":
        return this.#settings.onError(
          new SocketError("E_SOCKET_PACKET", `The server sent what is no message: ${packet.reason}.`),
        );
      default:
        return; // that something came is noted for all alike
    }
  }

  /** Whether a message that is kept did not come before; where there is one missing in front of it, the server is asked to go back. */
  #isNew(place: MessagePlace, link: Link): boolean {
    const seen = this.#places.take(place);
    if (typeof seen === "boolean") return seen;
    link.send(encodePacket({ kind: "seen", seen }));
    return false;
  }

  #placed(place: RoomPlace): void {
    if (!this.#places.placed(place)) return;
    for (const listener of this.#missedListeners) void this.#attempt(() => listener(place.room));
  }

  /** What goes wrong fails the request, or is reported. */
  #attempt(work: () => unknown, request: number | null = null): Promise<void> | void {
    const failed = (error: unknown): void => {
      if (request !== null && error instanceof SocketError)
        this.#requests.fail(request, error.code, error.message);
      else this.#settings.onError(error);
    };
    try {
      const result = work();
      if (result instanceof Promise) return settled(result, failed);
    } catch (error) {
      failed(error);
    }
  }

  #reply(id: number, data: unknown): Promise<void> | void {
    const event = this.#requests.eventOf(id);
    if (event === null) return;
    const schema = ackSchemasOf(this.#messages?.fromClient, event)?.reply;
    return whenChecked(checkData(event, schema, data), (reply) => this.#requests.resolve(id, reply));
  }

  #event(
    event: string,
    data: unknown,
    { id, link }: { id: number | null; link: Link },
  ): Promise<void> | void {
    return whenChecked(checkData(event, dataSchemaOf(this.#messages?.fromServer, event), data), (checked) => {
      if (id !== null) void this.#answer(event, checked, { id, link });
      this.#tell(event, checked);
    });
  }

  #tell(event: string, data: unknown): void {
    // The map of messages says which event has which data.
    const message = { event, data } as ServerMessage<TMessages["fromServer"]>;
    for (const stream of this.#streams) stream.push(message);
    for (const listener of this.#listeners.get(event) ?? []) void this.#attempt(() => listener(data));
  }

  async #answer(event: string, data: unknown, { id, link }: { id: number; link: Link }): Promise<void> {
    const packet = await this.#answerTo(event, data, id);
    // A later connection does not know the number.
    if (this.#connector.link === link) link.send(packet);
  }

  async #answerTo(event: string, data: unknown, id: number): Promise<string> {
    const answer = this.#answers.get(event);
    try {
      if (answer === undefined)
        throw new SocketError("E_SOCKET_UNANSWERED", `The client has no answer to "${event}".`, event);
      return encodePacket({ kind: "ack", ack: id, data: await answer(data) });
    } catch (error) {
      this.#settings.onError(error);
      const code = error instanceof SocketError ? error.code : "E_SOCKET_ANSWER";
      return encodePacket({
        kind: "ack-error",
        ack: id,
        error: { code, message: `The client could not answer "${event}".`, event },
      });
    }
  }
}

const TOO_MUCH = "It is not sent, because too much waits.";

/** As the server writes it: what JSON has no form for, as `undefined`, is left out. */
function toJson(data: unknown): string | undefined {
  return JSON.stringify(data);
}

function closedError(event: string): SocketError {
  return new SocketError("E_SOCKET_CLOSED", `"${event}": The client is closed; connect again.`, event);
}

function toSocketError({ code, message, event }: PacketError): SocketError {
  return new SocketError(code, message, event ?? null);
}

async function settled(result: Promise<unknown>, failed: (error: unknown) => void): Promise<void> {
  try {
    await result;
  } catch (error) {
    failed(error);
  }
}

function whenChecked(checked: unknown, then: (data: unknown) => void): Promise<void> | void {
  return checked instanceof Promise ? checked.then(then) : then(checked);
}

function entryOf(map: MessageMap | undefined, event: string): StandardSchemaV1 | AckSchemas | undefined {
  return map !== undefined && Object.hasOwn(map, event) ? map[event] : undefined;
}

function ackSchemasOf(map: MessageMap | undefined, event: string): AckSchemas | undefined {
  const entry = entryOf(map, event);
  return entry !== undefined && isAckSchemas(entry) ? entry : undefined;
}

function dataSchemaOf(map: MessageMap | undefined, event: string): StandardSchemaV1 | undefined {
  const entry = entryOf(map, event);
  return entry !== undefined && isAckSchemas(entry) ? entry.data : entry;
}
