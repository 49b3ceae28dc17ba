import { join } from "node:path";
import {
  BUN,
  checkInstalled,
  NODE_20,
  peerVersions,
  versionsIn,
  withIoUring,
  withNativeEngine,
  withoutTypes,
} from "../http/contestants.ts";
import type { ServerCommand } from "../lib/server-process.ts";

/** The folder of the peers that no other suite has. */
export const PEERS: string = join(import.meta.dirname, "peers");

const serverOf = (name: string): string => join(PEERS, "servers", `${name}.ts`);
const OWN = join(import.meta.dirname, "servers/armature.ts");
const onNode = (file: string): ServerCommand => ({ command: process.execPath, args: [file] });

/** Every server that the suite can start, by name. */
export const SERVERS: Readonly<Record<string, () => ServerCommand>> = {
  armature: () => onNode(OWN),
  "armature-native": () => withNativeEngine(onNode(OWN)),
  "armature-native-uring": () => withIoUring(onNode(OWN)),
  ws: () => ({ ...onNode(serverOf("ws")), env: { WS_NO_BUFFER_UTIL: "1" } }),
  "ws-bufferutil": () => onNode(serverOf("ws")),
  uws: () => ({ command: NODE_20, args: [withoutTypes(serverOf("uws"), "uws-websocket.mjs")] }),
  bun: () => ({ command: BUN, args: [serverOf("bun")] }),
};

/** @throws Error where the peer is not installed */
export function commandOf(name: string): ServerCommand {
  const server = SERVERS[name];
  if (server === undefined)
    throw new Error(`There is no server "${name}"; there are ${Object.keys(SERVERS).join(", ")}.`);
  return checkInstalled(server());
}

/** The versions of those that are measured here; the manifests pin them exactly. */
export function versions(): Record<string, string> {
  const { "@oven/bun-linux-x64": bun, "@trufflesuite/uws-js-unofficial": uws } = peerVersions();
  return { ...versionsIn(PEERS), bun: bun ?? "", uws: uws ?? "" };
}
