import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULT_LIMITS, type Limits } from "@armature/http";
import * as fc from "fast-check";
import { cut, parsePieces, Parsing } from "./parsed-requests.test.ts";
import { RequestParser, Step } from "./request-parser.ts";

const HOST = "Host: a\r\n";

function get(fields: string, line: string = "GET / HTTP/1.1"): string {
  return `${line}\r\n${fields}\r\n`;
}

function chunked(body: string): string {
  return `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n${body}`;
}

/** Requests, good and bad, whose every split must be read alike. */
const SPLIT: readonly [text: string, limits?: Partial<Limits>][] = [
  [`\r\n${get(`${HOST}X-Long-Name: some value with blanks \t\r\nConnection: close\r\n`)}`],
  [`POST /p?q HTTP/1.1\r\n${HOST}Content-Length: 5\r\nExpect: 100-continue\r\n\r\nhello\r\n${get(HOST)}`],
  [
    `${chunked('5;a="b\\"c";d\r\nhello\r\n0a\r\n0123456789\r\n0\r\nX: y\r\nz:\r\n\r\n')}${get(HOST, "OPTIONS * HTTP/1.1")}`,
  ],
  [`${get(HOST)}GET /two HTTP/1.0\r\n\r\n${get("")}`],
  [get(`${HOST}a: b\r\n c\r\n`)],
  [chunked("5\r\nhello!\r\n")],
  [chunked("5;a=b\r\nhello\r\n0\r\n\r\n"), { maxChunkExtensionBytes: 3 }],
  [chunked("0\r\nab: cd\r\n\r\n"), { maxTrailerBytes: 7 }],
  [get(HOST, "GET /a/long/target HTTP/1.1"), { maxRequestLineBytes: 20 }],
  [get(`${HOST}a: bcdef\r\n`), { maxHeaderBytes: 15 }],
  [get(`${HOST}a: b\r\nc: d\r\n`), { maxHeaderFields: 2 }],
  ["GET / HTTP/1.1\nHost: a\r\n\r\n"],
  ["GET / HTTP/2.0\r\n\r\n"],
];

test("input that is split at any byte is read as a whole one", () => {
  for (const [text, limits = {}] of SPLIT) {
    const bytes = Buffer.from(text, "latin1");
    const whole = parsePieces([bytes], limits);
    for (let at = 0; at <= bytes.length; at++) {
      assert.deepEqual(
        parsePieces(cut(bytes, [at]), limits),
        whole,
        `${JSON.stringify(text)} split at ${at}`,
      );
    }
    const everywhere = Array.from(bytes.keys());
    assert.deepEqual(
      parsePieces(cut(bytes, everywhere), limits),
      whole,
      `${JSON.stringify(text)} byte by byte`,
    );
  }
});

test("a long head that comes byte by byte is collected", () => {
  const fields = Array.from({ length: 60 }, (_, at) => `x-field-${at}: ${"v".repeat(at * 4)}\r\n`).join("");
  const bytes = Buffer.from(
    `POST /${"p".repeat(300)} HTTP/1.1\r\n${HOST}${fields}Content-Length: 3\r\n\r\nabc${get(HOST)}`,
  );
  const whole = parsePieces([bytes]);
  assert.equal(whole.requests.length, 2);
  assert.equal(whole.requests[0]?.fields.length, 62);
  assert.deepEqual(parsePieces(cut(bytes, Array.from(bytes.keys()))), whole);
  for (const size of [100, 256, 257, 511, 1000, 5000]) {
    const positions = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => at * size);
    assert.deepEqual(parsePieces(cut(bytes, positions)), whole);
  }
});

const oneOf = (...texts: string[]): fc.Arbitrary<string> => fc.constantFrom(...texts);

