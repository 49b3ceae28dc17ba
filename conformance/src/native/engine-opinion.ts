import { createMemoryEngine, type MemoryListener } from "@armature/engine/memory";
import type { Exchange, Limits, ResponseHead } from "@armature/http";
import { PATIENT } from "../engines.ts";
import { head, turns } from "../serve.ts";
import { type Answer, headerOf, parseAnswers } from "../wire/parse-answers.ts";
import type { WireRequest } from "./differ.ts";

/** What the TypeScript engine makes of a connection that does not end. */
export interface EngineOpinion {
  /** Those whose body is complete. */
  readonly requests: readonly WireRequest[];
  /** Whether the bytes behind them are refused; otherwise the engine waits for more, or has closed. */
  readonly refused: boolean;
}

const NOTHING_EMPTY: ReadonlySet<number> = new Set();
const ANSWER: ResponseHead = head(204);
/** A success would say that a tunnel follows. */
const NO_TUNNEL: ResponseHead = head(405);

type Seen = Omit<WireRequest, "keepsAlive">;

/** The requests of a connection in their order; `null` for one whose body is not complete. */
type SeenList = (Seen | null)[];

/** The TypeScript engine in memory, which notes what it is asked and answers at once. */
export class EngineWitness implements AsyncDisposable {
  readonly #listener: MemoryListener;
  readonly #seen: Map<number, SeenList>;
  #connections = 0;

  private constructor(listener: MemoryListener, seen: Map<number, SeenList>) {
    this.#listener = listener;
    this.#seen = seen;
  }

  static async start(limits: Partial<Limits>): Promise<EngineWitness> {
    const seen = new Map<number, SeenList>();
    const options = { limits: { ...PATIENT, ...limits } };
    const listener = await createMemoryEngine().listen(options, (exchange) => {
      void note(exchange, seen.get(exchange.peer.port) ?? []);
    });
    return new EngineWitness(listener, seen);
  }

  /** Sends pieces over a connection of their own, without ending it. */
  async hear(pieces: readonly Buffer[]): Promise<EngineOpinion> {
    const port = ++this.#connections;
    const seen: SeenList = [];
    this.#seen.set(port, seen);
    const client = this.#listener.connect({ port });
    for (const piece of pieces) client.write(piece);
    await this.#settle();
    if (seen.includes(null)) {
      await turns(5);
      await this.#settle();
    }
    const answers = parseAnswers(Buffer.from(client.readNow()).toString("latin1"), NOTHING_EMPTY, false);
    client.destroy();
    this.#seen.delete(port);
    return opinionOf(
      seen,
      answers.complete.filter(({ status }) => status >= 200),
    );
  }

  /** A busy engine calls some handlers in a later turn. */
  async #settle(): Promise<void> {
    while (this.#listener.stats().queued > 0) await turns(1);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listener.close({ graceMs: 0 });
  }
}

function opinionOf(seen: SeenList, finals: readonly Answer[]): EngineOpinion {
  const requests: WireRequest[] = [];
  for (const [at, request] of seen.entries()) {
    if (request === null) break;
    const answer = finals[at];
    if (answer === undefined) throw new Error(`${request.method} has no answer.`);
    requests.push({ ...request, keepsAlive: headerOf(answer, "connection") !== "close" });
  }
  return { requests, refused: finals.length > requests.length };
}

/** Notes a request once its body is complete, and answers it; one whose body is refused stays `null`. */
async function note(exchange: Exchange, seen: SeenList): Promise<void> {
  const { method, target, version } = exchange;
  const fields = [...exchange.headers.raw()];
  const place = seen.push(null) - 1;
  const whole = exchange.body.peek();
  const body = whole === null ? await collect(exchange) : latin1(whole);
  if (body === null) return;
  seen[place] = { method, target, version, fields, body };
  exchange.respond(method === "CONNECT" ? NO_TUNNEL : ANSWER, null);
}

async function collect(exchange: Exchange): Promise<string | null> {
  let body = "";
  try {
    for await (const chunk of exchange.body.chunks(Infinity)) body += latin1(chunk);
  } catch {
    return null;
  }
  return body;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}
