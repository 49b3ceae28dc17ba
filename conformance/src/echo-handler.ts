import { METHODS } from "node:http";
import { type Exchange, type ExchangeHandler, HeaderBlock, HttpError } from "@armature/http";

/** How an echo server goes about its answers. */
export interface EchoOptions {
  /**
   * - `now`: answers in the handler's call wherever the body is there
   * - `later`: looks at the request one turn of the event loop later, and reads the body piece by piece
   */
  readonly pace?: "now" | "later";
  /**
   * - `any`: every method is answered; methods are tokens that anybody may extend (RFC 9110, 9.1)
   * - `known`: methods that nobody registered get 501, as from an application that has no route for them
   */
  readonly methods?: "any" | "known";
}

const KNOWN_METHODS: ReadonlySet<string> = new Set(METHODS);

const JSON_BLOCK = new HeaderBlock(["content-type", "application/json"]);
const TEXT_BLOCK = new HeaderBlock(["content-type", "text/plain"]);

/**
 * A handler that answers every request with 200 and what it saw of it:
 * `{ m: method, u: target, v: version, h: [[name, value], ...], b: body in base64 }`, all as received.
 *
 * CONNECT is refused with 405: its 200 would say that a tunnel follows.
 */
export function createEchoHandler({ pace = "now", methods = "any" }: EchoOptions = {}): ExchangeHandler {
  const answer = pace === "now" ? echoNow : echoInAWhile;
  if (methods === "any") return answer;
  return (exchange) => (KNOWN_METHODS.has(exchange.method) ? answer(exchange) : refuseMethod(exchange));
}

function echoInAWhile(exchange: Exchange): void {
  setImmediate(() => void echoLater(exchange));
}

function echoNow(exchange: Exchange): void {
  if (exchange.method === "CONNECT") return refuseTunnel(exchange);
  try {
    const body = exchange.body.bytes();
    if (body instanceof Uint8Array) return echo(exchange, body);
    body.then(
      (bytes) => echo(exchange, bytes),
      (error: unknown) => answerError(exchange, error),
    );
  } catch (error) {
    answerError(exchange, error);
  }
}

async function echoLater(exchange: Exchange): Promise<void> {
  if (exchange.answered) return;
  if (exchange.method === "CONNECT") return refuseTunnel(exchange);
  try {
    const chunks: Uint8Array[] = [];
    for await (const chunk of exchange.body.chunks()) chunks.push(Uint8Array.from(chunk));
    echo(exchange, Buffer.concat(chunks));
  } catch (error) {
    answerError(exchange, error);
  }
}

function echo(exchange: Exchange, body: Uint8Array): void {
  if (exchange.answered) return;
  const { method: m, target: u, version: v, headers } = exchange;
  const b = Buffer.from(body).toString("base64");
  const text = JSON.stringify({ m, u, v, h: [...headers.raw()], b });
  exchange.respond({ status: 200, block: JSON_BLOCK, fields: null }, text);
}

/** A body over the limit, malformed or cut short: the engine says which status that is. */
function answerError(exchange: Exchange, error: unknown): void {
  if (exchange.answered) return;
  const [status, code] = error instanceof HttpError ? [error.status, error.code] : [500, String(error)];
  exchange.respond({ status, block: TEXT_BLOCK, fields: null }, code);
}

function refuseMethod(exchange: Exchange): void {
  exchange.respond({ status: 501, block: TEXT_BLOCK, fields: null }, "unknown method");
}

function refuseTunnel(exchange: Exchange): void {
  exchange.respond({ status: 405, block: TEXT_BLOCK, fields: ["allow", "GET"] }, "no tunnels");
}
