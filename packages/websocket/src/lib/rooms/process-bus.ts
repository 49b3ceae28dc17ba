import cluster, { type Worker } from "node:cluster";
import { aliveIn, writePresence } from "../presence/presence-message.ts";
import { serveHistory } from "../history/cluster-history.ts";
import { MemoryHistory, type MemoryHistoryLimits } from "../history/memory-history.ts";
import { tellPrimary, tellWorker, workers } from "./process-messages.ts";
import type { RoomBus } from "./room-bus.ts";

/** Marks the messages of the bus among those of the application. */
interface BusMessage {
  readonly armatureRooms: string;
}

/**
 * A bus between the workers of `node:cluster`, over the messages that they exchange with the primary; there {@link relayRooms} hands
 * them on.
 *
 * @example
 * const rooms = new Rooms({ bus: clusterBus() });
 */
export function clusterBus(): RoomBus {
  let onMessage: ((message: unknown) => void) | null = null;
  return {
    start: (deliver) => {
      onMessage = (message) => {
        if (isBusMessage(message)) deliver(message.armatureRooms);
      };
      process.on("message", onMessage);
    },
    publish: (envelope) => {
      tellPrimary({ armatureRooms: envelope } satisfies BusMessage);
    },
    close: () => {
      if (onMessage !== null) process.off("message", onMessage);
    },
  };
}

/** What the primary does for its workers. */
export interface RelayOptions {
  /** How much it keeps for `clusterHistory`. */
  readonly history?: MemoryHistoryLimits;
}

/**
 * Hands the messages of each worker of `node:cluster` on to the others, and keeps what they publish; called once, in the primary.
 *
 * @returns stops it
 * @throws ArmatureError `E_OPTION_INVALID`
 */
export function relayRooms({ history = {} }: RelayOptions = {}): () => void {
  const stop = serveHistory(new MemoryHistory(history));
  cluster.on("message", relay);
  cluster.on("disconnect", sayGoodbye);
  return () => {
    stop();
    cluster.off("message", relay);
    cluster.off("disconnect", sayGoodbye);
  };
}

/** The rooms of each worker that say who is in them. */
const present = new WeakMap<Worker, Set<string>>();

function relay(from: Worker, message: unknown): void {
  if (!isBusMessage(message)) return;
  const alive = aliveIn(message.armatureRooms);
  if (alive !== null) note(from, alive);
  for (const worker of workers()) if (worker !== from) tellWorker(worker, message);
}

function note(worker: Worker, rooms: string): void {
  const all = present.get(worker) ?? new Set();
  present.set(worker, all.add(rooms));
}

/** A worker that was killed cannot say itself that everyone in it is gone. */
function sayGoodbye(ended: Worker): void {
  for (const from of present.get(ended) ?? []) {
    const message: BusMessage = { armatureRooms: writePresence({ presence: "bye", from }) };
    for (const worker of workers()) tellWorker(worker, message);
  }
}

function isBusMessage(message: unknown): message is BusMessage {
  return (
    typeof message === "object" &&
    message !== null &&
    "armatureRooms" in message &&
    typeof message.armatureRooms === "string"
  );
}
