import cluster, { type Worker } from "node:cluster";
import { tellPrimary, tellWorker, workers } from "../rooms/process-messages.ts";
import { historyClosed, historyFull } from "./history-errors.ts";
import type { MemoryHistory } from "./memory-history.ts";
import type { HistoryPage, KeptMessage, NewMessage, RoomHistory } from "./room-history.ts";

/** What a worker asks of the primary, by number. */
interface Question {
  readonly ask: number;
  readonly append?: NewMessage;
  readonly read?: { readonly room: string; readonly after: string | null };
}

/** What the primary answers, and what it tells of. */
interface Told {
  readonly reply?: number;
  readonly id?: string;
  readonly page?: HistoryPage;
  readonly kept?: KeptMessage;
}

/** Questions that may wait for a primary that is busy. */
const MAX_WAITING = 10_000;

/** Marks the messages of the history among those of the application. */
interface HistoryMessage<T> {
  readonly armatureHistory: T;
}

/**
 * A history in the memory of the primary of `node:cluster`, for its workers; there `relayRooms` keeps it. Workers may be killed, the
 * primary may not.
 *
 * @example
 * const rooms = new Rooms({ bus: clusterBus(), history: clusterHistory() });
 */
export function clusterHistory(): RoomHistory {
  return new ClusterHistory();
}

class ClusterHistory implements RoomHistory {
  readonly #waiting = new Map<number, PromiseWithResolvers<Told>>();
  #stop: (() => void) | null = null;
  #lastAsk = 0;

  start(listener: { kept(message: KeptMessage): void }): void {
    const onMessage = (message: unknown): void => {
      if (!isHistoryMessage<Told>(message)) return;
      const { kept, reply } = message.armatureHistory;
      if (kept !== undefined) listener.kept(kept);
      if (reply !== undefined) this.#take(reply)?.resolve(message.armatureHistory);
    };
    const onDisconnect = (): void => this.#failAll();
    process.on("message", onMessage);
    process.on("disconnect", onDisconnect);
    this.#stop = () => {
      process.off("message", onMessage);
      process.off("disconnect", onDisconnect);
    };
  }

  async append(append: NewMessage): Promise<string> {
    if (this.#waiting.size >= MAX_WAITING) throw historyFull(MAX_WAITING);
    const { id } = await this.#ask({ append });
    if (id === undefined) throw historyClosed();
    return id;
  }

  async read(room: string, after: string | null): Promise<HistoryPage> {
    const { page } = await this.#ask({ read: { room, after } });
    if (page === undefined) throw historyClosed();
    return page;
  }

  close(): void {
    this.#stop?.();
    this.#stop = null;
    this.#failAll();
  }

  #ask(question: Omit<Question, "ask">): Promise<Told> {
    if (this.#stop === null || !process.connected) return Promise.reject(historyClosed());
    const ask = ++this.#lastAsk;
    const told = Promise.withResolvers<Told>();
    this.#waiting.set(ask, told);
    tellPrimary({ armatureHistory: { ask, ...question } } satisfies HistoryMessage<Question>);
    return told.promise;
  }

  #take(ask: number): PromiseWithResolvers<Told> | undefined {
    const told = this.#waiting.get(ask);
    this.#waiting.delete(ask);
    return told;
  }

  #failAll(): void {
    for (const ask of this.#waiting.keys()) this.#take(ask)?.reject(historyClosed());
  }
}

/** Keeps the history of all workers; called in the primary. @returns stops it */
export function serveHistory(history: MemoryHistory): () => void {
  const answer = (worker: Worker, message: unknown): void => {
    if (!isHistoryMessage<Question>(message)) return;
    const { ask, append, read } = message.armatureHistory;
    if (append !== undefined) tell(worker, { reply: ask, id: history.append(append) });
    if (read !== undefined) tell(worker, { reply: ask, page: history.read(read.room, read.after) });
  };
  const stop = history.listen({
    kept: (kept) => {
      for (const worker of workers()) tell(worker, { kept });
    },
    gap: () => {},
  });
  cluster.on("message", answer);
  return () => {
    stop();
    cluster.off("message", answer);
  };
}

function tell(worker: Worker, told: Told): void {
  tellWorker(worker, { armatureHistory: told } satisfies HistoryMessage<Told>);
}

function isHistoryMessage<T>(message: unknown): message is HistoryMessage<T> {
  return typeof message === "object" && message !== null && "armatureHistory" in message;
}
