import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pinTo } from "../lib/machine.ts";
import type { LoadOrder, LoadReply, LoadReport } from "./load-order.ts";

/** The process that opens sockets to a server and loads it, on a core of its own where there is one. */
export class LoadProcess implements Disposable {
  readonly #child: ChildProcess;
  readonly #ended: Promise<never>;

  constructor(port: number) {
    const script = join(import.meta.dirname, "load.ts");
    const [command, ...args] = [...pinTo("load"), process.execPath, script, `${port}`];
    this.#child = spawn(command ?? "", args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    this.#ended = once(this.#child, "exit").then(() => {
      throw new Error("The load process ended.");
    });
    // Nobody may be asking when it ends.
    this.#ended.catch(() => {});
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** One order at a time. @throws Error where it cannot be done, e.g. a socket is not taken over */
  async do(order: LoadOrder): Promise<LoadReport> {
    const replied = once(this.#child, "message") as Promise<[LoadReply]>; // what load.ts sends
    this.#child.send(order);
    const [reply] = await Promise.race([replied, this.#ended]);
    if ("error" in reply) throw new Error(reply.error);
    return reply.report;
  }

  [Symbol.dispose](): void {
    this.#child.kill("SIGKILL");
  }
}
