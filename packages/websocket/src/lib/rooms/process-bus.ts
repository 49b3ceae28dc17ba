import cluster, { type Worker } from "node:cluster";
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
      if (process.connected) process.send?.({ armatureRooms: envelope } satisfies BusMessage);
    },
    close: () => {
      if (onMessage !== null) process.off("message", onMessage);
    },
  };
}

/**
 * Hands the messages of each worker of `node:cluster` on to the others; called once, in the primary.
 * @returns stops it
 */
export function relayRooms(): () => void {
  cluster.on("message", relay);
  return () => void cluster.off("message", relay);
}

function relay(from: Worker, message: unknown): void {
  if (!isBusMessage(message)) return;
  for (const worker of Object.values(cluster.workers ?? {}))
    if (worker !== undefined && worker !== from && worker.isConnected()) worker.send(message);
}

function isBusMessage(message: unknown): message is BusMessage {
  return (
    typeof message === "object" &&
    message !== null &&
    "armatureRooms" in message &&
    typeof message.armatureRooms === "string"
  );
}
