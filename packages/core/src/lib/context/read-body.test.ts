import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { HeaderList, HttpError, type RequestBody } from "@armature/http";
import { readJson, readText, readValue } from "./read-body.ts";

/** How a body comes: all of it is there, it is there but must be copied, or it comes later. */
type Arrival = "there" | "copied" | "later";

class FakeBody implements RequestBody {
  readonly length: number | null;
  readonly trailers = null;
  /** The limits that whole readings were given. */
  readonly limits: (number | undefined)[] = [];
  peeks = 0;
  readonly #content: Uint8Array;
  readonly #arrival: Arrival;

  constructor(content: Uint8Array | string, arrival: Arrival, length: "announced" | "chunked" = "announced") {
    this.#content = Buffer.from(content);
    this.#arrival = arrival;
    this.length = length === "announced" ? this.#content.length : null;
  }

  peek(): Uint8Array | null {
    this.peeks++;
    return this.#arrival === "there" ? this.#content : null;
  }

  bytes(maxBytes?: number): Uint8Array | Promise<Uint8Array> {
    this.limits.push(maxBytes);
    if (this.#content.length > (maxBytes ?? 0)) throw new HttpError(413, "E_BODY_TOO_LARGE");
    return this.#arrival === "later" ? Promise.resolve(this.#content) : this.#content;
  }

  chunks(): AsyncIterable<Uint8Array> {
    return assert.fail("read whole");
  }
}

const ARRIVALS: readonly Arrival[] = ["there", "copied", "later"];

function typed(contentType?: string): HeaderList {
  return HeaderList.fromPairs(contentType === undefined ? [] : [["Content-Type", contentType]]);
}

function readAs(contentType: string | undefined, content: string | Uint8Array): unknown {
  return readValue(new FakeBody(content, "there"), typed(contentType), 100);
}

function refusal(status: number, code: string): object {
  return { name: "HttpError", status, code };
}

describe("readText", () => {
  test("is synchronous where the body has arrived, and a promise where it has not", async () => {
    for (const arrival of ARRIVALS) {
      const text = readText(new FakeBody("grüße", arrival), 100);
      assert.equal(text instanceof Promise, arrival === "later");
      assert.equal(await text, "grüße");
    }
  });

  test("takes a view of what has arrived, and copies nothing", async () => {
    const body = new FakeBody("abc", "there");
    await readText(body, 3);
    assert.deepEqual(body.limits, []);
  });

  test("holds what has arrived against its limit", () => {
    for (const length of ["announced", "chunked"] as const) {
      const body = new FakeBody("abcd", "there", length);
      assert.throws(() => readText(body, 3), refusal(413, "E_BODY_TOO_LARGE"));
      assert.equal(readText(new FakeBody("abcd", "there", length), 4), "abcd");
    }
  });

  test("hands the limit on where the body is read as it comes", async () => {
    const body = new FakeBody("abc", "later");
    await readText(body, 3);
    assert.deepEqual(body.limits, [3]);
  });

  test("refuses what is no UTF-8, and reads the next body all the same", async () => {
    const broken = [[0xff], [0xc3], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xf0, 0x9f, 0x98], [0xc0, 0xaf]];
    for (const arrival of ARRIVALS)
      for (const bytes of broken) {
        await assert.rejects(
          async () => await readText(new FakeBody(Uint8Array.from(bytes), arrival), 100),
          refusal(400, "E_BODY_ENCODING"),
        );
        assert.equal(await readText(new FakeBody("ü", arrival), 100), "ü");
      }
  });

  test("drops a byte order mark, of every body", () => {
    for (let i = 0; i < 2; i++) {
      assert.equal(readText(new FakeBody("\ufeffa", "there"), 100), "a");
      assert.equal(readText(new FakeBody("\ufeff\ufeffa", "there"), 100), "\ufeffa");
    }
  });
});

