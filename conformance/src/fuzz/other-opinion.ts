import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type Duplex, duplexPair } from "node:stream";
import { turns } from "../serve.ts";

/** What a server took for a request: enough to see where it begins and ends. */
export interface Seen {
  readonly method: string;
  readonly target: string;
  /** Base64. */
  readonly body: string;
}

/** What a server makes of bytes. */
export interface Opinion {
  /** The complete requests, up to where it refuses the rest or waits for more. */
  readonly seen: readonly Seen[];
  /** Whether it refuses what comes behind them; otherwise it would wait for more. */
  readonly refused: boolean;
}

/** The parser of node:http, which is llhttp, in memory. */
export class OtherOpinion implements AsyncDisposable {
  readonly #server: Server;
  #seen: Seen[] = [];
  #refused = false;

  constructor() {
    this.#server = createServer({ keepAliveTimeout: 0 }, (request, response) =>
      this.#take(request, response),
    );
    this.#server.on("checkContinue", (request, response) => this.#take(request, response));
    this.#server.on("upgrade", (_request, socket) => socket.destroy());
    this.#server.on("connect", (_request, socket) => socket.destroy());
    this.#server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
      this.#refused = error.code !== "HPE_INVALID_EOF_STATE";
      void closeSoon(socket);
    });
  }

  async read(bytes: Buffer): Promise<Opinion> {
    this.#seen = [];
    this.#refused = false;
    const [client, server] = duplexPair();
    const closed = new Promise<void>((resolve) => {
      client.once("close", resolve);
    });
    client.on("error", () => {});
    client.resume();
    this.#server.emit("connection", server);
    client.end(bytes);
    await closed;
    return { seen: this.#seen, refused: this.#refused };
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("error", () => {});
    request.on("end", () => {
      const { method = "", url: target = "" } = request;
      this.#seen.push({ method, target, body: Buffer.concat(chunks).toString("base64") });
      response.end();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
  }
}

/** Closes when the requests in front of a fault have been handed over. */
async function closeSoon(socket: Duplex): Promise<void> {
  await turns(4);
  socket.destroy();
}
