/** Carries messages to rooms between processes: what one publishes, all others get, in the order of each publisher. */
export interface RoomBus {
  /**
   * Begins to receive.
   * @param deliver called with what others have published, and perhaps with one's own; it does not throw
   */
  start(deliver: (envelope: string) => void): void | Promise<void>;
  /** Hands a message on; what cannot be carried at once waits. */
  publish(envelope: string): void;
  /** Stops to receive, and lets go of everything. */
  close(): void | Promise<void>;
}

/** A message on the bus. */
export interface Envelope {
  /** The rooms object that sent it. */
  readonly from: string;
  readonly rooms: readonly string[];
  /** Ids of members that are left out. */
  readonly except: readonly string[];
  readonly event: string;
  /** The data as JSON. */
  readonly json?: string;
}

/** Reads an envelope; `null` for what is none, as another program's message. */
export function readEnvelope(text: string): Envelope | null {
  try {
    const value: unknown = JSON.parse(text);
    return isEnvelope(value) ? value : null;
  } catch {
    return null;
  }
}

function isEnvelope(value: unknown): value is Envelope {
  if (typeof value !== "object" || value === null) return false;
  const { from, rooms, except, event, json } = value as Partial<Record<keyof Envelope, unknown>>; // looked at below
  if (typeof from !== "string" || typeof event !== "string") return false;
  return isTexts(rooms) && isTexts(except) && (json === undefined || typeof json === "string");
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
