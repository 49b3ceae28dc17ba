import * as fc from "fast-check";
import { mutate, mutations } from "../fuzz/mutation.ts";
import { almostRequests } from "../fuzz/request-properties.ts";
import { FIELD_NAMES, METHODS } from "@armature/http";
import type { WireLimits } from "./differ.ts";

/** Limits of usual size, and such that small requests reach them. */
export const wireLimits: fc.Arbitrary<WireLimits> = fc.oneof(
  fc.constant({
    maxRequestLineBytes: 8192,
    maxHeaderBytes: 16_384,
    maxHeaderFields: 100,
    maxBodyBytes: 1_048_576,
  }),
  fc.constant({ maxRequestLineBytes: 30, maxHeaderBytes: 90, maxHeaderFields: 4, maxBodyBytes: 12 }),
);

/** Fields that mean nothing to a server, of names that have a number and of others. */
const NUMBERED: readonly string[] = FIELD_NAMES.filter(
  (name) =>
    !/^(connection|content-length|expect|host|http2-settings|te|trailer|transfer-encoding|upgrade)$/i.test(
      name,
    ),
);

const spelling = fc.constantFrom<(text: string) => string>(
  (text) => text,
  (text) => text.toLowerCase(),
  (text) => text.toUpperCase(),
  (text) =>
    text.replaceAll(/./g, (letter, at: number) =>
      at % 2 === 0 ? letter.toUpperCase() : letter.toLowerCase(),
    ),
);

function spelled(names: readonly string[]): fc.Arbitrary<string> {
  return fc.tuple(fc.constantFrom(...names), spelling).map(([name, spell]) => spell(name));
}

const TOKEN = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const VALUE = Array.from({ length: 256 }, (_, code) => code)
  .filter((code) => code === 9 || (code >= 32 && code !== 127))
  .map((code) => String.fromCharCode(code))
  .join("");
const TARGET = Array.from({ length: 94 }, (_, at) => String.fromCharCode(33 + at))
  .filter((character) => character !== "#")
  .join("");

function textOf(alphabet: string, maxLength: number): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...alphabet.split("")), maxLength });
}

const blanks = fc.constantFrom("", " ", " ", " ", "  ", "\t", " \t ");
const plainName = fc.oneof(
  { weight: 3, arbitrary: spelled(NUMBERED) },
  { weight: 1, arbitrary: textOf(TOKEN, 40).map((text) => `x${text}`) },
);
const plainField = fc
  .tuple(plainName, blanks, textOf(VALUE, 70), blanks)
  .map(([name, before, value, after]) => `${name}:${before}${value}${after}`);

const plainHost = fc.constantFrom(
  "a",
  "example.org",
  "127.0.0.1:3000",
  "[::1]:80",
  "a:",
  "",
  "a%20b_~!:65535",
);
const hostLine = fc
  .tuple(spelled(["Host"]), blanks, plainHost)
  .map(([name, blank, host]) => `${name}:${blank}${host}`);
const connectionLine = fc
  .tuple(spelled(["Connection"]), spelled(["keep-alive", "keep-alive", "close"]))
  .map(([name, value]) => `${name}: ${value}`);

interface Pieces {
  readonly line: string;
  readonly fields: readonly string[];
  readonly body: string;
}

function encode({ line, fields, body }: Pieces): Buffer {
  return Buffer.from(`${line}\r\n${fields.map((field) => `${field}\r\n`).join("")}\r\n${body}`, "latin1");
}

const plainLine = fc
  .tuple(
    fc.constantFrom("GET", "GET", "POST", "HEAD", ...METHODS.filter((method) => method !== "CONNECT")),
    textOf(TARGET, 60),
    fc.constantFrom("1.1", "1.1", "1.1", "1.0"),
  )
  .map(([method, target, version]) => `${method} /${target} HTTP/${version}`);

const body = fc.oneof(
  { weight: 2, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: textOf(`${VALUE}\r\n`, 30) },
);

/** A request without anything unusual: that a parser leaves it to another one is a fault too. */
export const plainRequest: fc.Arbitrary<Buffer> = fc
  .tuple(
    plainLine,
    hostLine,
    fc.array(plainField, { maxLength: 12 }),
    fc.option(connectionLine),
    body,
    fc.nat(),
  )
  .map(([line, host, fields, connection, content, turn]) => {
    const length = content === null ? [] : [`Content-Length: ${content.length}`];
    const all = [host, ...fields, ...(connection === null ? [] : [connection]), ...length];
    const from = turn % all.length;
    return encode({ line, fields: [...all.slice(from), ...all.slice(0, from)], body: content ?? "" });
  });

