import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ResponseReader } from "./response-reader.ts";

/** Reads an answer in pieces of every size from one byte up, and gives what all of them agree on. */
function read(wire: string, method = "GET"): { status: number; body: string; fields: [string, string][] } {
  const bytes = Buffer.from(wire, "latin1");
  const seen = new Set<string>();
  for (const size of [1, 2, 3, 7, bytes.length]) {
    const reader = new ResponseReader(method);
    for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
    if (!reader.done) reader.end();
    const { status, headers, body } = reader.response;
    seen.add(
      JSON.stringify({ status, body: Buffer.from(body).toString("latin1"), fields: [...headers.raw()] }),
    );
  }
  assert.equal(seen.size, 1);
  return JSON.parse([...seen].join("")) as ReturnType<typeof read>;
}

const code = (wanted: string) => ({ code: wanted });

describe("ResponseReader", () => {
  test("reads a body by its length", () => {
    assert.deepEqual(read("HTTP/1.1 201 Created\r\nContent-Length: 3\r\nX-A:  b \r\n\r\nabc"), {
      status: 201,
      body: "abc",
      fields: [
        ["Content-Length", "3"],
        ["X-A", "b"],
      ],
    });
  });

  test("reads chunks, and drops their trailers", () => {
    const wire =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA\r\n0123456789\r\n0\r\nx: y\r\n\r\n";
    assert.equal(read(wire).body, "abc0123456789");
  });

  test("reads to the end of the connection where nothing says how long the body is", () => {
    assert.equal(read("HTTP/1.1 200 OK\r\n\r\nall of it").body, "all of it");
  });

  test("takes the final answer after an interim one", () => {
    const wire = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
    assert.equal(read(wire).body, "ok");
  });

  test("knows which answers have no body", () => {
    assert.equal(read("HTTP/1.1 204 No Content\r\n\r\n").body, "");
    assert.equal(read("HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n").body, "");
    assert.equal(read("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n", "HEAD").body, "");
  });

  test("sees that an answer was cut", () => {
    assert.throws(() => read(""), code("E_TEST_RESPONSE_CUT"));
    assert.throws(() => read("HTTP/1.1 200 OK\r\ncontent-le"), code("E_TEST_RESPONSE_CUT"));
    assert.throws(() => read("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nab"), {
      code: "E_TEST_RESPONSE_CUT",
      message: "The server ended the connection within the answer 200, after 2 bytes of its body.",
    });
    const chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n";
    assert.throws(() => read(chunked), code("E_TEST_RESPONSE_CUT"));
  });

  test("refuses bytes behind the end, which a client on a kept connection would take for the next answer", () => {
    const wire = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokX";
    assert.throws(() => read(wire), code("E_TEST_RESPONSE_INVALID"));
    assert.throws(
      () => read("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", "HEAD"),
      code("E_TEST_RESPONSE_INVALID"),
    );
  });

  for (const [what, wire] of Object.entries({
    "a status line without HTTP": "OK\r\n\r\n",
    "a status of two digits": "HTTP/1.1 20 OK\r\n\r\n",
    "a field without a colon": "HTTP/1.1 200 OK\r\nx\r\n\r\n",
    "a space before the colon": "HTTP/1.1 200 OK\r\nx : y\r\n\r\n",
    "a length that is no number": "HTTP/1.1 200 OK\r\ncontent-length: 3, 3\r\n\r\nabc",
    "a chunk size that is no number": "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nx\r\n",
    "a chunk longer than its size": "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nab\r\n",
  }))
    test(`refuses ${what}`, () => {
      assert.throws(() => read(wire), code("E_TEST_RESPONSE_INVALID"));
    });
});
