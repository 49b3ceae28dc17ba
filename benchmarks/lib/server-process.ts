import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { pinTo } from "./machine.ts";

const START_MS = 30_000;
const STOP_MS = 5_000;

/** How a server is started; it prints `listening PORT` when it is ready. */
export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A server in a process of its own. */
export interface ServerProcess {
  readonly pid: number;
  readonly port: number;
  /** Ends the process, by force where it does not end in five seconds. */
  stop(): Promise<void>;
}

/** @throws Error where the server ends, or does not listen in 30 seconds */
export async function startServer({ command, args, env = {} }: ServerCommand): Promise<ServerProcess> {
  const [program = command, ...words] = [...pinTo("server"), command, ...args];
  const child = spawn(program, words, {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, NODE_ENV: "production", ...env },
  });
  try {
    const port = await readPort(child);
    return { pid: child.pid ?? 0, port, stop: async () => await stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

async function readPort(child: ChildProcess): Promise<number> {
  return await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`It did not listen in ${START_MS} ms.`)), START_MS);
    let text = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      text += String(chunk);
      const port = /listening (\d+)\n/.exec(text)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`It ended (exit code ${code}) before it listened.`)));
    child.once("exit", () => clearTimeout(timer));
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => void child.kill("SIGKILL"), STOP_MS);
  await ended;
  clearTimeout(timer);
}
