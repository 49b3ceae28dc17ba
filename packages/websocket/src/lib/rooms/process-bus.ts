import cluster, { type Worker } from "node:cluster";
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
  return () => {
    stop();
    cluster.off("message", relay);
  };
}

function relay(from: Worker, message: unknown): void {
  if (!isBusMessage(message)) return;
  for (const worker of workers()) if (worker !== from) tellWorker(worker, message);
}

function isBusMessage(message: unknown): message is BusMessage {
  return (
    typeof message === "object" &&
    message !== null &&
    "armatureRooms" in message &&
    typeof message.armatureRooms === "string"
  );
}
