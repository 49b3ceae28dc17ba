import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { describe, test } from "node:test";
import {
  armature,
  defineModule,
  get,
  Reply,
  StreamBody,
  type AnyResult,
  type AppBuilder,
  type MaybePromise,
} from "armature";
import { LogLines } from "./harness/log-lines.ts";
import { turn } from "./harness/note.ts";
import { WAYS } from "./harness/ways.ts";

class Point {
  readonly x = 1;
  readonly #secret = 2;
  get sum(): number {
    return this.x + this.#secret;
  }
}

class Money {
  toJSON(): string {
    return "3 EUR";
  }
}

const NO_PROTOTYPE = Object.assign(Object.create(null) as object, { a: 1 });
const DATE = new Date(Date.UTC(2020, 1, 29, 12, 30, 15, 250));

interface Case {
  readonly result: () => MaybePromise<AnyResult>;
  readonly status?: number;
  readonly type: string | undefined;
  readonly text: string;
  /** The announced length; `null` where the body is sent piece by piece. */
  readonly length?: number | null;
}

const json = (text: string): Omit<Case, "result"> => ({ type: "application/json", text });
const plain = (text: string): Omit<Case, "result"> => ({ type: "text/plain; charset=utf-8", text });
const bytes = (text: string): Omit<Case, "result"> => ({ type: "application/octet-stream", text });
const pieces = (text: string): Omit<Case, "result"> => ({ ...bytes(text), length: null });

async function* generate(): AsyncGenerator<string | Uint8Array> {
  yield "one, ";
  await turn();
  yield new TextEncoder().encode("zwei, ");
  yield "";
  yield "tr\u00e4";
}

const CASES: Readonly<Record<string, Case>> = {
  "an object": {
    result: () => ({ a: [1, null, true], b: undefined, "\u00e4": "\u20ac" }),
    ...json('{"a":[1,null,true],"\u00e4":"\u20ac"}'),
  },
  "an array": { result: () => [1, undefined, "x"], ...json('[1,null,"x"]') },
  "an empty object": { result: () => ({}), ...json("{}") },
  "an object without a prototype": { result: () => NO_PROTOTYPE, ...json('{"a":1}') },
  "an instance of a class": { result: () => new Point(), ...json('{"x":1}') },
  "an instance with toJSON": { result: () => new Money(), ...json('"3 EUR"') },
  "a date": { result: () => DATE, ...json('"2020-02-29T12:30:15.250Z"') },
  "a string": { result: () => "h\u00e4 \u{1f600}", ...plain("h\u00e4 \u{1f600}") },
  "an empty string": { result: () => "", ...plain("") },
  "a string with half a surrogate pair": { result: () => "a\ud800b", ...plain("a\ufffdb") },
  "a number": { result: () => 3.5, ...json("3.5") },
  "a number that JSON lacks": { result: () => Number.NaN, ...json("null") },
  false: { result: () => false, ...json("false") },
  null: { result: () => null, ...json("null") },
  nothing: { result: () => undefined, status: 204, type: undefined, text: "" },
  bytes: { result: () => new TextEncoder().encode("b\u00fcte"), ...bytes("b\u00fcte") },
  "a buffer": { result: () => Buffer.from("buffer"), ...bytes("buffer") },
  "a part of a larger buffer": { result: () => Buffer.from("xx inner xx").subarray(3, 8), ...bytes("inner") },
  "no bytes": { result: () => new Uint8Array(0), ...bytes("") },
  "an array buffer": { result: () => new TextEncoder().encode("ab").buffer, ...bytes("ab") },
  "a view of other numbers": { result: () => new Uint16Array([0x6261]), ...bytes("ab") },
  "a blob with a type": {
    result: () => new Blob(["a,b"], { type: "text/csv" }),
    type: "text/csv",
    text: "a,b",
  },
  "a blob without a type": { result: () => new Blob(["ab"]), ...bytes("ab") },
  "a web stream": { result: () => new Blob(["stream"]).stream(), ...pieces("stream") },
  "a Node stream": { result: () => Readable.from(["no", "de"]), ...pieces("node") },
  "an async generator": { result: generate, ...pieces("one, zwei, tr\u00e4") },
  "a web response": {
    result: () => new Response("made", { status: 203, headers: { "x-made": "by hand" } }),
    status: 203,
    type: "text/plain;charset=UTF-8",
    text: "made",
    length: null,
  },
  "a web response without a body": {
    result: () => new Response(null, { status: 202 }),
    status: 202,
    type: undefined,
    text: "",
  },
  "a promise": { result: () => turn().then(() => ({ later: true })), ...json('{"later":true}') },
};

