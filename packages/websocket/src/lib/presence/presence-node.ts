import { readPresence, writePresence, type PresenceMessage, type WireChange } from "./presence-message.ts";
import { PresenceTable, type Presence, type PresenceChange, type PresentMember } from "./presence-table.ts";

/** What a process needs to know of who is where. */
export interface PresenceParts {
  /** Unique among the processes. */
  readonly id: string;
  /** Milliseconds without a sign of life after which a process is taken for dead. */
  readonly leaseMs: number;
  /** Tells the other processes. */
  readonly publish: (text: string) => void;
  /** Told of what changes, here and elsewhere. */
  readonly changed: (change: PresenceChange) => void;
  /** Does something soon. */
  readonly soon: (work: () => void) => void;
}

/** Another process, as it is known here. */
interface Peer {
  /** The version that is known; `null` until its state came. */
  version: number | null;
  /** When it was heard last, by the clock of this process. */
  heardAt: number;
  /** Whether its state was asked for since the last tick. */
  isAsked: boolean;
  /** The parts of its state that came. */
  incoming: Presence[];
  nextPart: number;
}

/** Signs of life within a lease. */
const BEATS = 3;
/** Members of one part of a state. */
const PART_MEMBERS = 500;

/**
 * Who is in the rooms of all processes, as one of them knows it. Each process tells the others what changes in it, numbered; who misses a
 * change asks for all of it. Who is not heard for a lease is gone, and comes back with the next word.
 */
export class PresenceNode {
  readonly #parts: PresenceParts;
  readonly #table = new PresenceTable();
  readonly #peers = new Map<string, Peer>();
  #changes: WireChange[] = [];
  #version = 0;
  #isTelling = false;
  /** Whether it has said goodbye: a word behind that would have its members come back, until its lease is over. */
  #isGone = false;
  /** Milliseconds that this process was awake: who was busy itself cannot have heard others. */
  #now = 0;
  #tickedAt: number | null = null;

  constructor(parts: PresenceParts) {
    this.#parts = parts;
  }

  /** Milliseconds between two calls of {@link tick}. */
  get beatMs(): number {
    return Math.ceil(this.#parts.leaseMs / BEATS);
  }

  /** Who is in a room, in all processes. */
  in(room: string): readonly PresentMember[] {
    return this.#table.in(room);
  }

  /** Asks who is there. */
  start(): void {
    this.#isGone = false;
    this.#publish({ presence: "ask", from: this.#parts.id, of: null });
    this.#beat();
  }

  /** Says that everyone here is gone. */
  stop(): void {
    this.#publish({ presence: "bye", from: this.#parts.id });
    this.#isGone = true;
  }

  join(room: string, member: PresentMember): void {
    this.#note(this.#table.add(this.#parts.id, { room, member }), { join: { room, member } });
  }

  leave(room: string, id: string): void {
    this.#note(this.#table.remove(this.#parts.id, room, id), { leave: { room, id } });
  }

  /** Time has passed: says that this process lives, and lets go of those that do not. @param now in milliseconds */
  tick(now: number): void {
    // A pause counts as two beats at most.
    this.#now += Math.min(now - (this.#tickedAt ?? now), 2 * this.beatMs);
    this.#tickedAt = now;
    for (const [id, peer] of this.#peers) {
      peer.isAsked = false;
      if (this.#now - peer.heardAt > this.#parts.leaseMs) this.#lose(id);
    }
    this.#beat();
  }

  /** A message of another process. */
  receive(text: string): void {
    const message = readPresence(text);
    if (message === null || message.from === this.#parts.id) return;
    if (message.presence === "ask") this.#asked(message.of);
    else if (message.presence === "bye") this.#lose(message.from);
    else this.#hear(message, this.#peerOf(message.from));
  }

  #hear(message: Exclude<PresenceMessage, { presence: "ask" | "bye" }>, peer: Peer): void {
    peer.heardAt = this.#now;
    if (message.presence === "state") return this.#takePart(message, peer);
    const { from, version } = message;
    if (message.presence === "beat") {
      if (version !== peer.version) this.#ask(from, peer);
    } else if (version - 1 === peer.version) {
      peer.version = version;
      for (const change of message.changes) this.#tell(this.#apply(from, change));
    } else if (peer.version === null || version > peer.version) this.#ask(from, peer);
  }

  #takePart(message: Extract<PresenceMessage, { presence: "state" }>, peer: Peer): void {
    const { from, version, part, isLast, members } = message;
    if (part === 0) peer.incoming = [];
    else if (part !== peer.nextPart) return;
    peer.nextPart = part + 1;
    peer.incoming.push(...members);
    if (!isLast) return;
    peer.version = version;
    peer.nextPart = 0;
    this.#tell(this.#table.replace(from, peer.incoming.splice(0)));
  }

  #apply(from: string, change: WireChange): readonly PresenceChange[] {
    if ("join" in change) return this.#table.add(from, change.join);
    return this.#table.remove(from, change.leave.room, change.leave.id);
  }

  /** A change of this process goes out with those that follow it at once. */
  #note(changes: readonly PresenceChange[], change: WireChange): void {
    if (changes.length === 0) return;
    this.#changes.push(change);
    this.#tell(changes);
    if (this.#isTelling) return;
    this.#isTelling = true;
    this.#parts.soon(() => this.#flush());
  }

  #flush(): void {
    this.#isTelling = false;
    if (this.#changes.length === 0) return;
    const changes = this.#changes;
    this.#changes = [];
    this.#publish({ presence: "changes", from: this.#parts.id, version: ++this.#version, changes });
  }

  #asked(of: string | null): void {
    if (of !== null && of !== this.#parts.id) return;
    this.#flush();
    const all = this.#table.of(this.#parts.id);
    const { id: from } = this.#parts;
    for (let part = 0; part === 0 || part * PART_MEMBERS < all.length; part++) {
      const end = (part + 1) * PART_MEMBERS;
      const members = all.slice(part * PART_MEMBERS, end);
      this.#publish({
        presence: "state",
        from,
        version: this.#version,
        part,
        isLast: end >= all.length,
        members,
      });
    }
  }

  #ask(of: string, peer: Peer): void {
    if (peer.isAsked) return;
    peer.isAsked = true;
    this.#publish({ presence: "ask", from: this.#parts.id, of });
  }

  #beat(): void {
    this.#publish({ presence: "beat", from: this.#parts.id, version: this.#version });
  }

  #peerOf(id: string): Peer {
    const known = this.#peers.get(id);
    if (known !== undefined) return known;
    const peer: Peer = { version: null, heardAt: this.#now, isAsked: false, incoming: [], nextPart: 0 };
    this.#peers.set(id, peer);
    return peer;
  }

  #lose(id: string): void {
    this.#peers.delete(id);
    this.#tell(this.#table.replace(id, []));
  }

  #publish(message: PresenceMessage): void {
    if (!this.#isGone) this.#parts.publish(writePresence(message));
  }

  #tell(changes: readonly PresenceChange[]): void {
    for (const change of changes) this.#parts.changed(change);
  }
}
