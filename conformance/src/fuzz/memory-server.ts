import { createMemoryEngine, type MemoryClient, type MemoryListener } from "@armature/engine/memory";
import { PATIENT } from "../engines.ts";
import type { ExchangeHandler, Limits } from "@armature/http";

/** A client that waits for so long has found a hang. */
const PATIENCE_MS = 10_000;

/** An engine in memory that plays one connection after the other. */
export class MemoryServer implements AsyncDisposable {
  readonly #listener: MemoryListener;
  /** What the engine reported, which is nothing where nothing is wrong. */
  readonly errors: unknown[];

  private constructor(listener: MemoryListener, errors: unknown[]) {
    this.#listener = listener;
    this.errors = errors;
  }

  static async start(handler: ExchangeHandler, limits: Partial<Limits> = {}): Promise<MemoryServer> {
    const errors: unknown[] = [];
    const onError = (error: unknown): number => errors.push(error);
    return new MemoryServer(
      await createMemoryEngine().listen({ limits: { ...PATIENT, ...limits }, onError }, handler),
      errors,
    );
  }

  /** Opens a connection. */
  connect(): MemoryClient {
    return this.#listener.connect();
  }

  /**
   * Sends pieces over a new connection, ends it, and waits for the server's end.
   * @returns all that came back, one character per byte, without what depends on the clock: dates, and whether an answer knew
   * already that its client has ended
   * @throws Error where the server does not end, or reports an error
   */
  async play(pieces: readonly Buffer[]): Promise<string> {
    const client = this.connect();
    for (const piece of pieces) client.write(piece);
    client.end();
    const text = await readAll(client);
    client.destroy();
    if (this.errors.length > 0)
      throw new Error("The engine reported an error.", { cause: this.errors.shift() });
    return withoutClock(text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listener.close({ graceMs: 0 });
  }
}

/** Answers without what depends on the clock. */
export function withoutClock(answers: string): string {
  return answers.replaceAll(/\r\n(?:date: [^\r]*|connection: close)/g, "");
}

/** Everything that a server sends until it ends, one character per byte. */
export async function readAll(client: MemoryClient): Promise<string> {
  const hung = Promise.withResolvers<never>();
  const timer = setTimeout(() => hung.reject(new Error("The server neither answers nor ends.")), PATIENCE_MS);
  try {
    const pieces: Buffer[] = [];
    for (;;) {
      const bytes = await Promise.race([client.read(), hung.promise]);
      if (bytes === null) return Buffer.concat(pieces).toString("latin1");
      pieces.push(Buffer.from(bytes));
    }
  } finally {
    clearTimeout(timer);
  }
}
