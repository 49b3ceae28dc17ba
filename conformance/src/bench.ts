import { type Exchange, HeaderBlock, type Limits, type Listener, type ResponseHead } from "@armature/http";
import { Caller } from "./caller.ts";
import { type EngineUnderTest, RunningEngine } from "./engines.ts";
import type { WireClient } from "./wire-client.ts";

/** An engine that listens for one test, with all that it reported. */
export interface Bench extends AsyncDisposable {
  readonly listener: Listener;
  /** What the engine reported to `onError`. */
  readonly errors: unknown[];
  connect(): Promise<Caller>;
}

/** Starts an engine for one test. */
export type Start = (handler: (exchange: Exchange) => unknown, limits?: Partial<Limits>) => Promise<Bench>;

const PLAIN = new HeaderBlock(["content-type", "text/plain"]);

/** The head of a text with a status and fields. */
export function headOf(status: number = 200, fields: readonly string[] | null = null): ResponseHead {
  return { status, block: PLAIN, fields };
}

/** How the tests of a suite start an engine; its clients may end their side and still read. */
export function benchFor(subject: EngineUnderTest): Start {
  return async (handler, limits = {}) => {
    const errors: unknown[] = [];
    const onError = (error: unknown): number => errors.push(error);
    const engine = await RunningEngine.start(subject, (exchange) => void handler(exchange), {
      limits,
      onError,
    });
    return benchOf(engine, errors);
  };
}

function benchOf(engine: RunningEngine, errors: unknown[]): Bench {
  const clients: WireClient[] = [];
  return {
    listener: engine.listener,
    errors,
    connect: async () => {
      const client = await engine.connect({ allowHalfOpen: true });
      clients.push(client);
      return new Caller(client);
    },
    [Symbol.asyncDispose]: async () => {
      for (const client of clients) client[Symbol.dispose]();
      await engine[Symbol.asyncDispose]();
    },
  };
}
