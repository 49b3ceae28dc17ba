import type { ClientMessage } from "./client-frame.ts";

/** What servers are compared in. */
export type Case = EchoCase | BroadcastCase | IdleCase;

/** A message comes back to the socket that sent it. */
export interface EchoCase {
  readonly kind: "echo";
  readonly path: string;
  readonly message: ClientMessage;
  /** Messages that a socket sends at once. Default 1. */
  readonly depth?: number;
}

/** What one socket says goes to all members of a room. */
export interface BroadcastCase {
  readonly kind: "broadcast";
  readonly message: ClientMessage;
  readonly members: number;
}

/** Sockets that say nothing. */
export interface IdleCase {
  readonly kind: "idle";
  readonly sockets: number;
}

const TEXT = "A message of a chat as people write it, with a few words more than are needed. "
  .repeat(2)
  .slice(0, 125);
const LINE = {
  id: 42,
  room: "lobby",
  by: "Ada Lovelace",
  text: TEXT,
  tags: ["new", "read"],
  at: 1_764_000_000,
};
const asked = { event: "say", id: 7, data: { room: "lobby", text: TEXT.slice(0, 60), at: 1_764_000_000 } };

export const CASES: Readonly<Record<string, Case>> = {
  "echo-text": { kind: "echo", path: "/echo", message: { payload: TEXT } },
  "echo-pipelined": { kind: "echo", path: "/echo", message: { payload: TEXT }, depth: 16 },
  "echo-1k": { kind: "echo", path: "/echo", message: { payload: new Uint8Array(1024).fill(0x78) } },
  "echo-64k": { kind: "echo", path: "/echo", message: { payload: new Uint8Array(65_536).fill(0x78) } },
  "echo-deflate": {
    kind: "echo",
    path: "/deflate",
    message: { payload: JSON.stringify(Array.from({ length: 4 }, () => LINE)), isCompressed: true },
  },
  gateway: { kind: "echo", path: "/gateway", message: { payload: JSON.stringify(asked) } },
  "gateway-pipelined": {
    kind: "echo",
    path: "/gateway",
    message: { payload: JSON.stringify(asked) },
    depth: 16,
  },
  broadcast: {
    kind: "broadcast",
    message: { payload: JSON.stringify({ event: "tell", data: "x".repeat(1024) }) },
    members: 1_000,
  },
  idle: { kind: "idle", sockets: 10_000 },
};
