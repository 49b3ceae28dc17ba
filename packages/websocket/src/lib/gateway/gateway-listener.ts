import { isHttpError } from "@armature/http";
import type { Checked } from "@armature/schema";
import { CloseCode } from "../frames/close-code.ts";
import { Opcode } from "../frames/opcode.ts";
import type { Seen } from "../history/room-replay.ts";
import { encodeAck, encodePacket, type Packet, type PacketError } from "../protocol/packet.ts";
import { parsePacket } from "../protocol/parse-packet.ts";
import type { WebSocketConnection } from "../server/connection.ts";
import type { SocketListener } from "../server/endpoint.ts";
import { Outgoing } from "../server/outgoing.ts";
import type { GatewayVisit } from "./gateway-plan.ts";
import { InWork, type InWorkOwner } from "./in-work.ts";
import { logFailure, logRejection } from "./log-failure.ts";
import { PendingAsks } from "./pending-asks.ts";
import { Socket } from "./socket.ts";

type EventPacket = Extract<Packet, { kind: "event" }>;

/** One open socket. */
interface Opened {
  readonly connection: WebSocketConnection;
  readonly socket: Socket;
  readonly inWork: InWork;
}

/** Takes the packets of one socket to its gateway: validated, answered, and with an error packet where something is wrong. */
export class GatewayListener implements SocketListener, InWorkOwner {
  readonly #visit: GatewayVisit;
  readonly #asks: PendingAsks;
  #opened: Opened | null = null;

  constructor(visit: GatewayVisit) {
    this.#visit = visit;
    this.#asks = new PendingAsks(visit.plan.replies);
  }

  opened(connection: WebSocketConnection, protocol: string): void {
    const { context, plan, calls } = this.#visit;
    const socket = new Socket({
      context,
      protocol,
      connection,
      rooms: plan.rooms,
      asks: this.#asks,
      writer: plan.writer,
    });
    const inWork = new InWork(plan.endpoint.options.limits.maxPendingMessages, this);
    this.#opened = { connection, socket, inWork };
    inWork.run(() => calls.open(socket));
  }

  text(text: string): void {
    const packet = parsePacket(text);
    switch (packet.kind) {
      case "event":
        return this.#opened?.inWork.run(() => this.#receive(packet));
      case "ack":
        return this.#asks.reply(packet.ack, packet.data);
      case "ack-error":
        return this.#asks.refuse(packet.ack, packet.error);
      case "ping":
        return this.#send({ kind: "pong", pong: packet.ping });
      case "seen":
        return this.#resume(packet.seen);
      case "malformed":
        return this.#sendError({
          code: "E_MESSAGE_MALFORMED",
          message: `A frame is no message: ${packet.reason}.`,
        });
      default:
        this.#sendError({ code: "E_MESSAGE_MALFORMED", message: "A client does not send such a message." });
    }
  }

  setBusy(isBusy: boolean): void {
    this.#opened?.connection.setBusy(isBusy);
  }

  binary(): void {
    this.#opened?.connection.closeWith(CloseCode.unsupportedData, "Messages are text.");
  }

  /** What goes wrong outside of an event cannot be told in its answer: the socket closes. */
  failed(error: unknown): void {
    this.#log(error);
    this.#opened?.connection.closeWith(CloseCode.internalError, "Something went wrong.");
  }

  closed(code: number, reason: string): void {
    this.#asks.close();
    if (this.#opened === null) return;
    const { socket, inWork } = this.#opened;
    const rooms = this.#visit.plan.rooms.remove(socket.member);
    inWork.run(() => this.#visit.calls.close(socket, { code, reason, rooms }));
  }

  #resume(seen: Seen): void {
    if (this.#opened !== null) this.#visit.plan.rooms.resume(this.#opened.socket.member, seen);
  }

  #receive(packet: EventPacket): unknown {
    const validator = this.#visit.plan.events.get(packet.event);
    if (validator === undefined) return this.#refuse(packet, unknownEvent(packet.event));
    const checked = validator.validate(packet.data);
    return checked instanceof Promise
      ? checked.then((later) => this.#call(packet, later))
      : this.#call(packet, checked);
  }

  #call(packet: EventPacket, checked: Checked<unknown>): unknown {
    if (!checked.ok) return this.#refuse(packet, invalid(packet.event, checked.problems));
    const { socket } = this.#opened as Opened; // messages come behind the opening alone
    try {
      const reply = this.#visit.calls.event(packet, checked.value, socket);
      if (!(reply instanceof Promise)) return this.#answer(packet, reply);
      return reply
        .then((later: unknown) => this.#answer(packet, later))
        .catch((error: unknown) => this.#fail(packet, error));
    } catch (error) {
      return this.#fail(packet, error);
    }
  }

  #answer({ event, id }: EventPacket, data: unknown): void {
    if (id === null) return;
    const { replyWriter } = this.#visit.plan;
    // What the handler of an event without a reply gives is for nobody.
    this.#sendText(encodeAck(id, replyWriter.declares(event) ? replyWriter.write(event, data) : undefined));
  }

  #fail(packet: EventPacket, error: unknown): void {
    if (isHttpError(error) && error.expose)
      return this.#refuse(packet, { code: error.code, message: error.message });
    this.#log(error);
    this.#refuse(packet, { code: "E_INTERNAL", message: "Something went wrong inside." });
  }

  #log(error: unknown): void {
    if (!this.#isTaken(error)) logFailure(this.#visit.context, error);
  }

  /** Whether the hook of the application takes care of an error; what the hook throws itself is logged, beside the error. */
  #isTaken(error: unknown): boolean {
    const { calls, context } = this.#visit;
    try {
      const taken = this.#opened !== null && calls.error(error, this.#opened.socket);
      if (!(taken instanceof Promise)) return taken;
      void logRejection(context, taken);
      return true;
    } catch (thrown) {
      logFailure(context, thrown);
      return false;
    }
  }

  #refuse({ id, event }: EventPacket, error: PacketError): void {
    if (id === null) this.#sendError({ ...error, event });
    else this.#send({ kind: "ack-error", ack: id, error });
  }

  #sendError(error: PacketError): void {
    this.#send({ kind: "error", error });
  }

  #send(packet: Packet): void {
    this.#sendText(encodePacket(packet));
  }

  #sendText(text: string): void {
    this.#opened?.connection.send(new Outgoing(Opcode.text, text));
  }
}

/** Names of a client's own go into answers, but not all of a long one. */
function unknownEvent(event: string): PacketError {
  return { code: "E_MESSAGE_UNKNOWN", message: `There is no event ${JSON.stringify(event.slice(0, 80))}.` };
}

function invalid(event: string, problems: Extract<Checked<unknown>, { ok: false }>["problems"]): PacketError {
  const all = problems.slice(0, 5).map(({ path, message }) => `${path === "" ? "" : `${path}: `}${message}`);
  return { code: "E_MESSAGE_INVALID", message: `The data of "${event}" is wrong: ${all.join("; ")}` };
}
