import assert from "node:assert/strict";
import { test } from "node:test";
import type { Limits } from "@armature/http";
import { parseText } from "./parsed-requests.test.ts";

const HOST = "Host: a\r\n";

function get(fields: string, line: string = "GET / HTTP/1.1"): string {
  return `${line}\r\n${fields}\r\n`;
}

/** The code that a text is refused with; `null` where it is not. */
function faultOf(text: string, limits: Partial<Limits> = {}): string | null {
  return parseText(text, limits).fault;
}

test("a head is taken apart, nothing is folded or decoded", () => {
  const { requests, fault } = parseText(
    get(
      "Host: a.example:80\r\nX-Empty:\r\nx-Blank: \t a b\t \r\nx-Latin: \xe9\r\n",
      "PaTcH /a%20b?c=%zz HTTP/1.0",
    ),
  );
  assert.equal(fault, null);
  assert.deepEqual(requests, [
    {
      method: "PaTcH",
      target: "/a%20b?c=%zz",
      version: "1.0",
      fields: [
        ["Host", "a.example:80"],
        ["X-Empty", ""],
        ["x-Blank", "a b"],
        ["x-Latin", "\xe9"],
      ],
      says: [],
      body: "",
      complete: true,
    },
  ]);
});

test("usual and unusual methods are read", () => {
  const methods = [
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "TRACE",
    "QUERY",
    "X",
    "GETS",
    "GEX",
    "PURGE",
    "M-SEARCH",
  ];
  for (const method of [...methods, "!#$%&'*+-.^_`|~09AZaz", "A".repeat(500)]) {
    assert.equal(parseText(get(HOST, `${method} / HTTP/1.1`)).requests[0]?.method, method);
  }
});

test("targets have the form of their method", () => {
  const forms: [line: string, accepted: boolean][] = [
    ["GET /", true],
    ["GET //x/../y", true],
    ['GET /"<>\\^`{|}', true],
    ["GET http://a.example/b?c", true],
    ["GET HTTPS://a.example", true],
    ["GET http://a.example?b", true],
    ["GET http://[::1]:80/", true],
    ["OPTIONS *", true],
    ["OPTIONS /", true],
    ["CONNECT a.example:443", true],
    ["CONNECT [::1]:443", true],
    ["CONNECT a:1", true],
    ["GET *", false],
    ["OPTIONS **", false],
    ["GET a", false],
    ["GET ?a", false],
    ["GET ftp://a.example/", false],
    ["GET http:///a", false],
    ["GET http://:80/", false],
    ["GET http://user@a.example/", false],
    ["GET http:/a", false],
    ["GET http://a:b/", false],
    ["CONNECT a.example", false],
    ["CONNECT a.example:", false],
    ["CONNECT :443", false],
    ["CONNECT /", false],
    ["CONNECT http://a.example/", false],
  ];
  for (const [line, accepted] of forms) {
    assert.equal(faultOf(get(HOST, `${line} HTTP/1.1`)), accepted ? null : "E_TARGET_FORM", line);
  }
});

test("targets have visible ASCII characters only, without a fragment", () => {
  for (let byte = 0; byte < 256; byte++) {
    const fault = faultOf(get(HOST, `GET /${String.fromCharCode(byte)} HTTP/1.1`));
    const accepted = byte >= 0x21 && byte <= 0x7e && byte !== 0x23;
    if (accepted) assert.equal(fault, null);
    else if (byte === 0x20) assert.equal(fault, "E_VERSION_INVALID");
    else assert.equal(fault, "E_TARGET_INVALID", `byte ${byte}`);
  }
});

test("request lines that are not exactly one are refused", () => {
  const lines: [line: string, code: string][] = [
    ["GET", "E_METHOD_INVALID"],
    ["GET ", "E_TARGET_INVALID"],
    ["GET /", "E_TARGET_INVALID"],
    ["GET / ", "E_VERSION_INVALID"],
    [" GET / HTTP/1.1", "E_METHOD_INVALID"],
    ["GET  / HTTP/1.1", "E_TARGET_INVALID"],
    ["GET /  HTTP/1.1", "E_VERSION_INVALID"],
    ["GET\t/ HTTP/1.1", "E_METHOD_INVALID"],
    ["GET / HTTP/1.1 ", "E_VERSION_INVALID"],
    ["GET / http/1.1", "E_VERSION_INVALID"],
    ["GET / HTTP/1", "E_VERSION_INVALID"],
    ["GET / HTTP/1.", "E_VERSION_INVALID"],
    ["GET / HTTP/11", "E_VERSION_INVALID"],
    ["GET / HTTP/1.10", "E_VERSION_INVALID"],
    ["GET / HTTP/01.1", "E_VERSION_INVALID"],
    ["GET / HTTP/1,1", "E_VERSION_INVALID"],
    ["GET / HTPP/1.1", "E_VERSION_INVALID"],
    ["GET / HTTP/0.9", "E_VERSION_UNSUPPORTED"],
    ["GET / HTTP/1.2", "E_VERSION_UNSUPPORTED"],
    ["GET / HTTP/2.0", "E_VERSION_UNSUPPORTED"],
    ["GET / HTTP/9.9", "E_VERSION_UNSUPPORTED"],
    ["G(T / HTTP/1.1", "E_METHOD_INVALID"],
    ["\x16\x03\x01 / HTTP/1.1", "E_METHOD_INVALID"],
  ];
  for (const [line, code] of lines) assert.equal(faultOf(get(HOST, line)), code, JSON.stringify(line));
});