describe("readValue", () => {
  const PARSED: readonly (readonly [contentType: string, content: string, value: unknown])[] = [
    ["application/json", '{"a":1}', { a: 1 }],
    ["application/json; charset=utf-8", "[1]", [1]],
    ["APPLICATION/JSON;Charset=UTF-8", "null", null],
    ["application/json; charset=utf8", "1", 1],
    ['application/json; charset="utf-8"', "1", 1],
    ["application/json; charset=us-ascii", "1", 1],
    ["application/merge-patch+json", '{"a":null}', { a: null }],
    ["application/json", "\ufefftrue", true],
    ["text/plain", '{"a":1}', '{"a":1}'],
    ["text/plain;charset=utf-8", " ü ", " ü "],
    ["application/x-www-form-urlencoded", "a=1&a=2&b=x+y", { a: ["1", "2"], b: "x y" }],
    ["application/x-www-form-urlencoded; charset=UTF-8", "a=%C3%BC", { a: "ü" }],
  ];
  for (const [contentType, content, value] of PARSED)
    test(`reads ${contentType}`, async () => {
      for (const arrival of ARRIVALS) {
        const read = readValue(new FakeBody(content, arrival), typed(contentType), 100);
        assert.equal(read instanceof Promise, arrival === "later");
        const got = await read;
        assert.deepEqual(
          typeof got === "object" && got !== null && !Array.isArray(got) ? { ...got } : got,
          value,
        );
      }
    });

  const REFUSED: readonly (string | undefined)[] = [
    undefined,
    "",
    "nonsense",
    "text/html",
    "application/octet-stream",
    "multipart/form-data; boundary=x",
    "application/jsonp",
    "json",
    "application/json; charset=utf-16",
    "application/json; charset=utf-8-sig",
    "text/plain; charset=iso-8859-1",
    "application/x-www-form-urlencoded; charset=latin1",
    "application/json, text/plain",
    "application/json; charset",
  ];
  for (const contentType of REFUSED)
    test(`refuses ${contentType ?? "a body without a type"} before it is read`, () => {
      const body = new FakeBody("1", "there");
      assert.throws(
        () => readValue(body, typed(contentType), 100),
        (error: unknown) => {
          assert.ok(error instanceof HttpError);
          assert.deepEqual([error.status, error.code], [415, "E_UNSUPPORTED_MEDIA_TYPE"]);
          assert.match(error.headers["accept"] ?? "", /application\/json/);
          assert.ok(
            error.message.includes(
              contentType === undefined ? "no content-type" : JSON.stringify(contentType),
            ),
          );
          return true;
        },
      );
      assert.deepEqual([body.peeks, body.limits], [0, []]);
    });

  test("gives undefined where there is no body, whatever its type", async () => {
    for (const contentType of [undefined, "application/json", "image/png"]) {
      const body = new FakeBody("", "there");
      assert.equal(readValue(body, typed(contentType), 100), undefined);
      assert.deepEqual([body.peeks, body.limits], [0, []]);
    }
  });

  test("gives undefined where a chunked body turns out to be empty", async () => {
    for (const arrival of ARRIVALS)
      for (const contentType of ["application/json", "text/plain", "application/x-www-form-urlencoded"])
        assert.equal(
          await readValue(new FakeBody("", arrival, "chunked"), typed(contentType), 100),
          undefined,
        );
  });

  test("says what is wrong with the content, at once or later", async () => {
    for (const arrival of ARRIVALS) {
      const body = (content: string): FakeBody => new FakeBody(content, arrival);
      const read = async (content: string): Promise<unknown> =>
        await readValue(body(content), typed("application/json"), 100);
      await assert.rejects(read("{"), refusal(400, "E_JSON_INVALID"));
      await assert.rejects(read('{"__proto__":1}'), refusal(400, "E_JSON_PROTOTYPE"));
    }
  });

  test("keeps prototypes out of forms", () => {
    const form = readAs("application/x-www-form-urlencoded", "__proto__=x") as object;
    assert.equal(Object.getPrototypeOf(form), null);
    assert.deepEqual(Object.entries(form), [["__proto__", "x"]]);
  });
});

describe("readJson", () => {
  test("is synchronous where the body has arrived, and a promise where it has not", async () => {
    for (const arrival of ARRIVALS) {
      const value = readJson(new FakeBody("[1]", arrival), 100);
      assert.equal(value instanceof Promise, arrival === "later");
      assert.deepEqual(await value, [1]);
    }
  });

  test("refuses an empty body", async () => {
    for (const arrival of ARRIVALS)
      await assert.rejects(
        async () => await readJson(new FakeBody("", arrival), 100),
        refusal(400, "E_JSON_INVALID"),
      );
  });
});
