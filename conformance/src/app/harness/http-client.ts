import { request as startRequest, type ClientRequest, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { Answer } from "./answer.ts";

/** What a test says of a request beside its method and target. */
export interface RequestInit {
  readonly headers?: readonly (readonly [name: string, value: string])[] | Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** Sends a request with Node's own client, over a connection of its own. */
export function sendRequest(
  connect: () => Duplex,
  method: string,
  target: string,
  init: RequestInit = {},
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const request = open(connect, method, target, init);
  request.on("response", (response) => {
    readAnswer(response).then(resolve, reject);
  });
  // Without an answer the connection was cut; with one, its reader sees that.
  request.on("error", () => resolve(new Answer(0, [], Buffer.alloc(0), true)));
  request.end(init.body);
  return promise;
}

function open(connect: () => Duplex, method: string, target: string, init: RequestInit): ClientRequest {
  const request = startRequest({
    method,
    path: target,
    host: "localhost",
    createConnection: () => connect(),
  });
  for (const [name, values] of linesByName(init)) request.setHeader(name, values);
  const { body } = init;
  if (body !== undefined && !request.hasHeader("content-length") && !request.hasHeader("transfer-encoding"))
    request.setHeader("content-length", Buffer.byteLength(body));
  return request;
}

function linesByName({ headers = {} }: RequestInit): Map<string, string[]> {
  const lines = new Map<string, string[]>();
  const pairs = Array.isArray(headers) ? headers : Object.entries(headers);
  for (const [name, value] of pairs as readonly (readonly [string, string])[])
    lines.set(name, [...(lines.get(name) ?? []), value]);
  return lines;
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let cut = false;
  try {
    for await (const chunk of response) chunks.push(chunk as Buffer); // no encoding is set
  } catch {
    cut = true;
  }
  return new Answer(
    response.statusCode ?? 0,
    pairsOf(response.rawHeaders),
    Buffer.concat(chunks),
    cut || !response.complete,
  );
}

function pairsOf(raw: readonly string[]): [string, string][] {
  return raw.flatMap((text, at) => (at % 2 === 0 ? [[text, raw[at + 1] ?? ""] as [string, string]] : []));
}