test("a version with one wrong byte is refused", () => {
  const version = "HTTP/1.1";
  for (let at = 0; at < version.length; at++) {
    const wrong = `${version.slice(0, at)}x${version.slice(at + 1)}`;
    assert.equal(faultOf(get(HOST, `GET / ${wrong}`)), "E_VERSION_INVALID", wrong);
  }
  assert.equal(faultOf(`GET / ${version}x\n${HOST}\r\n`), "E_VERSION_INVALID");
});

test("requests of both versions may follow each other", () => {
  const old = get("", "GET / HTTP/1.0");
  const { requests } = parseText(old + get(HOST) + old + get(HOST));
  assert.deepEqual(
    requests.map(({ version }) => version),
    ["1.0", "1.1", "1.0", "1.1"],
  );
});

test("a mistake is found as soon as its byte is there", () => {
  for (const text of ["\x16", "GET / HTTQ", "GET / HTTP/1.1\r\nx ", "GET / HTTP/1.1\r\nHost: a\rb"]) {
    assert.notEqual(faultOf(text), null);
    assert.equal(faultOf(text.slice(0, -1)), null);
  }
});

test("empty lines in front of a request are skipped, a few", () => {
  for (let count = 0; count <= 4; count++)
    assert.equal(parseText("\r\n".repeat(count) + get(HOST)).requests.length, 1);
  assert.equal(faultOf("\r\n".repeat(5) + get(HOST)), "E_FRAMING_EMPTY_LINES");
  assert.equal(faultOf(`\n${get(HOST)}`), "E_FRAMING_LINE_ENDING");
  assert.equal(faultOf(`\r${get(HOST)}`), "E_FRAMING_LINE_ENDING");
  const { requests } = parseText(`${get(HOST)}\r\n\r\n${get(HOST, "GET /2 HTTP/1.1")}\r\n`);
  assert.deepEqual(
    requests.map(({ target }) => target),
    ["/", "/2"],
  );
  assert.equal(parseText(`\r\n${get(HOST)}`.repeat(10)).requests.length, 10);
});

test("field lines that are not exactly one are refused", () => {
  const fields: [field: string, code: string][] = [
    ["x : y\r\n", "E_FRAMING_FIELD_NAME"],
    ["x\t: y\r\n", "E_FRAMING_FIELD_NAME"],
    [": y\r\n", "E_FRAMING_FIELD_NAME"],
    ["x\r\n", "E_FRAMING_FIELD_NAME"],
    ["x y\r\n", "E_FRAMING_FIELD_NAME"],
    ["x\n", "E_FRAMING_LINE_ENDING"],
    ["x(y): z\r\n", "E_FRAMING_FIELD_NAME"],
    ["\xe9: y\r\n", "E_FRAMING_FIELD_NAME"],
    [" x: y\r\n", "E_FRAMING_FOLD"],
    ["\tx: y\r\n", "E_FRAMING_FOLD"],
    ["x: y\r\n z\r\n", "E_FRAMING_FOLD"],
    ["x: y\r\n\tz: a\r\n", "E_FRAMING_FOLD"],
    ["x: y\n", "E_FRAMING_LINE_ENDING"],
    ["x: y\r", "E_FRAMING_LINE_ENDING"],
    ["x: y\rz\r\n", "E_FRAMING_LINE_ENDING"],
    ["x: y\r\r\n", "E_FRAMING_LINE_ENDING"],
  ];
  for (const [field, code] of fields) assert.equal(faultOf(get(HOST + field)), code, JSON.stringify(field));
});

