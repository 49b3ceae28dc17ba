import { setTimeout as delay } from "node:timers/promises";
import type { Chromium } from "./chromium.ts";

/** What is not so by then never will be; only a failing test waits for it. */
const PATIENCE_MS = 30_000;

interface Reply {
  readonly id?: number;
  readonly result?: {
    readonly result?: { readonly value?: unknown };
    readonly exceptionDetails?: {
      readonly text: string;
      readonly exception?: { readonly description?: string };
    };
  };
}

/** Does in a page what somebody in front of it would, over the DevTools protocol. */
export class PageDriver implements Disposable {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      const reply = JSON.parse(String(data)) as Reply; // the protocol's own
      this.#waiting.get(reply.id ?? 0)?.(reply);
    });
  }

  /** Drives the page that a browser shows. */
  static async open(chromium: Chromium): Promise<PageDriver> {
    const url = await pageSocketOf(chromium);
    const socket = new WebSocket(url);
    await new Promise((resolve, reject) => {
      socket.addEventListener("open", resolve);
      socket.addEventListener("error", reject);
    });
    return new PageDriver(socket);
  }

  /** Runs an expression in the page, and gives its value. */
  async evaluate(expression: string): Promise<unknown> {
    const id = ++this.#lastId;
    const { promise, resolve } = Promise.withResolvers<Reply>();
    this.#waiting.set(id, resolve);
    const params = { expression, awaitPromise: true, returnByValue: true };
    this.#socket.send(JSON.stringify({ id, method: "Runtime.evaluate", params }));
    const { result } = await promise;
    this.#waiting.delete(id);
    const failure = result?.exceptionDetails;
    if (failure !== undefined) throw new Error(failure.exception?.description ?? failure.text);
    return result?.result?.value;
  }

  /** Waits until an expression gives this value. */
  async until(expression: string, value: unknown): Promise<void> {
    const giveUp = performance.now() + PATIENCE_MS;
    for (;;) {
      // A page that is being loaded has not all of it yet.
      const found = await this.evaluate(expression).catch(String);
      if (found === value) return;
      if (performance.now() > giveUp)
        throw new Error(`${expression} never was ${String(value)} (was ${String(found)}).`);
      await delay(20);
    }
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}

/** Chromium says on its standard error where it listens. */
async function pageSocketOf(chromium: Chromium): Promise<string> {
  const giveUp = performance.now() + PATIENCE_MS;
  while (performance.now() < giveUp) {
    const [, host] = /DevTools listening on ws:\/\/([^/]+)\//.exec(chromium.stderr) ?? [];
    const pages = host === undefined ? [] : await listPages(host);
    const page = pages.find(({ type, url }) => type === "page" && url.startsWith("http:"));
    if (page !== undefined) return page.webSocketDebuggerUrl;
    await delay(20);
  }
  throw new Error(`Chromium shows no page:\n${chromium.stderr}`);
}

interface Page {
  readonly type: string;
  readonly url: string;
  readonly webSocketDebuggerUrl: string;
}

async function listPages(host: string): Promise<readonly Page[]> {
  const response = await fetch(`http://${host}/json/list`);
  return (await response.json()) as Page[]; // the protocol's own
}
