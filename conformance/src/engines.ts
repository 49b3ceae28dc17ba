import type { Duplex } from "node:stream";
import { connect } from "node:net";
import { createEngine } from "@armature/engine";
import type { Engine, ExchangeHandler, Limits, Listener } from "@armature/http";

/** Every engine that the suites run against, by its short name. */
export const ENGINES: Readonly<Record<string, () => Engine>> = {
  ts: () => createEngine(),
};

/** An engine that listens on a free port of this machine, for one test. */
export class RunningEngine implements AsyncDisposable {
  readonly listener: Listener;

  private constructor(listener: Listener) {
    this.listener = listener;
  }

  static async start(
    engine: Engine,
    handler: ExchangeHandler,
    limits: Partial<Limits> = {},
  ): Promise<RunningEngine> {
    return new RunningEngine(await engine.listen({ port: 0, host: "127.0.0.1", limits }, handler));
  }

  /** A new connection to it. */
  async connect(): Promise<Duplex> {
    const socket = connect(this.listener.address.port, this.listener.address.host);
    socket.setNoDelay(true);
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
    });
    return socket;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.listener.close({ graceMs: 0 });
  }
}
