import { parentPort } from "node:worker_threads";
import { createEchoHandler } from "../echo-handler.ts";
import { createNativeEngine } from "@armature/engine-native";

// Listens with an engine of its own, tells where, and stops when it is told to; or is terminated.
const listener = await createNativeEngine().listen({ port: 0, host: "127.0.0.1" }, createEchoHandler());
parentPort?.once("message", () => void stop());
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
parentPort?.postMessage(listener.address.port);

async function stop(): Promise<void> {
  await listener.close({ graceMs: 0 });
  parentPort?.close();
}
