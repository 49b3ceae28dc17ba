import { randomUUID } from "node:crypto";
import type { EventName, MessageMap, SentData } from "../protocol/message-map.ts";
import { readEnvelope, type Envelope, type RoomBus } from "./room-bus.ts";
import type { RoomMember } from "./room-member.ts";
import { RoomMessage } from "./room-message.ts";
import { RoomTable } from "./room-table.ts";

/** How rooms are made. */
export interface RoomsOptions {
  /** Carries messages to the rooms of other processes. Default: there are none. */
  readonly bus?: RoomBus;
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

  constructor({ bus }: RoomsOptions = {}) {
    this.#bus = bus ?? null;
  }

  /** The names of the rooms that have members. */
  get names(): readonly string[] {
    return [...this.#table.names];
  }

  /** Begins to receive from the bus; the module lifecycle calls it, where the rooms are a provider. */
  async start(): Promise<void> {
    await this.#bus?.start((envelope) => this.#receive(envelope));
  }

  /** Stops to receive from the bus. */
  async close(): Promise<void> {
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
  join(member: RoomMember, room: string): boolean {
    return this.#table.join(member, room);
  }

  /** Whether the member has left by this call. */
  leave(member: RoomMember, room: string): boolean {
    return this.#table.leave(member, room);
  }

  /** Takes a member that is gone out of all its rooms for good, and gives their names. */
  remove(member: RoomMember): readonly string[] {
    return this.#table.remove(member);
  }

  /** Takes all members out of a room, which is no more then; they stay connected. */
  empty(room: string): readonly RoomMember[] {
    return this.#table.empty(room);
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
    return new RoomSpeaker({ rooms, except: [] }, (target, event, json) => this.#emit(target, event, json));
  }

  #emit({ rooms, except }: Target, event: string, json: string | undefined): void {
    const ids = except.map(({ id }) => id);
    this.#deliver(rooms, ids, new RoomMessage(event, json));
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

type Emit = (target: Target, event: string, json: string | undefined) => void;

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
   * @throws TypeError for data that JSON cannot hold, e.g. a BigInt
   */
  emit<TEvent extends EventName<TFromServer>>(event: TEvent, data: SentData<TFromServer, TEvent>): void {
    this.#emit(this.#target, event, JSON.stringify(data));
  }
}
