import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { HeaderBlock, type ResponseHead } from "@armature/http";
import { FetchExchange } from "./fetch-exchange.ts";

const BLOCK = new HeaderBlock(["content-type", "text/plain"]);

function head(status = 200, fields: readonly string[] | null = null): ResponseHead {
  return { status, block: BLOCK, fields };
}

function makeExchange(url = "http://localhost/", init: RequestInit = {}, maxBodyBytes = 10): FetchExchange {
  return new FetchExchange(new Request(url, init), maxBodyBytes);
}

describe("a Web request as an exchange", () => {
  const TARGETS: Readonly<Record<string, string>> = {
    "http://localhost": "/",
    "http://localhost?a=1": "/?a=1",
    "http://localhost/a/b?c=/d?e#f": "/a/b?c=/d?e",
    "http://localhost/#a/b?c": "/",
    "http://localhost:8080/%7e//x%2Fy": "/%7e//x%2Fy",
    "http://localhost/grüße ?ü": "/gr%C3%BC%C3%9Fe%20?%C3%BC",
  };
  for (const [url, target] of Object.entries(TARGETS))
    test(`has for ${url} the target ${target}`, () => {
      assert.equal(makeExchange(url).target, target);
    });

  test("has the host of its URL, unless it names one", () => {
    assert.equal(makeExchange("http://Example.com:8080/").headers.get("host"), "example.com:8080");
    assert.equal(makeExchange("https://example.com:443/").headers.get("host"), "example.com");
    const named = makeExchange("http://a.com/", { headers: { host: "b.com" } });
    assert.deepEqual(named.headers.getAll("host"), ["b.com"]);
  });

  test("has its method, fields, and whether it is encrypted", () => {
    const exchange = makeExchange("https://localhost/", {
      method: "PUT",
      headers: { "X-A": "1" },
      body: "x",
    });
    assert.deepEqual([exchange.method, exchange.version, exchange.bytes], ["PUT", "1.1", null]);
    assert.equal(exchange.headers.get("x-a"), "1");
    assert.deepEqual(exchange.peer, { address: "", port: 0, secure: true });
    assert.equal(makeExchange().peer.secure, false);
  });

  test("has a body within a limit, which is read once", async () => {
    const post = (body: string, limit?: number): FetchExchange =>
      makeExchange("http://localhost/", { method: "POST", body }, limit);
    assert.equal(makeExchange().body.length, 0);
    assert.deepEqual(await makeExchange().body.bytes(), new Uint8Array(0));
    const { body } = post("0123456789");
    assert.equal(Buffer.from(await body.bytes()).toString(), "0123456789");
    await assert.rejects(async () => await body.bytes(), { code: "E_BODY_USED" });
    await assert.rejects(async () => await post("0123456789a").body.bytes(), { code: "E_BODY_TOO_LARGE" });
    await assert.rejects(async () => await post("0123").body.bytes(3), { code: "E_BODY_TOO_LARGE" });
    assert.equal((await post("0123456789a").body.bytes(11)).length, 11);
  });
});

describe("a whole answer", () => {
  test("has its status, fields and body, text in UTF-8", async () => {
    const exchange = makeExchange();
    exchange.respond(head(201, ["x-a", "1", "set-cookie", "a=1", "set-cookie", "b=2"]), "grüße");
    const response = await exchange.response;
    assert.deepEqual([response.status, await response.text()], [201, "grüße"]);
    assert.equal(response.headers.get("content-type"), "text/plain");
    assert.equal(response.headers.get("content-length"), "7");
    assert.equal(response.headers.get("x-a"), "1");
    assert.deepEqual(response.headers.getSetCookie(), ["a=1", "b=2"]);
    assert.equal(exchange.answered, true);
  });

  test("has a copy of the application's bytes", async () => {
    const exchange = makeExchange();
    const bytes = Uint8Array.of(1, 2, 3);
    exchange.respond(head(), bytes);
    bytes.fill(9);
    assert.deepEqual(new Uint8Array(await (await exchange.response).arrayBuffer()), Uint8Array.of(1, 2, 3));
  });

  test("says how long it is, also where there is nothing in it or the client asked for the head", async () => {
    const cases = [
      ["GET", 200, null, "0", ""],
      ["GET", 404, "", "0", ""],
      ["HEAD", 200, "hello", "5", ""],
      ["GET", 204, null, null, ""],
      ["GET", 304, "hello", null, ""],
      ["GET", 205, null, "0", ""],
    ] as const;
    for (const [method, status, body, length, text] of cases) {
      const exchange = makeExchange("http://localhost/", { method });
      exchange.respond(head(status), body);
      const response = await exchange.response;
      assert.deepEqual(
        [response.headers.get("content-length"), await response.text()],
        [length, text],
        `${method} ${status}`,
      );
    }
  });

  test("is given once", () => {
    const again = { status: 500, code: "E_EXCHANGE_ANSWERED" };
    const exchange = makeExchange();
    exchange.respond(head(), "a");
    assert.throws(() => exchange.respond(head(), "b"), again);
    assert.throws(() => exchange.stream(head(), null), again);
  });

  test("with a field that cannot be sent is none yet", async () => {
    const exchange = makeExchange();
    for (const fields of [
      ["x-a", "a\nb"],
      ["a b", "c"],
      ["content-length", "3"],
    ])
      assert.throws(() => exchange.respond(head(200, fields), "a"), { name: "HttpError", status: 500 });
    assert.equal(exchange.answered, false);
    exchange.respond(head(), "b");
    assert.equal(await (await exchange.response).text(), "b");
  });
});

