import { ArmatureError } from "@armature/http";
import { PresenceNode } from "./presence-node.ts";
import type { PresenceChange, PresentMember } from "./presence-table.ts";

/** How it is known who is in the rooms of all processes. */
export interface PresenceOptions {
  /**
   * Milliseconds after which a process that is not heard any more is taken for dead, and its members for gone; it gives three signs of life in
   * that time. Default 15 000.
   */
  readonly leaseMs?: number;
  /** Told what a listener throws. Default: it is written to the console. */
  readonly onError?: (error: unknown) => void;
}

/** What a member says of itself has at most so many characters as JSON, because every process keeps it. */
const MAX_INFO = 4_096;
const LEAST_LEASE_MS = 50;
const MOST_LEASE_MS = 2 ** 31 - 1;

/** Watches over who is in the rooms, and tells who wants to know. */
export class RoomPresence {
  readonly #node: PresenceNode;
  readonly #listeners = new Set<(change: PresenceChange) => void>();
  #timer: NodeJS.Timeout | null = null;

  /** @throws ArmatureError `E_OPTION_INVALID` */
  constructor(
    id: string,
    { leaseMs = 15_000, onError = report }: PresenceOptions,
    publish: (text: string) => void,
  ) {
    assertLease(leaseMs);
    this.#node = new PresenceNode({
      id,
      leaseMs,
      publish,
      changed: (change) => {
        for (const listener of this.#listeners) attempt(() => listener(change), onError);
      },
      soon: setImmediate,
    });
  }

  start(): void {
    this.#node.start();
    this.#timer = setInterval(() => this.#node.tick(performance.now()), this.#node.beatMs).unref();
  }

  stop(): void {
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
    this.#node.stop();
  }

  in(room: string): readonly PresentMember[] {
    return this.#node.in(room);
  }

  /** @returns what a member says of itself, as other processes will have it. @throws ArmatureError `E_PRESENCE_INFO` */
  check(info: unknown): unknown {
    const json = JSON.stringify(info ?? null) as string | undefined; // what JSON has no form for gives nothing
    if (json !== undefined && json.length <= MAX_INFO) return JSON.parse(json);
    throw new ArmatureError(
      "E_PRESENCE_INFO",
      `What is said of a member in a room must be JSON of ${MAX_INFO} characters at most (got ${json?.length ?? "none"}).`,
    );
  }

  joined(room: string, member: PresentMember): void {
    this.#node.join(room, member);
  }

  left(room: string, id: string): void {
    this.#node.leave(room, id);
  }

  receive(text: string): void {
    this.#node.receive(text);
  }

  listen(listener: (change: PresenceChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

/** One listener that fails keeps nothing from the others, nor from the bus. */
function attempt(work: () => void, onError: (error: unknown) => void): void {
  try {
    work();
  } catch (error) {
    onError(error);
  }
}

function report(error: unknown): void {
  // There is nobody else to tell.
  // oxlint-disable-next-line no-console
  console.error(error);
}

function assertLease(leaseMs: number): void {
  if (Number.isSafeInteger(leaseMs) && leaseMs >= LEAST_LEASE_MS && leaseMs <= MOST_LEASE_MS) return;
  throw new ArmatureError(
    "E_OPTION_INVALID",
    `leaseMs must be a whole number from ${LEAST_LEASE_MS} to ${MOST_LEASE_MS} (got ${String(leaseMs)}).`,
  );
}
