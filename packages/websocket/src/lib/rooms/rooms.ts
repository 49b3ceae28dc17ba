import { randomUUID } from "node:crypto";
import { ArmatureError } from "@armature/http";
import type { RoomHistory } from "../history/room-history.ts";
import { RoomReplay, type Seen } from "../history/room-replay.ts";
import type { EventName, MessageMap, SentData } from "../protocol/message-map.ts";
import { isPresenceText } from "../presence/presence-message.ts";
import type { PresenceChange, PresentMember } from "../presence/presence-table.ts";
import { RoomPresence, type PresenceOptions } from "../presence/room-presence.ts";
import { MessageWriter } from "../protocol/message-writer.ts";
import { readEnvelope, type Envelope, type RoomBus } from "./room-bus.ts";
import type { RoomMember } from "./room-member.ts";
import { RoomMessage } from "./room-message.ts";
import { RoomTable } from "./room-table.ts";

/** How rooms are made. */
export interface RoomsOptions {
  /** Carries messages to the rooms of other processes. Default: there are none. */
  readonly bus?: RoomBus;
  /** Keeps what is {@link Rooms.publish published} for members that come back. Default: nothing is kept. */
  readonly history?: RoomHistory;
  /** Whether it is known who is in the rooms of all processes. Default false: it costs messages between them. */
  readonly presence?: boolean | PresenceOptions;
}

/** How a member comes into a room. */
export interface RoomJoinOptions {
  /**
   * Where a member begins in what is kept of the room, if it does not say where it has left off: with all that is kept, or with what
   * comes. Default "now".
   */
  readonly from?: "now" | "start";
  /** What others hear of the member, as JSON of 4,096 characters at most, e.g. its name; for rooms with presence. Default `null`. */
  readonly info?: unknown;
}

/** How a message is published. */
export interface PublishOptions {
  /**
   * Tells a message that comes again from another one, e.g. the `key` of a request: as long as the first one is kept, the room does not
   * hear it twice. Default: none.
   */
  readonly key?: string | undefined;
}

/** Rooms or members that a message goes to. */
interface Target {
  readonly rooms: readonly string[];
  readonly except: readonly RoomMember[];
}

/**
 * Rooms of sockets and event streams: who is in them, and messages to all of them.
 *
 * A room comes to be with its first member and is gone with its last one. With a bus, messages reach the members of rooms of the same
 * name in other processes too; members and names are those of this process.
 *
 * @example
 * const rooms = new Rooms<typeof messages.fromServer>();
 * rooms.to("lobby").except(socket.member).emit("said", { by: "Ada", text: "hello" });
 */
export class Rooms<TFromServer extends MessageMap = MessageMap> implements AsyncDisposable {
  readonly #id: string = randomUUID();
  readonly #table = new RoomTable();
  readonly #bus: RoomBus | null;
  readonly #replay: RoomReplay | null;
  readonly #presence: RoomPresence | null;
  readonly #writer = new MessageWriter();