function routeOf(name: string): string {
  return `/${encodeURIComponent(name)}`;
}

const cases = defineModule({
  routes: Object.entries(CASES).map(([name, { result }]) => get(routeOf(name), result)),
});

const replies = armature()
  .get("/status", ({ reply }) => reply(201, { made: true }))
  .get("/bare", ({ reply }) => reply(202))
  .get("/headers", ({ reply }) =>
    reply(200, "x")
      .header("X-A", "1")
      .header("x-a", "2")
      .header("Content-Type", "text/x-own")
      .header("cache-control", "no-cache"),
  )
  .get("/type", ({ reply }) => reply(200, "a;b").type("text/csv"))
  .get("/latin1", ({ reply }) => reply(200, "x").header("x-name", "J\u00fcrgen"))
  .get("/latin1/stream", ({ reply }) => reply.stream(["x"]).header("x-name", "J\u00fcrgen"))
  .get("/cookies", (context) => {
    context.setCookie("stage", "1", { maxAgeSeconds: 60 });
    return context.reply(200, "x").cookie("a", "x y", { path: "/p", httpOnly: true }).cookie("b", "2");
  })
  .get("/merge", (context) => {
    context.setHeader("x-both", "context");
    context.setHeader("x-context", "context");
    context.addHeader("vary", "Origin");
    return context.reply(200, "x").header("X-Both", "reply").header("vary", "Accept");
  })
  .get("/redirect", ({ reply }) => reply.redirect("/there?a=b"))
  .get("/redirect/308", ({ reply }) => reply.redirect("https://example.com/\u00e4 b\r\nx: y", 308))
  .get("/text", ({ reply }) => reply.text("1", 201))
  .get("/html", ({ reply }) => reply.html("<p>\u00e4</p>"))
  .get("/json", ({ reply }) => reply.json("text", 202))
  .get("/stream", ({ reply }) =>
    reply.stream(["a", new TextEncoder().encode("b"), "c"], { type: "text/plain", length: 3 }),
  )
  .get("/stream/status", () => new Reply(201, new StreamBody(generate(), {})))
  .get("/stream/empty", ({ reply }) => reply.stream([]))
  .get("/304", ({ reply }) => reply(304).header("etag", '"a"'))
  .get("/204", () => new Reply(204, "a body that cannot be"));

