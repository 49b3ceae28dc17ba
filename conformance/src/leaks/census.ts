import { Server, Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { queryObjects } from "node:v8";

/** What is there in a process behind a collection. */
export interface Census {
  readonly heapBytes: number;
  /** Objects that something still reaches, by the name of their class. */
  readonly objects: Readonly<Record<string, number>>;
  /** Listeners of the process, by event. */
  readonly listeners: Readonly<Record<string, number>>;
  /** What keeps the event loop alive, by kind. */
  readonly resources: Readonly<Record<string, number>>;
}

const timer = setTimeout(() => {}, 0);
clearTimeout(timer);

/** Classes whose objects nobody shows; going through the heap for them takes a while. */
const UNSEEN: readonly (readonly [name: string, class_: Function])[] = [
  ["Server", Server],
  ["Socket", Socket],
  ["TLSSocket", TLSSocket],
  ["AbortSignal", AbortSignal],
  ["Timeout", timer.constructor],
];

/** Counts what is still reached of the objects that it was shown. The process needs `--expose-gc`. */
export class CensusTaker {
  #shown: WeakRef<object>[] = [];

  /** Keeps an eye on an object. */
  show(object: object): void {
    this.#shown.push(new WeakRef(object));
  }

  take(): Census {
    collect();
    this.#shown = this.#shown.filter((ref) => ref.deref() !== undefined);
    return {
      heapBytes: process.memoryUsage().heapUsed,
      objects: tally(this.#shown.flatMap((ref) => ref.deref()?.constructor.name ?? [])),
      listeners: Object.fromEntries(
        process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
      ),
      resources: tally(process.getActiveResourcesInfo()),
    };
  }

  /** The same, with the objects that nobody can show; and without the code that V8 would keep for a while. */
  takeAll(): Census {
    const unseen = UNSEEN.map(([name, class_]) => [name, queryObjects(class_, { format: "count" })] as const);
    const census = this.take();
    return { ...census, objects: { ...census.objects, ...Object.fromEntries(unseen) } };
  }
}

function collect(): void {
  if (globalThis.gc === undefined) throw new Error("A census needs --expose-gc.");
  globalThis.gc();
}

function tally(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