/** Texts that look like requests and are often wrong in one place. */
const almostRequests: fc.Arbitrary<string> = fc
  .record({
    empty: oneOf("", "", "\r\n", "\n", "\r\n\r\n"),
    line: oneOf(
      "GET / HTTP/1.1",
      "POST /a?b HTTP/1.1",
      "GET / HTTP/1.0",
      "get /# HTTP/1.1",
      "GET  / HTTP/1.1",
      "OPTIONS * HTTP/1.1",
    ),
    end: oneOf("\r\n", "\r\n", "\r\n", "\n", "\r"),
    fields: fc.array(
      oneOf(
        "Host: a\r\n",
        "x: y\r\n",
        "x:\r\n",
        "Connection: close\r\n",
        "Content-Length: 3\r\n",
        "Transfer-Encoding: chunked\r\n",
        "x : y\r\n",
        " y\r\n",
        "z: \0\r\n",
      ),
      { maxLength: 4 },
    ),
    body: oneOf(
      "",
      "abc",
      "3\r\nabc\r\n0\r\n\r\n",
      '3;x="y"\r\nabc\r\n0\r\na: b\r\n\r\n',
      "0\r\n\r\n",
      "zzz",
    ),
  })
  .map(({ empty, line, end, fields, body }) => `${empty}${line}${end}${fields.join("")}\r\n${body}`);

test("input that is split anywhere is read as a whole one, whatever it is", () => {
  const texts = fc.array(almostRequests, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(""));
  const cuts = fc.array(fc.nat({ max: 400 }), { maxLength: 8 });
  fc.assert(
    fc.property(texts, cuts, (text, positions) => {
      const bytes = Buffer.from(text, "latin1");
      assert.deepEqual(parsePieces(cut(bytes, positions)), parsePieces([bytes]));
    }),
    { numRuns: 2000 },
  );
});

test("random bytes never throw, and split or whole they are the same", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 200 }),
      fc.array(fc.nat({ max: 200 }), { maxLength: 5 }),
      (raw, positions) => {
        const bytes = Buffer.concat([
          Buffer.from("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"),
          raw,
        ]);
        assert.deepEqual(parsePieces(cut(bytes, positions)), parsePieces([bytes]));
      },
    ),
    { numRuns: 1000 },
  );
});

test("parsers with heads in progress do not disturb each other", () => {
  const texts = ["/a", "/b", "/c"].map((target) =>
    Buffer.from(get(`${HOST}x: ${target}\r\ny: z\r\n`, `GET ${target} HTTP/1.1`)),
  );
  const length = texts[0]?.length ?? 0;
  for (let at = 1; at < length; at++) {
    const parsings = texts.map(() => new Parsing());
    for (const [index, parsing] of parsings.entries()) parsing.feed(texts[index]?.subarray(0, at));
    for (const [index, parsing] of parsings.entries()) parsing.feed(texts[index]?.subarray(at));
    for (const [index, parsing] of parsings.entries()) {
      assert.deepEqual(parsing.parsed, parsePieces([texts[index] as Buffer]));
    }
  }
});

test("a large head that comes byte by byte is parsed a few times, and not for every byte", () => {
  const value = "x".repeat(7_000);
  const text = get(`${HOST}a: ${value}\r\nb: ${value}\r\n`);
  const parser = new RequestParser(DEFAULT_LIMITS);
  const parse = parser.head.parse.bind(parser.head);
  let calls = 0;
  parser.head.parse = (...args) => {
    if (args[2] > 1024) calls++;
    return parse(...args);
  };
  const steps = Array.from(Buffer.from(text, "latin1"), (byte) => {
    parser.feed(Buffer.of(byte), 1);
    return parser.next();
  });
  assert.deepEqual([steps.at(-1), parser.headEnd], [Step.head, text.length]);
  assert.ok(calls < 20, `${calls} times`);
});

test("a large head that comes byte by byte is refused where it is over a limit, without the end of a line", () => {
  const parser = new RequestParser(DEFAULT_LIMITS);
  let step: Step = Step.more;
  const bytes = Buffer.from(`GET / HTTP/1.1\r\n${HOST}a: ${"x".repeat(40_000)}`, "latin1");
  for (let at = 0; at < bytes.length && step === Step.more; at++) {
    parser.feed(bytes.subarray(at, at + 1), 1);
    step = parser.next();
  }
  assert.deepEqual([step, parser.fault?.code], [Step.fault, "E_HEADERS_TOO_LARGE"]);
});