for (const way of WAYS) {
  describe(`a result by ${way.name}`, () => {
    for (const [name, { status = 200, type, text, length }] of Object.entries(CASES))
      test(`that is ${name} is sent`, async () => {
        await using running = await way.start(cases);
        for (const method of ["GET", "HEAD"]) {
          const answer = await running.request(method, routeOf(name));
          assert.equal(answer.status, status, answer.text);
          assert.equal(answer.header("content-type"), type);
          assert.equal(answer.text, method === "HEAD" ? "" : text);
          assert.equal(answer.cut, false);
          const announced = answer.header("content-length");
          if (length === null) assert.equal(announced, undefined);
          // Of no body at all HEAD may say nothing (RFC 9110, 8.6).
          else if (status !== 204 && (method === "GET" || type !== undefined))
            assert.equal(announced, String(Buffer.byteLength(text)));
        }
      });
  });

  describe(`a reply by ${way.name}`, () => {
    test("has a status and a body, or none", async () => {
      await using running = await way.start(replies);
      const made = await running.request("GET", "/status");
      assert.deepEqual([made.status, made.json], [201, { made: true }]);
      const bare = await running.request("GET", "/bare");
      assert.deepEqual([bare.status, bare.text, bare.header("content-type")], [202, "", undefined]);
      assert.equal(bare.header("content-length"), "0");
    });

    test("has headers, which take the place of the usual ones", async () => {
      await using running = await way.start(replies);
      const answer = await running.request("GET", "/headers");
      assert.deepEqual(answer.all("x-a").join(", "), "1, 2");
      assert.deepEqual(answer.all("content-type"), ["text/x-own"]);
      assert.equal(answer.header("cache-control"), "no-cache");
      assert.equal((await running.request("GET", "/type")).header("content-type"), "text/csv");
      for (const path of ["/latin1", "/latin1/stream"])
        for (const method of ["GET", "HEAD"])
          assert.equal((await running.request(method, path)).header("x-name"), "J\u00fcrgen", path);
    });

    test("adds cookies to those of stages", async () => {
      await using running = await way.start(replies);
      const cookies = (await running.request("GET", "/cookies")).all("set-cookie");
      assert.equal(cookies.length, 3);
      assert.match(cookies[0] ?? "", /^stage=1; .*Max-Age=60/);
      assert.match(cookies[1] ?? "", /^a=x%20y; .*Path=\/p.*HttpOnly/);
      assert.match(cookies[2] ?? "", /^b=2/);
    });

    test("wins over the headers of stages, but varies with all of them", async () => {
      await using running = await way.start(replies);
      const answer = await running.request("GET", "/merge");
      assert.deepEqual(answer.all("x-both"), ["reply"]);
      assert.deepEqual(answer.all("x-context"), ["context"]);
      assert.equal(answer.header("vary"), "Origin, Accept");
    });

    test("redirects, to one URL whatever it is made of", async () => {
      await using running = await way.start(replies);
      const found = await running.request("GET", "/redirect");
      assert.deepEqual([found.status, found.header("location")], [302, "/there?a=b"]);
      const moved = await running.request("GET", "/redirect/308");
      assert.deepEqual(
        [moved.status, moved.header("location")],
        [308, "https://example.com/%C3%A4%20b%0D%0Ax:%20y"],
      );
      assert.equal(moved.header("x"), undefined);
    });

    test("is text, HTML or JSON where it says so", async () => {
      await using running = await way.start(replies);
      const text = await running.request("GET", "/text");
      assert.deepEqual(
        [text.status, text.text, text.header("content-type")],
        [201, "1", "text/plain; charset=utf-8"],
      );
      const html = await running.request("GET", "/html");
      assert.deepEqual(
        [html.text, html.header("content-type")],
        ["<p>\u00e4</p>", "text/html; charset=utf-8"],
      );
      const asJson = await running.request("GET", "/json");
      assert.deepEqual(
        [asJson.status, asJson.text, asJson.header("content-type")],
        [202, '"text"', "application/json"],
      );
    });

    test("is a stream with a known length, another status, or nothing in it", async () => {
      await using running = await way.start(replies);
      const known = await running.request("GET", "/stream");
      assert.deepEqual(
        [known.text, known.header("content-type"), known.header("content-length")],
        ["abc", "text/plain", "3"],
      );
      const made = await running.request("GET", "/stream/status");
      assert.deepEqual([made.status, made.text], [201, "one, zwei, tr\u00e4"]);
      const empty = await running.request("GET", "/stream/empty");
      assert.deepEqual([empty.status, empty.text, empty.cut], [200, "", false]);
    });

    test("of a status that has no body is sent without one", async () => {
      await using running = await way.start(replies);
      const unchanged = await running.request("GET", "/304");
      assert.deepEqual([unchanged.status, unchanged.text, unchanged.header("etag")], [304, "", '"a"']);
      const none = await running.request("GET", "/204");
      assert.deepEqual([none.status, none.text, none.header("content-length")], [204, "", undefined]);
    });
  });
}

const circular: Record<string, unknown> = { secret: "of the handler" };
circular["self"] = circular;

