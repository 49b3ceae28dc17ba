import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { createNativeEngine } from "@armature/engine-native";
import { createEchoHandler } from "../echo-handler.ts";
import { request } from "../serve.ts";
import { open, type Place } from "./lives.ts";

/** What a process has between two rounds. */
export interface ThreadsReading {
  readonly round: number;
  readonly descriptors: number;
  readonly residentBytes: number;
  /** What keeps the event loop alive. */
  readonly resources: readonly string[];
}

const PROGRAM = join(import.meta.dirname, "threads-worker.js");

/** Rounds between two readings. */
const EVERY = 10;

async function start(): Promise<readonly [worker: Worker, place: Place]> {
  const worker = new Worker(PROGRAM);
  const [port] = (await once(worker, "message")) as [number]; // it sends nothing else first
  return [worker, { port, isSecure: false }];
}

async function ask(place: Place): Promise<void> {
  using client = await open(place);
  await client.send(request("GET /"));
  await client.answers(1);
}

/** Two engines in threads, beside that of the main thread: one is stopped, the other terminated with a connection that is open. */
async function round(own: Place): Promise<void> {
  const [[stopped, first], [terminated, second]] = await Promise.all([start(), start()]);
  await Promise.all([ask(first), ask(second), ask(own)]);
  using client = await open(second);
  const ended = once(stopped, "exit");
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  stopped.postMessage("stop");
  await Promise.all([ended, terminated.terminate(), client.closing()]);
}

/** Waits until the clients of this process are gone too, as far as they go. */
async function rest(): Promise<void> {
  for (let look = 0; look < 100 && process.getActiveResourcesInfo().includes("TCPSocketWrap"); look++)
    await new Promise((resolve) => setTimeout(resolve, 20));
}

async function read(at: number): Promise<ThreadsReading> {
  await rest();
  globalThis.gc?.();
  return {
    round: at,
    descriptors: readdirSync("/proc/self/fd").length,
    residentBytes: process.memoryUsage.rss(),
    resources: process.getActiveResourcesInfo().toSorted(),
  };
}

const rounds = Number(process.argv[2]);
const listener = await createNativeEngine().listen({ port: 0, host: "127.0.0.1" }, createEchoHandler());
const own: Place = { port: listener.address.port, isSecure: false };
const readings: ThreadsReading[] = [];
for (let at = 1; at <= rounds; at++) {
  await round(own);
  if (at % EVERY === 0) readings.push(await read(at));
}
await listener.close({ graceMs: 0 });
process.stdout.write(JSON.stringify(readings));
