import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { eventually } from "../serve.ts";

const PROGRAM = fileURLToPath(new URL("./cluster-app.js", import.meta.url));

/** A line of its log. */
export interface LogLine {
  readonly msg: string;
  readonly pid?: number;
  readonly pids?: readonly number[];
}

/** A cluster as a process of its own. */
export class ClusterProcess implements AsyncDisposable {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #lines: LogLine[] = [];
  readonly #exit: Promise<unknown[]>;

  private constructor(port: number) {
    this.port = port;
    this.#child = spawn(process.execPath, [PROGRAM, String(port)], { stdio: ["ignore", "pipe", "inherit"] });
    this.#exit = once(this.#child, "exit");
    if (this.#child.stdout === null) throw new Error("The child has no output.");
    createInterface(this.#child.stdout).on("line", (line) => {
      this.#lines.push(JSON.parse(line) as LogLine); // the program writes JSON only
    });
  }

  /** Starts it, and waits until its workers listen. */
  static async start(): Promise<ClusterProcess> {
    const process = new ClusterProcess(await freePort());
    await process.said("ready");
    return process;
  }

  /** Waits for the nth line with a message. */
  async said(msg: string, nth = 1): Promise<LogLine> {
    const find = (): LogLine | undefined => this.#lines.filter((one) => one.msg === msg)[nth - 1];
    await eventually(() => find() !== undefined);
    return find() as LogLine; // it was there
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** The status that it ended with. */
  async end(): Promise<unknown> {
    const [code, signal] = await this.#exit;
    return code ?? signal;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGTERM");
    const late = setTimeout(() => this.#child.kill("SIGKILL"), 20_000);
    await this.#exit;
    clearTimeout(late);
  }
}

/** Workers share one port, so 0 would do; but the test has to know it. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo; // a TCP server that listens
  await new Promise((resolve) => server.close(resolve));
  return port;
}
