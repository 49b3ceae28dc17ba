import { connect, type Socket } from "node:net";

const REQUEST = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";

/** More connections than this are not opened: what would need one counts as given up. */
const MAX_CONNECTIONS = 5_000;

/** What became of the requests of a step. */
export interface Outcome {
  /** Milliseconds from when each was due to its answer 200, of those that came while it was measured. */
  readonly servedMs: number[];
  /** The same of answers 503. */
  readonly shedMs: number[];
  /** No answer in time, while it was measured. */
  gaveUp: number;
  /** The connection broke, at any time. */
  failed: number;
}

/** How a step loads a server. */
export interface Load {
  readonly port: number;
  /** Requests in each second, whether earlier ones were answered or not. */
  readonly perSecond: number;
  readonly durationMs: number;
  /** What happens before is not counted, so that only what lasts is, and neither is what comes when no more is sent. */
  readonly rampMs: number;
  /** How long a client waits for its answer. */
  readonly patienceMs: number;
}

interface Client {
  readonly socket: Socket;
  dueMs: number;
  text: string;
}

/**
 * Sends requests at a fixed rate and does not wait for answers, as many independent clients do: each takes a connection that is
 * free, or opens one. Latency counts from when a request was due, so that a slow server does not make the load look lighter.
 */
export class OpenLoop {
  readonly outcome: Outcome = { servedMs: [], shedMs: [], gaveUp: 0, failed: 0 };
  readonly #load: Load;
  readonly #idle: Client[] = [];
  readonly #busy = new Set<Client>();
  #open = 0;
  #isMeasuring = false;

  constructor(load: Load) {
    this.#load = load;
  }

  async run(): Promise<Outcome> {
    const { perSecond, durationMs } = this.#load;
    const startMs = performance.now();
    const dueAt = (at: number): number => startMs + (at * 1000) / perSecond;
    const count = Math.round((perSecond * durationMs) / 1000);
    for (let sent = 0; sent < count; await tick()) {
      this.#isMeasuring = performance.now() - startMs > this.#load.rampMs;
      for (; sent < count && dueAt(sent) <= performance.now(); sent++) this.#send(dueAt(sent));
      this.#giveUp();
    }
    this.#isMeasuring = false;
    for (; this.#busy.size > 0; await tick()) this.#giveUp();
    for (const { socket } of this.#idle) socket.destroy();
    return this.outcome;
  }

  #send(dueMs: number): void {
    const client = this.#idle.pop() ?? this.#connect();
    if (client === null) return this.#noteGiveUp();
    client.dueMs = dueMs;
    client.text = "";
    this.#busy.add(client);
    client.socket.write(REQUEST);
  }

  #connect(): Client | null {
    if (this.#open >= MAX_CONNECTIONS) return null;
    const socket = connect({ port: this.#load.port, host: "127.0.0.1", noDelay: true });
    const client: Client = { socket, dueMs: 0, text: "" };
    this.#open++;
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => this.#receive(client, text));
    socket.on("error", () => {});
    socket.on("close", () => this.#closed(client));
    return client;
  }

  #receive(client: Client, text: string): void {
    client.text += text;
    const head = client.text.indexOf("\r\n\r\n");
    if (head < 0) return;
    const length = /content-length: (\d+)/.exec(client.text)?.[1];
    if (client.text.length < head + 4 + Number(length)) return;
    this.#busy.delete(client);
    this.#idle.push(client);
    if (!this.#isMeasuring) return;
    const isServed = client.text.startsWith("HTTP/1.1 200");
    this.outcome[isServed ? "servedMs" : "shedMs"].push(performance.now() - client.dueMs);
  }

  #noteGiveUp(): void {
    if (this.#isMeasuring) this.outcome.gaveUp++;
  }

  #giveUp(): void {
    const untilMs = performance.now() - this.#load.patienceMs;
    // The set is in the order in which requests were due.
    for (const client of this.#busy) {
      if (client.dueMs > untilMs) return;
      this.#busy.delete(client);
      this.#noteGiveUp();
      client.socket.destroy();
    }
  }

  #closed(client: Client): void {
    this.#open--;
    if (this.#busy.delete(client)) this.outcome.failed++;
    const at = this.#idle.indexOf(client);
    if (at >= 0) this.#idle.splice(at, 1);
  }
}

function tick(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 1);
  });
}
