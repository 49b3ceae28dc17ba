import type { Growth } from "./heap-growth.ts";

/** A call frame as V8's profiles have it; lines begin with 0. */
export interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}

/** A CPU profile of the inspector, as far as it is read. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: CallFrame;
    readonly children?: readonly number[] | undefined;
  }[];
  readonly samples?: readonly number[] | undefined;
  /** Microseconds since the sample before. */
  readonly timeDeltas?: readonly number[] | undefined;
}

/** A node of a sampled heap profile. */
export interface HeapNode {
  readonly callFrame: CallFrame;
  readonly selfSize: number;
  readonly children: readonly HeapNode[];
}

/** What one thread recorded of itself, from its first line to its end. */
export interface Recording {
  readonly pid: number;
  /** 0 for the main thread of the process. */
  readonly thread: number;
  readonly argv: readonly string[];
  readonly node: string;
  readonly seconds: number;
  readonly cpu: CpuProfile;
  readonly heap: { readonly head: HeapNode };
  /** Milliseconds by which timers were late. */
  readonly loopDelay: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Collections by kind, e.g. "scavenge". */
  readonly collections: Readonly<Record<string, { readonly count: number; readonly ms: number }>>;
  /** Bytes at the end. */
  readonly memory: { readonly rss: number; readonly heapUsed: number };
}

/** A recording, with what its heap has gained since the middle; `null` where that was not asked for. */
export interface Profile {
  readonly recording: Recording;
  readonly growth: readonly Growth[] | null;
}
