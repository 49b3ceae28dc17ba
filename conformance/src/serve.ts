import { get } from "node:http";
import { get as getSecurely } from "node:https";
import { text } from "node:stream/consumers";
import { type Exchange, HeaderBlock, type Listener, type ResponseHead } from "@armature/http";
import { CERTIFICATE, type EngineUnderTest, RunningEngine, type StartOptions } from "./engines.ts";

/** A head without fields of its own. */
export function head(status: number, fields: readonly string[] | null = null): ResponseHead {
  return { status, block: HeaderBlock.empty, fields };
}

/** Starts an engine for one test. */
export function serve(
  subject: EngineUnderTest,
  handler: (exchange: Exchange) => void,
  options: StartOptions = {},
): Promise<RunningEngine> {
  return RunningEngine.start(subject, handler, options);
}

/** The bytes of a request with a Host and these lines more. */
export function request(line: string, ...fields: string[]): string {
  return [`${line} HTTP/1.1`, "Host: a", ...fields, "", ""].join("\r\n");
}

/** The body that a URL is answered with, whether the listener encrypts or not. */
export function getText(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = url.startsWith("https:")
      ? getSecurely(url, { ca: CERTIFICATE.cert, agent: false }, (answer) => resolve(text(answer)))
      : get(url, { agent: false }, (answer) => resolve(text(answer)));
    asked.once("error", reject);
  });
}

/**
 * Writes until a client that does not read stops the writer for good, and gives the number of writes; a writer that is told to wait
 * while the system still takes bytes goes on.
 */
export async function fill(write: () => boolean, drained: () => Promise<void>): Promise<number> {
  for (let writes = 1; writes <= 1000; writes++) {
    if (write()) await turns(1);
    else if (!(await comes(drained()))) return writes;
  }
  throw new Error("The writer was never told to wait.");
}

/** Whether something that takes a moment at most comes. */
async function comes(event: Promise<void>): Promise<boolean> {
  return await Promise.race([
    event.then(() => true),
    new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 200)),
  ]);
}

/** The options of a test that looks at ports, or at buffers of the system that fill. */
export function needsSockets({ hasSockets }: EngineUnderTest): { skip: string | false } {
  return { skip: hasSockets ? false : "there are no sockets" };
}

/** What a listener counts of its connections and requests. */
export function countersOf(listener: Listener): object {
  const { connections, accepted, inFlight, requests, refused } = listener.stats();
  return { connections, accepted, inFlight, requests, refused };
}

/** A value that a handler hands to its test. */
export class Handover<T> {
  readonly taken: Promise<T>;
  #give: (value: T) => void = () => {};

  constructor() {
    this.taken = new Promise((resolve) => {
      this.#give = resolve;
    });
  }

  give(value: T): void {
    this.#give(value);
  }
}

/** What never happens is given up on after this time; only a failing test ever waits for it. */
const PATIENCE_MS = 10_000;

/** Waits until something holds that no promise tells of. */
export async function eventually(holds: () => boolean): Promise<void> {
  const giveUp = performance.now() + PATIENCE_MS;
  while (!holds()) {
    if (performance.now() > giveUp) throw new Error(`Never held: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Some turns of the event loop, so that what is going to happen without a reason from outside has happened. */
export async function turns(count = 50): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}
