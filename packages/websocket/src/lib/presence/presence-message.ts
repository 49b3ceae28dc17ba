import type { Presence } from "./presence-table.ts";

/** What a process tells the others of its members; each of them knows how many changes there were. */
export type PresenceMessage =
  /** What has changed since the version before. */
  | {
      readonly presence: "changes";
      readonly from: string;
      readonly version: number;
      readonly changes: readonly WireChange[];
    }
  /** Everyone, in parts. */
  | {
      readonly presence: "state";
      readonly from: string;
      readonly version: number;
      readonly part: number;
      readonly isLast: boolean;
      readonly members: readonly Presence[];
    }
  /** A sign of life. */
  | { readonly presence: "beat"; readonly from: string; readonly version: number }
  /** Asks a process for its state, or all of them. */
  | { readonly presence: "ask"; readonly from: string; readonly of: string | null }
  /** The process ends. */
  | { readonly presence: "bye"; readonly from: string };

/** One change: who came, or who left. */
export type WireChange =
  | { readonly join: Presence }
  | { readonly leave: { readonly room: string; readonly id: string } };

/** What the text of every such message begins with, so that others need not be parsed. */
const BEGIN = '{"presence":';

/** Whether a text of the bus is about presence. */
export function isPresenceText(text: string): boolean {
  return text.startsWith(BEGIN);
}

/** The process that gives a sign of life with this text; each does so as it begins. */
export function aliveIn(text: string): string | null {
  return text.startsWith(`${BEGIN}"beat"`) ? (readPresence(text)?.from ?? null) : null;
}

/** Writes a message; its first member is what it is told by. */
export function writePresence({ presence, ...rest }: PresenceMessage): string {
  return JSON.stringify({ presence, ...rest });
}

/** Reads a message of another process of this version; `null` for what is none. */
export function readPresence(text: string): PresenceMessage | null {
  try {
    const value: unknown = JSON.parse(text);
    return isPresence(value) ? value : null;
  } catch {
    return null;
  }
}

function isPresence(value: unknown): value is PresenceMessage {
  if (typeof value !== "object" || value === null) return false;
  const { presence, from, changes, members } = value as Readonly<Record<string, unknown>>; // looked at below
  if (typeof from !== "string") return false;
  if (presence === "changes") return Array.isArray(changes) && changes.every(isChange);
  if (presence === "state") return Array.isArray(members) && members.every(isMember);
  return presence === "beat" || presence === "ask" || presence === "bye";
}

function isChange(value: unknown): value is WireChange {
  if (typeof value !== "object" || value === null) return false;
  const { join, leave } = value as Readonly<Record<string, unknown>>; // looked at below
  if (join !== undefined) return isMember(join);
  if (typeof leave !== "object" || leave === null) return false;
  const { room, id } = leave as Readonly<Record<string, unknown>>;
  return typeof room === "string" && typeof id === "string";
}

function isMember(value: unknown): value is Presence {
  if (typeof value !== "object" || value === null) return false;
  const { room, member } = value as Readonly<Record<string, unknown>>; // looked at below
  if (typeof room !== "string" || typeof member !== "object" || member === null) return false;
  return "id" in member && typeof member.id === "string";
}
