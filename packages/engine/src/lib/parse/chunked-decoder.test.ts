import assert from "node:assert/strict";
import { test } from "node:test";
import { parseText } from "./parsed-requests.test.ts";

const HOST = "Host: a\r\n";

function chunked(body: string): string {
  return `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n${body}`;
}

test("chunks are decoded, their extensions and trailers checked", () => {
  const bodies: [body: string, decoded: string][] = [
    ["0\r\n\r\n", ""],
    ["3\r\nabc\r\n0\r\n\r\n", "abc"],
    ["0000000000000003\r\nabc\r\n000\r\n\r\n", "abc"],
    ["A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n", "01234567890123456789"],
    ["3;a\r\nabc\r\n0\r\n\r\n", "abc"],
    ['3;a=b;c="d;\\"\te";f\r\nabc\r\n0;g\r\n\r\n', "abc"],
    ["3 ;\ta = b\t; c\r\nabc\r\n0\r\n\r\n", "abc"],
    ["2\r\n\r\n\r\n0\r\n\r\n", "\r\n"],
    ["0\r\nA: b\r\nc:\r\nd: e f\xe9\r\n\r\n", ""],
  ];
  for (const [body, decoded] of bodies) {
    const { requests, fault } = parseText(chunked(body) + `GET / HTTP/1.1\r\n${HOST}\r\n`);
    assert.equal(fault, null, JSON.stringify(body));
    assert.equal(requests[0]?.body, decoded);
    assert.equal(requests[0]?.complete, true);
    assert.equal(requests.length, 2);
  }
});

test("chunks that are not exactly one are refused", () => {
  const bodies: [body: string, code: string][] = [
    ["\r\nabc", "E_FRAMING_CHUNK"],
    ["g\r\n", "E_FRAMING_CHUNK"],
    ["-1\r\n", "E_FRAMING_CHUNK"],
    ["+1\r\n", "E_FRAMING_CHUNK"],
    ["0x1\r\n", "E_FRAMING_CHUNK"],
    [" 3\r\nabc\r\n", "E_FRAMING_CHUNK"],
    ["3\nabc\r\n", "E_FRAMING_CHUNK"],
    ["3\rabc\r\n", "E_FRAMING_CHUNK"],
    ["3\r\nabc\n", "E_FRAMING_CHUNK"],
    ["3\r\nabc\rx", "E_FRAMING_CHUNK"],
    ["3\r\nabcd\r\n", "E_FRAMING_CHUNK"],
    ["3\r\nab\r\n0\r\n\r\n", "E_FRAMING_CHUNK"],
    ["00000000000000000\r\n", "E_FRAMING_CHUNK"],
    ["ffffffffffffffff\r\n", "E_FRAMING_CHUNK"],
    ["20000000000000\r\n", "E_FRAMING_CHUNK"],
    ["3 \r\nabc\r\n", "E_FRAMING_CHUNK_EXTENSION"],
    ["3;\r\nabc\r\n", "E_FRAMING_CHUNK_EXTENSION"],
    ["3 a\r\nabc\r\n", "E_FRAMING_CHUNK_EXTENSION"],
    ["3;a=\r\nabc\r\n", "E_FRAMING_CHUNK_EXTENSION"],
    ["3;a \r\nabc\r\n", "E_FRAMING_CHUNK_EXTENSION"],
    ["3;a=b c\r\nabc\r\n", "E_FRAMING_CHUNK_EXTENSION"],
    ['3;a="b\r\nabc\r\n', "E_FRAMING_CHUNK_EXTENSION"],
    ['3;a="\\\r\nabc\r\n', "E_FRAMING_CHUNK_EXTENSION"],
    ['3;a="b"c\r\nabc\r\n', "E_FRAMING_CHUNK_EXTENSION"],
    ["3;a\n\r\nabc\r\n", "E_FRAMING_CHUNK_EXTENSION"],
    ["3;a=b\n\r\nabc\r\n", "E_FRAMING_CHUNK_EXTENSION"],
    ["3;\0\r\nabc\r\n", "E_FRAMING_CHUNK_EXTENSION"],
    ["0\r\n a: b\r\n\r\n", "E_FRAMING_TRAILER"],
    ["0\r\na : b\r\n\r\n", "E_FRAMING_TRAILER"],
    ["0\r\n: b\r\n\r\n", "E_FRAMING_TRAILER"],
    ["0\r\na\r\n\r\n", "E_FRAMING_TRAILER"],
    ["0\r\na: b\n\r\n", "E_FRAMING_TRAILER"],
    ["0\r\na: b\rc\r\n\r\n", "E_FRAMING_TRAILER"],
    ["0\r\na: \0\r\n\r\n", "E_FRAMING_TRAILER"],
    ["0\r\na: b\r\n\rx", "E_FRAMING_CHUNK"],
    ["0\r\n\n", "E_FRAMING_TRAILER"],
  ];
  for (const [body, code] of bodies) assert.equal(parseText(chunked(body)).fault, code, JSON.stringify(body));
});
