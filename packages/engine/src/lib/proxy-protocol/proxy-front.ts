import type { Socket } from "node:net";
import { FAULTS } from "../parse/fault.ts";
import { WheelEntry } from "../timer-wheel.ts";
import { isProxy, PROXY_HEADER_FAULT, type ProxiedHost } from "./proxied-transport.ts";
import { readProxyHeader } from "./read-proxy-header.ts";
import { noteHeader } from "./sources.ts";

/** Takes accepted sockets, to find out what is spoken there. */
export interface SocketFront {
  take(socket: Socket): void;
  /** Cuts the connections of which nothing is known yet. */
  close(): void;
}

/** Takes the headers of proxies off accepted sockets, for those who need the socket itself behind it. */
export class ProxyFront implements SocketFront {
  readonly #host: ProxiedHost;
  readonly #unix: boolean;
  readonly #next: SocketFront;
  readonly #pending = new Set<HeaderReading>();

  /** @param next takes a socket whose header was read; what came behind it is in the socket again */
  constructor(host: ProxiedHost, unix: boolean, next: SocketFront) {
    this.#host = host;
    this.#unix = unix;
    this.#next = next;
  }

  take(socket: Socket): void {
    const { counters, from, now, places, timeoutMs, wheel } = this.#host;
    if (this.#pending.size >= places) {
      socket.destroy();
      return counters.refuse(FAULTS.connectionsFull.code);
    }
    const peer = { address: socket.remoteAddress ?? "", port: 0, secure: false, unix: this.#unix };
    const reading = new HeaderReading(socket, (outcome) => {
      wheel.cancel(reading);
      this.#pending.delete(reading);
      if (outcome === "read") this.#next.take(socket);
      else if (outcome === "refused") counters.refuse(PROXY_HEADER_FAULT);
    });
    this.#pending.add(reading);
    wheel.schedule(reading, now() + timeoutMs);
    if (!isProxy(from, peer)) reading.refuse();
  }

  close(): void {
    for (const reading of this.#pending) reading.cut();
    this.#next.close();
  }
}

/** What became of a header: it was read, it was wrong or late, or nobody waits for it any more. */
type Outcome = "read" | "refused" | "left";

/** A socket whose header is on its way. */
class HeaderReading extends WheelEntry {
  readonly #socket: Socket;
  readonly #done: (outcome: Outcome) => void;
  #held: Buffer = Buffer.alloc(0);

  /** @param done called once */
  constructor(socket: Socket, done: (outcome: Outcome) => void) {
    super();
    this.#socket = socket;
    this.#done = done;
    socket.on("readable", this.#read);
    socket.on("end", this.#ended);
    socket.on("error", ignore);
    socket.on("close", this.#ended);
  }

  override due(): void {
    this.refuse();
  }

  /** Nobody can be told: it is not known who is there, or what is spoken. */
  refuse(): void {
    this.#end("refused");
  }

  cut(): void {
    this.#end("left");
  }

  #end(outcome: Outcome): void {
    this.#leave();
    this.#socket.destroy();
    this.#done(outcome);
  }

  readonly #read = (): void => {
    for (let piece = this.#next(); piece !== null; piece = this.#next())
      this.#held = Buffer.concat([this.#held, piece]);
    const header = readProxyHeader(this.#held);
    if (header === null) return;
    if (typeof header === "string") return this.refuse();
    this.#leave();
    noteHeader(this.#socket, header);
    const rest = this.#held.subarray(header.length);
    if (rest.length > 0) this.#socket.unshift(rest);
    this.#done("read");
  };

  #next(): Buffer | null {
    return this.#socket.read() as Buffer | null; // no encoding is set
  }

  readonly #ended = (): void => {
    // A proxy that only looks whether somebody is there sends nothing.
    this.#end(this.#held.length === 0 ? "left" : "refused");
  };

  #leave(): void {
    this.#socket.off("readable", this.#read);
    this.#socket.off("end", this.#ended);
    this.#socket.off("error", ignore);
    this.#socket.off("close", this.#ended);
  }
}

function ignore(): void {}