describe("a streamed answer", () => {
  test("is there before its body is", async () => {
    const exchange = makeExchange();
    const writer = exchange.stream(head(200, ["x-a", "1"]), 4);
    const response = await exchange.response;
    assert.deepEqual([response.headers.get("x-a"), response.headers.get("content-length")], ["1", "4"]);
    writer.write("ab");
    writer.write("cd");
    writer.end();
    assert.equal(await response.text(), "abcd");
  });

  test("has no length where none is known", async () => {
    const exchange = makeExchange();
    exchange.stream(head(), null).end();
    assert.equal((await exchange.response).headers.get("content-length"), null);
  });

  test("has no body where the method or status has none", async () => {
    const cases = [
      ["HEAD", 200, "4"],
      ["GET", 204, null],
      ["GET", 304, null],
    ] as const;
    for (const [method, status, length] of cases) {
      const exchange = makeExchange("http://localhost/", { method });
      const writer = exchange.stream(head(status), 4);
      const response = await exchange.response;
      assert.equal(writer.closed, true);
      assert.deepEqual(
        [response.body, response.headers.get("content-length")],
        [null, length],
        `${method} ${status}`,
      );
    }
  });

  test("tells the application that its reader wants no more", async () => {
    const exchange = makeExchange();
    const writer = exchange.stream(head(), null);
    const reason = new Error("enough");
    await (await exchange.response).body?.cancel(reason);
    assert.deepEqual([writer.closed, exchange.signal.aborted, exchange.signal.reason], [true, true, reason]);
  });
});

describe("a request that is taken back", () => {
  const reason = new Error("never mind");

  test("before its answer has none, and what is answered is dropped", async () => {
    for (const early of [true, false]) {
      const controller = new AbortController();
      if (early) controller.abort(reason);
      const exchange = makeExchange("http://localhost/", { signal: controller.signal });
      assert.equal(exchange.signal.aborted, early);
      controller.abort(reason);
      await assert.rejects(exchange.response, reason);
      assert.deepEqual(
        [exchange.answered, exchange.signal.aborted, exchange.signal.reason],
        [true, true, reason],
      );
      exchange.respond(head(), "dropped");
      const writer = exchange.stream(head(), null);
      assert.equal(writer.closed, true);
      await writer.drained();
    }
  });

  test("while its answer is on the way ends both sides of it", async () => {
    const controller = new AbortController();
    const exchange = makeExchange("http://localhost/", { signal: controller.signal });
    const writer = exchange.stream(head(), null);
    const response = await exchange.response;
    writer.write("a");
    controller.abort(reason);
    assert.deepEqual([writer.closed, exchange.signal.aborted], [true, true]);
    await assert.rejects(response.text());
  });

  test("after its answer leaves that as it is", async () => {
    const controller = new AbortController();
    const exchange = makeExchange("http://localhost/", { signal: controller.signal });
    exchange.respond(head(), "whole");
    const response = await exchange.response;
    controller.abort(reason);
    assert.equal(await response.text(), "whole");
  });
});

test("an exchange that is cut off has no answer", async () => {
  const exchange = makeExchange();
  exchange.abort();
  assert.equal(exchange.answered, true);
  await assert.rejects(exchange.response, { name: "AbortError" });
});

test("an exchange without a connection cannot hand it over", () => {
  assert.throws(() => makeExchange().upgrade(), { status: 501, code: "E_UPGRADE_UNSUPPORTED" });
});