test("the head ends with CR LF and nothing else", () => {
  assert.equal(faultOf(`GET / HTTP/1.1\r\n${HOST}\n`), "E_FRAMING_LINE_ENDING");
  assert.equal(faultOf(`GET / HTTP/1.1\r\n${HOST}\rx`), "E_FRAMING_LINE_ENDING");
  assert.equal(faultOf(`GET / HTTP/1.1\r\n${HOST}\r\n`), null);
});

test("field names are tokens, field values have no control bytes", () => {
  for (let byte = 0; byte < 256; byte++) {
    const character = String.fromCharCode(byte);
    const isToken = /[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(character);
    if (character !== ":")
      assert.equal(faultOf(get(`${HOST}x${character}: y\r\n`)) === null, isToken, `name ${byte}`);
    const isText = byte === 9 || (byte >= 0x20 && byte !== 0x7f);
    assert.equal(faultOf(get(`${HOST}x: y${character}z\r\n`)) === null, isText, `value ${byte}`);
  }
});

test("there is one host, and it is one", () => {
  assert.equal(faultOf(get("")), "E_HOST_MISSING");
  assert.equal(faultOf(get("hosts: a\r\n")), "E_HOST_MISSING");
  assert.equal(faultOf(get("", "GET / HTTP/1.0")), null);
  assert.equal(faultOf(get(`${HOST}HOST: a\r\n`)), "E_HOST_DUPLICATE");
  assert.equal(faultOf(get(`${HOST}${HOST}`, "GET / HTTP/1.0")), "E_HOST_DUPLICATE");
  for (const host of [
    "",
    "a",
    "a:80",
    "a:",
    "127.0.0.1:65535",
    "[::1]",
    "[::1]:8080",
    "[::0]",
    "[fe80::a]",
    "%30",
    "[::ffff:1.2.3.4]",
    "a_b-c.d~e",
    "%41.example",
    "xn--bcher-kva.example",
  ]) {
    assert.equal(faultOf(get(`Host: ${host}\r\n`)), null, host);
  }
  for (const host of [
    "a b",
    "a/b",
    "a?b",
    "a#b",
    "a@b",
    "a:b",
    "a:1:2",
    "a:65536",
    "a:-1",
    "[::1",
    "::1",
    "[]",
    "[g]",
    "[::1]x",
    "[::1]:x",
    "a[b",
    "%4",
    "%4g",
    "%g4",
    "[g::1]",
    '"a"',
    "<a>",
    "\xe9",
    "a\\b",
    "a\tb",
  ]) {
    assert.equal(faultOf(get(`Host: ${host}\r\n`)), "E_HOST_MALFORMED", host);
  }
});

test("lengths are digits, once", () => {
  const cases: [length: string, code: string | null][] = [
    ["0", null],
    ["3", null],
    ["003", null],
    ["", "E_FRAMING_LENGTH"],
    ["+3", "E_FRAMING_LENGTH"],
    ["-3", "E_FRAMING_LENGTH"],
    ["3.0", "E_FRAMING_LENGTH"],
    ["0x3", "E_FRAMING_LENGTH"],
    ["3e0", "E_FRAMING_LENGTH"],
    ["3 3", "E_FRAMING_LENGTH"],
    ["3,3", "E_FRAMING_LENGTH"],
    ["3, 3", "E_FRAMING_LENGTH"],
    ['"3"', "E_FRAMING_LENGTH"],
    ["\xb2", "E_FRAMING_LENGTH"],
    ["999999999999999", null],
    ["1000000000000000", "E_FRAMING_LENGTH"],
    ["18446744073709551619", "E_FRAMING_LENGTH"],
  ];
  for (const [length, code] of cases) {
    assert.equal(
      faultOf(
        `POST / HTTP/1.1\r\n${HOST}Content-Length: ${length}\r\n\r\nabc`.slice(
          0,
          code === null && length === "0" ? -3 : undefined,
        ),
      ),
      code,
      length,
    );
  }
  assert.equal(
    faultOf(get(`${HOST}Content-Length: 0\r\nContent-Length: 0\r\n`)),
    "E_FRAMING_LENGTH_DUPLICATE",
  );
  assert.equal(
    faultOf(get(`${HOST}Content-Length: 3\r\ncontent-LENGTH: 4\r\n`)),
    "E_FRAMING_LENGTH_DUPLICATE",
  );
});

test("transfer codings are chunked or nothing", () => {
  const cases: [coding: string, code: string | null][] = [
    ["chunked", null],
    ["Chunked", null],
    ["\t chunked \t", null],
    ["", "E_FRAMING_CODING"],
    ["gzip", "E_FRAMING_CODING"],
    ["identity", "E_FRAMING_CODING"],
    ["xchunked", "E_FRAMING_CODING"],
    ["chunkedx", "E_FRAMING_CODING"],
    ["chunke", "E_FRAMING_CODING"],
    ['"chunked"', "E_FRAMING_CODING"],
    ["chunked;a=b", "E_FRAMING_CODING"],
    ["chunked,", "E_FRAMING_CODING"],
    [",chunked", "E_FRAMING_CODING"],
    ["chunked, chunked", "E_FRAMING_CODING"],
    ["chunked, gzip", "E_FRAMING_CODING"],
    ["gzip chunked", "E_FRAMING_CODING"],
    ["gzip,, chunked", "E_FRAMING_CODING"],
    ["gzip;q=1, chunked", "E_FRAMING_CODING"],
    ["gzip, chunked", "E_FRAMING_CODING_UNKNOWN"],
    ["gzip\t,chunked", "E_FRAMING_CODING_UNKNOWN"],
    ["a, b, c, chunked", "E_FRAMING_CODING_UNKNOWN"],
  ];
  for (const [coding, code] of cases) {
    assert.equal(
      faultOf(`POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: ${coding}\r\n\r\n0\r\n\r\n`),
      code,
      coding,
    );
  }
  const twice = `${HOST}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n`;
  assert.equal(faultOf(get(twice)), "E_FRAMING_CODING");
  const lengthToo = "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n";
  assert.equal(faultOf(get(HOST + lengthToo)), "E_FRAMING_LENGTH_AND_CODING");
  assert.equal(faultOf(get("Transfer-Encoding: chunked\r\n", "POST / HTTP/1.0")), "E_FRAMING_CODING_VERSION");
});

test("what one request says is not said of the next", () => {
  const first =
    "Connection: close, upgrade, keep-alive\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n";
  const { requests } = parseText(`${get(HOST + first, "POST / HTTP/1.1")}0\r\n\r\n${get(HOST)}`);
  assert.deepEqual(requests[0]?.says, ["close", "keep-alive", "upgrade", "continue", "chunked"]);
  assert.deepEqual(requests[1]?.says, []);
});

test("connection and expect are understood", () => {
  const said = (fields: string): readonly string[] | undefined =>
    parseText(get(HOST + fields)).requests[0]?.says;
  assert.deepEqual(said("Connection: close\r\n"), ["close"]);
  assert.deepEqual(said("Connection: Keep-Alive\r\n"), ["keep-alive"]);
  assert.deepEqual(said("Connection: foo , CLOSE,\tupgrade\r\n"), ["close", "upgrade"]);
  assert.deepEqual(said("Connection: closed\r\nConnections: close\r\n"), []);
  assert.deepEqual(said("Connection: a\r\nConnection: close\r\n"), ["close"]);
  assert.deepEqual(said('Connection: ,,"close";x=close\r\n'), ["close"]);
  assert.deepEqual(said("Expect: 100-Continue\r\n"), ["continue"]);
  assert.equal(faultOf(get(`${HOST}Expect: 101-continue\r\n`)), "E_EXPECTATION_UNKNOWN");
});

test("limits hold to the byte, whether the line ends or not", () => {
  const line = "GET /abc HTTP/1.1";
  const fields = `${HOST}x: abc\r\n`;
  const limits = { maxRequestLineBytes: line.length, maxHeaderBytes: fields.length, maxHeaderFields: 2 };
  assert.equal(faultOf(get(fields, line), limits), null);
  assert.equal(faultOf(get(fields, "GET /abcd HTTP/1.1"), limits), "E_REQUEST_LINE_TOO_LONG");
  assert.equal(faultOf(get(`${HOST}x: abcd\r\n`, line), limits), "E_HEADERS_TOO_LARGE");
  assert.equal(faultOf("A".repeat(line.length), limits), null);
  assert.equal(faultOf("A".repeat(line.length + 1), limits), "E_REQUEST_LINE_TOO_LONG");
  assert.equal(faultOf(`${line}\r\n${"a".repeat(fields.length - 1)}`, limits), null);
  assert.equal(faultOf(`${line}\r\n${"a".repeat(fields.length)}`, limits), "E_HEADERS_TOO_LARGE");
  assert.equal(faultOf(get("a:b\r\nc:d\r\ne:f\r\n", line), limits), "E_HEADERS_TOO_MANY");
  const many = { ...limits, maxHeaderFields: 200, maxHeaderBytes: 10_000 };
  assert.equal(parseText(get(HOST + "a: b\r\n".repeat(199), line), many).requests[0]?.fields.length, 200);
});