/** What no handler may give; the compiler refuses most of it. */
const WRONG: Readonly<Record<string, { readonly result: () => unknown; readonly code: string }>> = {
  "a function": { result: () => () => "secret", code: "E_RESULT_TYPE" },
  "a class": { result: () => Point, code: "E_RESULT_TYPE" },
  "a symbol": { result: () => Symbol("secret"), code: "E_RESULT_TYPE" },
  "a bigint": { result: () => 10n, code: "E_RESULT_TYPE" },
  "a circular object": { result: () => circular, code: "E_SERIALIZE_FAILED" },
  "an object with a bigint": { result: () => ({ a: [{ secret: 1n }] }), code: "E_SERIALIZE_FAILED" },
  "an object whose toJSON throws": {
    result: () => ({
      toJSON: () => {
        throw new Error("secret");
      },
    }),
    code: "E_SERIALIZE_FAILED",
  },
  "an object whose getter throws": {
    result: () => ({
      get a(): never {
        throw new Error("secret");
      },
    }),
    code: "E_SERIALIZE_FAILED",
  },
  "a reply of status 0": { result: () => new Reply(0, "secret"), code: "E_STATUS_INVALID" },
  "a reply of status 199": { result: () => new Reply(199, "secret"), code: "E_STATUS_INVALID" },
  "a reply of status 600": { result: () => new Reply(600, "secret"), code: "E_STATUS_INVALID" },
  "a reply of status 200.5": { result: () => new Reply(200.5, "secret"), code: "E_STATUS_INVALID" },
  "a reply of status NaN": { result: () => new Reply(Number.NaN, "secret"), code: "E_STATUS_INVALID" },
  "a reply of a status that is text": {
    result: () => new Reply("200" as unknown as number, "secret"),
    code: "E_STATUS_INVALID",
  },
  "a header with a line feed": {
    result: () => new Reply(200, "secret").header("x", "a\nb: c"),
    code: "E_HEADER_VALUE_INVALID",
  },
  "a header with a carriage return": {
    result: () => new Reply(200, "secret").header("x", "a\rb: c"),
    code: "E_HEADER_VALUE_INVALID",
  },
  "a header with NUL": {
    result: () => new Reply(200, "secret").header("x", "a\0"),
    code: "E_HEADER_VALUE_INVALID",
  },
  "a header beyond latin1": {
    result: () => new Reply(200, "secret").header("x", "\u20ac"),
    code: "E_HEADER_VALUE_INVALID",
  },
  "a header name with a space": {
    result: () => new Reply(200, "secret").header("x y", "a"),
    code: "E_HEADER_NAME_INVALID",
  },
  "a header name with a line feed": {
    result: () => new Reply(200, "secret").header("x\r\ny: z\r\nq", "a"),
    code: "E_HEADER_NAME_INVALID",
  },
  "an empty header name": {
    result: () => new Reply(200, "secret").header("", "a"),
    code: "E_HEADER_NAME_INVALID",
  },
  "a content-length of its own": {
    result: () => new Reply(200, "secret").header("Content-Length", "1"),
    code: "E_HEADER_FRAMING",
  },
  "a transfer-encoding of its own": {
    result: () => new Reply(200, "secret").header("transfer-encoding", "chunked"),
    code: "E_HEADER_FRAMING",
  },
};

const wrong = defineModule({
  routes: Object.entries(WRONG).flatMap(([name, { result }]) => [
    get(routeOf(name), result as () => AnyResult),
    get(`/later${routeOf(name)}`, async () => {
      await turn();
      return result() as AnyResult;
    }),
  ]),
});

for (const way of WAYS)
  describe(`a wrong result by ${way.name}`, () => {
    for (const [name, { code }] of Object.entries(WRONG))
      test(`that is ${name} is an error of the server, and nothing of it is sent`, async () => {
        const lines = new LogLines();
        await using running = await way.start(wrong, { logger: lines.logger });
        for (const path of [routeOf(name), `/later${routeOf(name)}`]) {
          const answer = await running.request("GET", path);
          assert.equal(answer.status, 500);
          assert.match(
            String(answer.problem["code"]),
            /^(E_INTERNAL|E_RESULT_TYPE|E_STATUS_INVALID|E_HEADER_\w+)$/,
          );
          assert.equal(answer.problem["detail"], undefined);
          assert.doesNotMatch(answer.text, /secret/);
          for (const field of ["x", "y", "x y", "b", "q"]) assert.equal(answer.header(field), undefined);
        }
        assert.deepEqual(lines.errorCodes(), [code, code]);
      });
  });

for (const way of WAYS)
  describe(`headers of stages by ${way.name}`, () => {
    const bad: AppBuilder<unknown> = armature()
      .use((context, next) => {
        context.setHeader("x-good", "1");
        context.addHeader(context.request.query["name"] as string, context.request.query["value"] as string);
        return next(context);
      })
      .get("/", () => "secret") as AppBuilder<unknown>;

    test("with a line feed are an error of the server, and are not sent", async () => {
      const lines = new LogLines();
      await using running = await way.start(bad, { logger: lines.logger });
      const split = await running.request("GET", "/?name=x-bad&value=a%0d%0ax-evil:%201");
      assert.equal(split.status, 500);
      assert.deepEqual([split.header("x-evil"), split.header("x-bad")], [undefined, undefined]);
      assert.equal(lines.errorCodes()[0], "E_HEADER_VALUE_INVALID");
      assert.doesNotMatch(split.text, /secret/);
      const fine = await running.request("GET", "/?name=x-fine&value=1");
      assert.deepEqual([fine.text, fine.header("x-fine")], ["secret", "1"]);
    });
  });
