import { connect, type Socket } from "node:net";

/** An answer that takes longer is lost; only a failing test ever waits for it. */
const PATIENCE_MS = 10_000;

const REQUEST = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";

/** What the clients of a test saw. */
export interface Seen {
  answers: number;
  /** Requests that were sent and not answered, and connections that were refused. */
  readonly lost: string[];
  /** Who answered. */
  readonly pids: Set<number>;
}

/** A client that sends one request after the other, and repeats none: over one connection as long as that lasts, or each over a new one. */
export class StubbornClient {
  readonly #port: number;
  readonly #keepsAlive: boolean;
  readonly #seen: Seen;
  #isStopped = false;
  #socket: Socket | null = null;

  constructor(port: number, keepsAlive: boolean, seen: Seen) {
    this.#port = port;
    this.#keepsAlive = keepsAlive;
    this.#seen = seen;
  }

  stop(): void {
    this.#isStopped = true;
  }

  async run(): Promise<void> {
    while (!this.#isStopped) {
      try {
        this.#note(await this.#ask(this.#socket ?? (await this.#open())));
      } catch (error) {
        this.#seen.lost.push((error as Error).message); // sockets throw nothing else
      }
      if (!this.#keepsAlive) this.#drop();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    this.#drop();
  }

  #note(text: string): void {
    if (!text.startsWith("HTTP/1.1 200")) throw new Error(text);
    this.#seen.answers++;
    this.#seen.pids.add(Number(/"pid":(\d+)/.exec(text)?.[1]));
    if (text.includes("connection: close")) this.#drop();
  }

  #open(): Promise<Socket> {
    const socket = connect({ port: this.#port, host: "127.0.0.1", noDelay: true });
    socket.setEncoding("latin1");
    return new Promise((resolve, reject) => {
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.off("error", reject);
        socket.on("error", () => {});
        // One that ends between two requests is no loss.
        socket.once("close", () => {
          if (this.#socket === socket) this.#socket = null;
        });
        this.#socket = socket;
        resolve(socket);
      });
    });
  }

  #ask(socket: Socket): Promise<string> {
    return new Promise((resolve, reject) => {
      let text = "";
      const ended = (): void => {
        clearTimeout(late);
        reject(new Error(`the connection ended without an answer (${text})`));
      };
      const late = setTimeout(() => socket.destroy(new Error("no answer came")), PATIENCE_MS);
      socket.once("close", ended);
      socket.once("end", ended);
      const receive = (piece: string): void => {
        text += piece;
        if (!text.endsWith("}")) return;
        clearTimeout(late);
        socket.off("data", receive);
        socket.off("close", ended);
        socket.off("end", ended);
        resolve(text);
      };
      socket.on("data", receive);
      socket.write(REQUEST);
    });
  }

  #drop(): void {
    this.#socket?.destroy();
    this.#socket = null;
  }
}

/** Clients at work while something happens. */
export async function underLoad(port: number, happen: (seen: Seen) => Promise<void>): Promise<Seen> {
  const seen: Seen = { answers: 0, lost: [], pids: new Set() };
  const clients = Array.from({ length: 12 }, (_, at) => new StubbornClient(port, at % 3 !== 0, seen));
  const running = clients.map((client) => client.run());
  try {
    await happen(seen);
  } finally {
    for (const client of clients) client.stop();
    await Promise.all(running);
  }
  return seen;
}