/** Lines that decide about framing, connection and authority, right and wrong. */
const DECIDING = [
  "Host: b",
  "Host:",
  "Host: a b",
  "Host: [::1",
  "Host: a:65536",
  "Host: a:99999",
  "Connection: close",
  "connection: keep-alive",
  "Connection: keep-alive, close",
  "Connection: ,close,",
  "Connection: upgrade",
  "Connection: x-close",
  "Content-Length: 0",
  "Content-Length: 5",
  "content-length: 007",
  "Content-Length: 5, 5",
  "Content-Length: 0000000000000005",
  "Content-Length: +5",
  "Content-Length: 0x5",
  "Content-Length:\v5",
  "Content-Length : 5",
  "Content-Length: 999999999999999",
  "Content-Length: 9999999999999999",
  "Content-Length:",
  "Content-Length",
  "Transfer-Encoding: chunked",
  "Transfer-Encoding: chunked, chunked",
  "Transfer-Encoding: identity",
  "Transfer-Encoding:\tchunked",
  "Transfer-Encoding : chunked",
  "transfer-encoding: \x0bchunked",
  "Transfer_Encoding: chunked",
  "TE: trailers",
  "Trailer: x",
  "Expect: 100-continue",
  "Expect: 200-ok",
  "Upgrade: h2c",
  "HTTP2-Settings: AAMAAABkAAQAAP__",
  " folded: a",
  "\tfolded",
  ": nameless",
  "a b: c",
  "nul: \0",
  "del: \x7f",
  "bare: a\rb",
  "line: a\nb: c",
] as const;

const LINES = [
  "GET / HTTP/1.1",
  "POST /a HTTP/1.1",
  "GET / HTTP/1.0",
  "GET * HTTP/1.1",
  "OPTIONS * HTTP/1.1",
  "GET http://a/b HTTP/1.1",
  "CONNECT a:80 HTTP/1.1",
  "get / HTTP/1.1",
  "FOO / HTTP/1.1",
  "GET  / HTTP/1.1",
  "GET / HTTP/1.1 ",
  "GET / HTTP/1.2",
  "GET / HTTP/2.0",
  "GET /#a HTTP/1.1",
  "GET /\x7f HTTP/1.1",
  "GET /\xe9 HTTP/1.1",
  "GET /",
  "\r\nGET / HTTP/1.1",
  "\nGET / HTTP/1.1",
  "",
] as const;

const BODIES = [
  "",
  "hello",
  "5\r\nhello\r\n0\r\n\r\n",
  "0\r\n\r\n",
  "GET /b HTTP/1.1\r\nHost: a\r\n\r\n",
  "\r\n",
] as const;

/** A request that may try to be two, or to be read in two ways. */
const doubtful: fc.Arbitrary<Buffer> = fc
  .tuple(
    fc.oneof({ weight: 3, arbitrary: plainLine }, { weight: 1, arbitrary: fc.constantFrom(...LINES) }),
    fc.array(
      fc.oneof(
        { weight: 2, arbitrary: hostLine },
        { weight: 2, arbitrary: plainField },
        { weight: 3, arbitrary: fc.constantFrom(...DECIDING) },
      ),
      { maxLength: 6 },
    ),
    fc.constantFrom(...BODIES),
  )
  .map(([line, fields, text]) => encode({ line, fields, body: text }));

/** Requests whose parts are just as long as small limits allow, or one byte longer. */
const atLimits: fc.Arbitrary<Buffer> = fc
  .tuple(
    fc.integer({ min: 14, max: 20 }),
    fc.integer({ min: 60, max: 90 }),
    fc.nat({ max: 4 }),
    fc.nat({ max: 14 }),
  )
  .map(([target, value, fields, length]) =>
    encode({
      line: `GET /${"t".repeat(target)} HTTP/1.1`,
      fields: [
        "Host: a",
        ...Array.from({ length: fields }, () => "n:"),
        ...(length === 0 ? [] : [`Content-Length: ${length}`]),
        ...(value < 80 ? [`v: ${"v".repeat(value - 20 * Math.min(fields, 2))}`] : []),
      ],
      body: "b".repeat(length),
    }),
  );

/** A connection of one to four requests of every kind. */
const connections: fc.Arbitrary<Buffer> = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: plainRequest },
      { weight: 3, arbitrary: doubtful },
      { weight: 1, arbitrary: atLimits },
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((requests) => Buffer.concat(requests));

/** Bytes of a connection: as they were meant, with small changes, and such as other properties use. */
export const wireInputs: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 4, arbitrary: connections },
  {
    weight: 4,
    arbitrary: fc.tuple(connections, mutations).map(([bytes, changes]) => mutate(bytes, changes)),
  },
  { weight: 1, arbitrary: almostRequests },
);
