import { once } from "node:events";
import { type ClientHttp2Stream, connect, type OutgoingHttpHeaders } from "node:http2";
import { CERTIFICATE } from "../../engines.ts";
import { Answer } from "./answer.ts";
import type { RequestInit } from "./http-client.ts";

/** Sends a request over HTTP/2 with Node's own client, over a connection of its own. */
export async function sendHttp2(
  port: number,
  method: string,
  target: string,
  init: RequestInit = {},
): Promise<Answer> {
  const session = connect(`https://localhost:${port}`, { ca: CERTIFICATE.cert });
  // What goes wrong is seen by the stream too.
  session.on("error", () => {});
  try {
    const stream = session.request(headersOf(method, target, init), { endStream: init.body === undefined });
    if (init.body !== undefined) stream.end(init.body);
    return await readAnswer(stream);
  } finally {
    session.destroy();
  }
}

function headersOf(method: string, target: string, { headers = {} }: RequestInit): OutgoingHttpHeaders {
  const pairs = Array.isArray(headers) ? headers : Object.entries(headers);
  // No prototype: a field may be called "constructor".
  const fields = Object.create(null) as Record<string, string | string[]>;
  for (const [name, value] of pairs as readonly (readonly [string, string])[]) {
    const key = name.toLowerCase();
    const earlier = fields[key];
    fields[key] = earlier === undefined ? value : [earlier, value].flat();
  }
  const { host = "localhost", ...others } = fields;
  return { ":method": method, ":path": target, ":authority": String(host), ...others };
}

async function readAnswer(stream: ClientHttp2Stream): Promise<Answer> {
  const closed = new Promise((resolve) => stream.once("close", resolve));
  stream.on("error", () => {});
  const answered = once(stream, "response") as Promise<[unknown, number, string[]]>; // what Node's client emits
  const response = await Promise.race([answered.catch(() => null), closed.then(() => null)]);
  if (response === null) return new Answer(0, [], Buffer.alloc(0), true);
  const chunks: Buffer[] = [];
  let cut = false;
  try {
    for await (const chunk of stream) chunks.push(chunk as Buffer); // no encoding is set
  } catch {
    cut = true;
  }
  await closed;
  const [, , raw] = response;
  const pairs = pairsOf(raw);
  const status = Number(pairs.find(([name]) => name === ":status")?.[1]);
  const fields = pairs.filter(([name]) => !name.startsWith(":"));
  return new Answer(status, fields, Buffer.concat(chunks), cut || stream.rstCode !== 0);
}

function pairsOf(raw: readonly string[]): [string, string][] {
  return raw.flatMap((text, at) => (at % 2 === 0 ? [[text, raw[at + 1] ?? ""] as [string, string]] : []));
}