  /** @throws ArmatureError `E_OPTION_INVALID` */
  constructor({ bus, history, presence = false }: RoomsOptions = {}) {
    this.#bus = bus ?? null;
    const options = presence === true ? {} : presence;
    this.#presence =
      options === false ? null : new RoomPresence(this.#id, options, (text) => bus?.publish(text));
    this.#replay = history === undefined ? null : new RoomReplay(history, this.#table);
  }

  /**
   * Has events written by their schemas; gateways do this with theirs.
   * @throws ArmatureError `E_GATEWAY_EVENT` where an event has another schema already
   */
  declare(writer: MessageWriter): void {
    const clashes = this.#writer.merge(writer);
    if (clashes.length === 0) return;
    throw new ArmatureError(
      "E_GATEWAY_EVENT",
      `Gateways with the same rooms have different schemas for ${clashes.join(", ")}; share one map of messages.`,
    );
  }

  /** The names of the rooms that have members. */
  get names(): readonly string[] {
    return [...this.#table.names];
  }

  /** Begins to receive from the bus; the module lifecycle calls it, where the rooms are a provider. */
  async start(): Promise<void> {
    await this.#bus?.start((envelope) => this.#receive(envelope));
    await this.#replay?.start();
    this.#presence?.start();
  }

  /** Stops to receive from the bus. */
  async close(): Promise<void> {
    this.#presence?.stop();
    await this.#replay?.close();
    await this.#bus?.close();
  }

  /** What {@link start} does, under the name of the lifecycle hook. */
  async onModuleInit(): Promise<void> {
    await this.start();
  }

  /** What {@link close} does, under the name of the lifecycle hook. */
  async onApplicationShutdown(): Promise<void> {
    await this.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Whether the member has come in by this call; one that was removed never does. */
  join(member: RoomMember, room: string, { from = "now", info }: RoomJoinOptions = {}): boolean {
    const present = this.#presence === null ? null : { id: member.id, info: this.#presence.check(info) };
    const hasJoined = this.#table.join(member, room);
    if (!hasJoined) return false;
    this.#replay?.joined(member, room, from);
    if (present !== null) this.#presence?.joined(room, present);
    return true;
  }

  /** Whether the member has left by this call. */
  leave(member: RoomMember, room: string): boolean {
    const hasLeft = this.#table.leave(member, room);
    if (hasLeft) this.#left(member, room);
    return hasLeft;
  }

  /** Takes a member that is gone out of all its rooms for good, and gives their names. */
  remove(member: RoomMember): readonly string[] {
    this.#replay?.removed(member);
    const rooms = this.#table.remove(member);
    if (this.#presence !== null) for (const room of rooms) this.#presence.left(room, member.id);
    return rooms;
  }

  /** Takes all members out of a room, which is no more then; they stay connected. */
  empty(room: string): readonly RoomMember[] {
    const members = this.#table.empty(room);
    for (const member of members) this.#left(member, room);
    return members;
  }

  /**
   * Who is in a room, in all processes: those of a process that dies are gone within its lease.
   * @throws ArmatureError `E_PRESENCE_MISSING` for rooms without presence
   */
  presentIn(room: string): readonly PresentMember[] {
    return this.#present().in(room);
  }

  /**
   * Calls a function in every process when somebody comes into a room or is in it no more, in whichever process that is. What it says to
   * `here` is for the members of the room in its own process: the others have a call of their own.
   *
   * @returns ends it
   * @throws ArmatureError `E_PRESENCE_MISSING` for rooms without presence
   * @example
   * rooms.onPresence(({ kind, member }, here) => here.emit(kind === "join" ? "came" : "left", { id: member.id }));
   */
  onPresence(listener: (change: PresenceChange, here: RoomSpeaker<TFromServer>) => void): () => void {
    return this.#present().listen((change) => {
      const target = { rooms: [change.room], except: [] };
      listener(
        change,
        new RoomSpeaker(target, (to, event, data) => this.#sayHere(to, this.#messageOf(event, data))),
      );
    });
  }

  /** A member that comes back says where it has left off; it gets what was published since, in rooms that it is in or comes into. */
  resume(member: RoomMember, seen: Seen): void {
    this.#replay?.resume(member, seen);
  }

  /** Who is in a room, in the order in which they came. */
  membersOf(room: string): ReadonlySet<RoomMember> {
    return this.#table.membersOf(room);
  }

  /** Where a member is. */
  roomsOf(member: RoomMember): ReadonlySet<string> {
    return this.#table.roomsOf(member);
  }

  /** Speaks to the members of rooms; who is in several of them hears it once. */
  to(...rooms: readonly string[]): RoomSpeaker<TFromServer> {
    return new RoomSpeaker({ rooms, except: [] }, (target, event, data) => this.#emit(target, event, data));
  }

  /**
   * Sends an event to all members of a room, and keeps it for those who come back. All members get what is published in the same order.
   *
   * @returns the id of the message, once it is kept as the history says
   * @throws ArmatureError `E_ROOM_HISTORY_MISSING`, `E_ROOM_HISTORY_FULL`, `E_ROOM_HISTORY_CLOSED`, `E_MESSAGE_OUTGOING`
   * @example
   * const id = await rooms.publish("lobby", "said", { by: "Ada", text: "hello" });
   */
  async publish<TEvent extends EventName<TFromServer>>(
    room: string,
    event: TEvent,
    data: SentData<TFromServer, TEvent>,
    { key }: PublishOptions = {},
  ): Promise<string> {
    if (this.#replay === null) throw noHistory(event);
    const json = this.#writer.write(event, data);
    return await this.#replay.append({
      room,
      event,
      ...(json === undefined ? {} : { json }),
      ...(key === undefined ? {} : { key }),
    });
  }

  #present(): RoomPresence {
    if (this.#presence !== null) return this.#presence;
    throw new ArmatureError(
      "E_PRESENCE_MISSING",
      "It is not known who is in the rooms of other processes; make the rooms with `presence: true`.",
    );
  }

  #left(member: RoomMember, room: string): void {
    this.#replay?.left(member, room);
    this.#presence?.left(room, member.id);
  }

  #sayHere({ rooms, except }: Target, message: RoomMessage): readonly string[] {
    const ids = except.map(({ id }) => id);
    this.#deliver(rooms, ids, message);
    return ids;
  }

  #messageOf(event: string, data: unknown): RoomMessage {
    return new RoomMessage(event, this.#writer.write(event, data));
  }

  #emit(target: Target, event: string, data: unknown): void {
    const { rooms } = target;
    const message = this.#messageOf(event, data);
    const { json } = message;
    const ids = this.#sayHere(target, message);
    if (this.#bus === null) return;
    const envelope: Envelope = {
      from: this.#id,
      rooms,
      except: ids,
      event,
      ...(json === undefined ? {} : { json }),
    };
    this.#bus.publish(JSON.stringify(envelope));
  }

  #receive(text: string): void {
    if (isPresenceText(text)) return this.#presence?.receive(text);
    const envelope = readEnvelope(text);
    if (envelope === null || envelope.from === this.#id) return;
    const { rooms, except, event, json } = envelope;
    this.#deliver(rooms, except, new RoomMessage(event, json));
  }

  /** The sets are walked as they are at each step: who leaves meanwhile is not sent to. */
  #deliver(rooms: readonly string[], except: readonly string[], message: RoomMessage): void {
    const done = rooms.length > 1 ? new Set<RoomMember>() : null;
    for (const room of rooms) {
      for (const member of this.#table.membersOf(room)) {
        if (done?.has(member) === true || except.includes(member.id)) continue;
        done?.add(member);
        member.send(message);
      }
    }
  }
}

function noHistory(event: string): ArmatureError {
  return new ArmatureError(
    "E_ROOM_HISTORY_MISSING",
    `"${event}" is published in rooms that keep nothing; make them with a history, or use emit.`,
  );
}

type Emit = (target: Target, event: string, data: unknown) => void;

/** Speaks to rooms. */
export class RoomSpeaker<TFromServer extends MessageMap> {
  readonly #target: Target;
  readonly #emit: Emit;

  constructor(target: Target, emit: Emit) {
    this.#target = target;
    this.#emit = emit;
  }

  /** Leaves members out, e.g. the one that spoke. */
  except(...members: readonly RoomMember[]): RoomSpeaker<TFromServer> {
    const { rooms, except } = this.#target;
    return new RoomSpeaker({ rooms, except: [...except, ...members] }, this.#emit);
  }

  /**
   * Sends an event; it is encoded once for all members.
   * @throws ArmatureError `E_MESSAGE_OUTGOING` for data that breaks its schema, or that JSON cannot hold; nobody is sent anything then
   */
  emit<TEvent extends EventName<TFromServer>>(event: TEvent, data: SentData<TFromServer, TEvent>): void {
    this.#emit(this.#target, event, data);
  }
}
