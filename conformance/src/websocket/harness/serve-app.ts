import type { MemoryListener } from "@armature/engine/memory";
import type { Engine, Listener } from "@armature/http";
import type { Application } from "armature";
import { WebSocket as WsClient, type ClientOptions } from "ws";
import { LogLines } from "../../app/harness/log-lines.ts";
import { build, type Source } from "../../app/harness/ways.ts";
import { CERTIFICATE, type EngineUnderTest } from "../../engines.ts";
import { toStream } from "../../memory-stream.ts";
import type { WireClient } from "../../wire-client.ts";

/** An application that listens on an engine for one test. */
export class ServedApp implements AsyncDisposable {
  readonly app: Application;
  readonly log: LogLines;
  /** e.g. "http://127.0.0.1:1234" */
  readonly url: string;
  readonly #subject: EngineUnderTest;
  readonly #listener: Listener;

  private constructor(app: Application, log: LogLines, subject: EngineUnderTest, listener: Listener) {
    this.app = app;
    this.log = log;
    this.url = listener.address.url;
    this.#subject = subject;
    this.#listener = listener;
  }

  static async start(subject: EngineUnderTest, source: Source): Promise<ServedApp> {
    const log = new LogLines();
    const listening = Promise.withResolvers<Listener>();
    const app = await build(source, {
      engine: tap(subject.create(), listening.resolve),
      logger: log.logger,
      requestLog: false,
    });
    await app.listen({ port: 0, host: "127.0.0.1", signals: false });
    return new ServedApp(app, log, subject, await listening.promise);
  }

  /** Host and port, as a client names them. */
  get host(): string {
    return new URL(this.url).host;
  }

  /** Where a path is, for clients of WebSockets. */
  socketUrl(path: string): string {
    return `${this.url.replace(/^http/, "ws")}${path}`;
  }

  /** A connection, byte by byte. */
  connect(): Promise<WireClient> {
    return this.#subject.connect(this.#listener);
  }

  /** A socket of ws, which opens now. */
  dial(path: string, options: ClientOptions = {}): WsClient {
    // Only the memory engine has no sockets.
    const open = (): ReturnType<typeof toStream> => toStream((this.#listener as MemoryListener).connect());
    return new WsClient(this.socketUrl(path), {
      ...(this.#subject.isSecure ? { ca: CERTIFICATE.cert } : {}),
      ...(this.#subject.hasSockets ? {} : { createConnection: open as never }),
      ...options,
    });
  }

  close(graceMs: number): Promise<unknown> {
    return this.app.close({ graceMs });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close(0);
  }
}

/** The same engine, which tells its listener. */
function tap(engine: Engine, tell: (listener: Listener) => void): Engine {
  return {
    name: engine.name,
    listen: async (options, handler) => {
      const listener = await engine.listen(options, handler);
      tell(listener);
      return listener;
    },
  };
}
