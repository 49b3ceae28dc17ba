import assert from "node:assert/strict";
import { once } from "node:events";
import { type ClientHttp2Session, connect as connectHttp2, type OutgoingHttpHeaders } from "node:http2";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { ServerProcess } from "../faults/server-process.ts";
import { request } from "../serve.ts";
import type { Census } from "./census.ts";
import { open, type Place } from "./lives.ts";

const PROGRAM = join(import.meta.dirname, "server.js");

/** Different values of each kind: many more than any bound, and 4 MB of them together. */
const VALUES = 10_000;
const VALUE_CHARS = 400;
const WARM_UP = 1_000;

/** What the heap may grow by: 256 values at their full length, and code that is compiled meanwhile. */
const MOST_BYTES = 500_000;

/** Requests on the way at a time. */
const DEPTH = 50;

const LIMITS = { maxRequestsPerConnection: 1_000_000, maxPipelined: DEPTH };

/** A text that no other request has. */
function unique(at: number): string {
  return `v${at}-${"x".repeat(VALUE_CHARS - 10)}`;
}

function posted(type: string, body: string): string {
  return request("POST /value", `Content-Type: ${type}`, `Content-Length: ${body.length}`) + body;
}

/** Requests with something that is another one each time. */
const KINDS: Readonly<Record<string, (text: string) => string>> = {
  "paths that are found": (text) => request(`GET /path/${text}`),
  "paths that are not found": (text) => request(`GET /${text}`),
  "paths that are escaped": (text) => request(`GET /path/%41${text}`),
  methods: (text) => `${text.slice(0, 30).replaceAll("-", "")} / HTTP/1.1\r\nHost: a\r\n\r\n`,
  queries: (text) => request(`GET /echo?${text}=1&text=${text}`),
  "tags of answers": (text) => request(`GET /echo?text=${text}`, `If-None-Match: "${text}"`),
  hosts: (text) => `GET / HTTP/1.1\r\nHost: ${text}.example\r\n\r\n`,
  "clients behind a proxy": (text) =>
    request("GET /seen", `X-Forwarded-For: 10.0.${text.length}.1, ${text}`, `X-Forwarded-Host: ${text}`),
  cookies: (text) => request("GET /seen", `Cookie: ${text}=1; b=${text}`),
  "names of fields": (text) => request("GET /", `${text}: 1`),
  origins: (text) => request("GET /", `Origin: https://${text}`),
  languages: (text) => request("GET /", `Accept-Language: ${text}`),
  "content types": (text) => posted(`text/plain; p=${text}`, "a"),
  "unknown content types": (text) => posted(`x/${text}`, "a"),
  "names of members": (text) => posted("application/json", `{"${text}":1}`),
  "names of fields of forms": (text) => posted("application/x-www-form-urlencoded", `${text}=1`),
  "names of fields of answers": (text) => request(`GET /named?name=${text}`),
  "ids of requests": (text) => request("GET /", `X-Request-Id: ${text.slice(0, 100)}`),
  "ids of traces": (text) =>
    request("GET /", `Traceparent: 00-${text.slice(0, 50)}`, `Tracestate: a=${text}`),
  "ids of events": (text) => request("HEAD /channel", `Last-Event-ID: ${text}`),
  "events of a channel": (text) =>
    request("POST /publish", `Content-Length: ${text.length}`, "Content-Type: text/plain") + text,
};

/** Sends a request for each value over one connection, so many at a time, and waits for their answers. */
async function sendAll(place: Place, [start, end]: Span, toBytes: (text: string) => string): Promise<void> {
  using client = await open(place);
  for (let at = start; at < end; at += DEPTH) {
    const from = client.text.length;
    await client.send(Array.from({ length: DEPTH }, (_none, more) => toBytes(unique(at + more))).join(""));
    await client.until(() => countAnswers(client.text, from) >= DEPTH);
    assert.ok(!client.closed, `the connection has ended after ${client.text.slice(from, from + 200)}`);
  }
}

/** Numbers of values, without the last. */
type Span = readonly [start: number, end: number];

function countAnswers(text: string, from: number): number {
  let count = 0;
  for (let at = text.indexOf("HTTP/1.1 ", from); at >= 0; at = text.indexOf("HTTP/1.1 ", at + 1)) count++;
  return count;
}

/** The same over HTTP/2, where each value is in all places at once. */
async function streamAll({ port }: Place, [start, end]: Span): Promise<void> {
  const session = connectHttp2(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
  await once(session, "connect");
  for (let at = start; at < end; at += DEPTH)
    await Promise.all(Array.from({ length: DEPTH }, (_none, more) => stream(session, unique(at + more))));
  session.close();
  await once(session, "close");
}

async function stream(session: ClientHttp2Session, text: string): Promise<void> {
  const headers: OutgoingHttpHeaders = {
    ":path": `/path/${text}?${text}=1`,
    ":authority": text,
    [text]: text,
    cookie: `${text}=1`,
    origin: `https://${text}`,
  };
  const answer = session.request(headers).resume();
  await once(answer, "close");
}

/** Bytes that the heap of a server grows by with values of a kind. */
async function growth(server: ServerProcess, send: (span: Span) => Promise<void>): Promise<number> {
  await send([0, WARM_UP]);
  const first = await heapBytes(server);
  await send([WARM_UP, WARM_UP + VALUES]);
  return (await heapBytes(server)) - first;
}

/** The first census lets go of what it was shown. */
async function heapBytes(server: ServerProcess): Promise<number> {
  await server.untilConnections(0);
  await server.ask<Census>("census");
  return (await server.ask<Census>("census")).heapBytes;
}

describe(`${VALUES} different values of a kind leave no more behind than a few`, () => {
  let plain: ServerProcess;
  let secure: ServerProcess;

  before(async () => {
    plain = await ServerProcess.start({ program: PROGRAM, limits: LIMITS });
    secure = await ServerProcess.start({ program: PROGRAM, limits: LIMITS, env: { LEAKS_TLS: "1" } });
  });
  after(async () => {
    await plain[Symbol.asyncDispose]();
    await secure[Symbol.asyncDispose]();
  });

  for (const [name, toBytes] of Object.entries(KINDS))
    test(name, async (t) => {
      const place = { port: plain.port, isSecure: false };
      const bytes = await growth(plain, async (span) => await sendAll(place, span, toBytes));
      t.diagnostic(`${bytes} bytes`);
      assert.ok(bytes < MOST_BYTES, `the heap has grown by ${bytes} bytes`);
    });

  test("all of them, over HTTP/2", async (t) => {
    const place = { port: secure.port, isSecure: true };
    const bytes = await growth(secure, async (span) => await streamAll(place, span));
    t.diagnostic(`${bytes} bytes`);
    assert.ok(bytes < MOST_BYTES, `the heap has grown by ${bytes} bytes`);
  });
});
