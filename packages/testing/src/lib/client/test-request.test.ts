import assert, { AssertionError } from "node:assert/strict";
import { describe, test } from "node:test";
import { defineMethod, defineModule, get, post, type Context } from "@armature/core";
import { HttpError } from "@armature/http";
import type { StandardSchemaV1 } from "@armature/schema";
import { createTestApp } from "../create-test-app.ts";
import type { TestApp } from "../test-app.ts";

/** What the echo says of a request. */
interface Echo {
  readonly method: string;
  readonly target: string;
  readonly fields: (readonly [name: string, value: string])[];
  readonly body: string;
}

async function echo({ request }: Context): Promise<Echo> {
  return {
    method: request.method,
    target: request.target,
    fields: [...request.headers],
    body: await request.body.text(),
  };
}

async function multipart({ request }: Context): Promise<unknown> {
  const parts: unknown[] = [];
  for await (const part of request.body.multipart()) {
    parts.push(
      part.kind === "file"
        ? [part.name, part.filename, part.type, Buffer.from(await part.bytes()).toString()]
        : [part.name, part.value],
    );
  }
  return parts;
}

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

const echoModule = defineModule({
  name: "EchoModule",
  routes: [
    ...METHODS.map((method) => defineMethod(method)("/echo", echo)),
    get("/echo/*rest", echo),
    post("/multipart", multipart),
    get("/cookies", ({ reply }) => reply(200).cookie("a", "1").cookie("b", "2", { httpOnly: true })),
    get("/bytes", () => Uint8Array.of(0xff, 0xfe)),
    get("/gone", () => {
      throw new HttpError(410, "E_GONE", "It was here.");
    }),
    get("/fails", () => {
      throw new TypeError("no user in sight");
    }),
  ],
});

function echoApp(): Promise<TestApp> {
  return createTestApp(echoModule);
}

describe("TestRequest sends", () => {
  test("each method", async () => {
    await using app = await echoApp();
    for (const method of METHODS) {
      const verb = method.toLowerCase() as Lowercase<typeof method>;
      const said = (await app[verb]("/echo").expect(200).json()) as Echo;
      assert.equal(said.method, method);
    }
    const head = await app.head("/echo").expect(200);
    assert.equal(head.bytes.byteLength, 0);
    await app.request("BREW", "/echo").expect(501);
    await app.request("REPORT", "/echo").expect(405);
  });

  test("header lines, also of one name, and its own host unless another is given", async () => {
    await using app = await echoApp();
    const said = (await app.get("/echo").header("X-A", "1").header("X-A", "2").json()) as Echo;
    assert.deepEqual(said.fields, [
      ["host", "localhost"],
      ["x-a", "1"],
      ["x-a", "2"],
    ]);
    const hosted = (await app.get("/echo").header("Host", "api.example.com").json()) as Echo;
    assert.deepEqual(hosted.fields, [["host", "api.example.com"]]);
  });

  test("header values in latin1", async () => {
    await using app = await echoApp();
    const said = (await app.get("/echo").header("x-name", "J\xfcrgen").json()) as Echo;
    assert.equal(said.fields[1]?.[1], "J\xfcrgen");
  });

  test("cookies in one line", async () => {
    await using app = await echoApp();
    const said = (await app.get("/echo").cookie("a", "1").cookie("b", "x y").json()) as Echo;
    assert.deepEqual(said.fields[1], ["cookie", "a=1; b=x%20y"]);
  });

  test("query parameters behind those of the path", async () => {
    await using app = await echoApp();
    const target = async (path: string) =>
      (
        (await app
          .get(path)
          .query({ q: "a b&c", n: 2, yes: true, none: undefined })
          .query({ tag: ["x", "y"] })
          .json()) as Echo
      ).target;
    assert.equal(await target("/echo"), "/echo?q=a+b%26c&n=2&yes=true&tag=x&tag=y");
    assert.equal(await target("/echo?z=1"), "/echo?z=1&q=a+b%26c&n=2&yes=true&tag=x&tag=y");
  });

  test("paths as they are written", async () => {
    await using app = await echoApp();
    assert.equal(((await app.get("/echo/a%2fb/%C3%A4").json()) as Echo).target, "/echo/a%2fb/%C3%A4");
  });

  for (const [what, body, type, text] of [
    ["objects as JSON", { a: [1] }, "application/json", '{"a":[1]}'],
    ["null as JSON", null, "application/json", "null"],
    ["numbers as JSON", 3, "application/json", "3"],
    ["text", "h\u00e4", "text/plain;charset=UTF-8", "h\u00e4"],
    ["bytes", new TextEncoder().encode("abc"), "application/octet-stream", "abc"],
    ["array buffers", new TextEncoder().encode("abc").buffer, "application/octet-stream", "abc"],
    ["blobs with their type", new Blob(["a,b"], { type: "text/csv" }), "text/csv", "a,b"],
    [
      "search parameters",
      new URLSearchParams({ a: "1 2" }),
      "application/x-www-form-urlencoded;charset=UTF-8",
      "a=1+2",
    ],
  ] as const)
    test(`${what} as a body`, async () => {
      await using app = await echoApp();
      const said = (await app.post("/echo").send(body).json()) as Echo;
      assert.equal(said.body, text);
      const fields = new Map(said.fields);
      assert.equal(fields.get("content-type"), type);
      assert.equal(fields.get("content-length"), String(Buffer.byteLength(text)));
    });

  test("the media type that the test names", async () => {
    await using app = await echoApp();
    const said = (await app.post("/echo").header("Content-Type", "text/json").send("{").json()) as Echo;
    assert.deepEqual(
      said.fields.filter(([name]) => name === "content-type"),
      [["content-type", "text/json"]],
    );
  });

  test("forms", async () => {
    await using app = await echoApp();
    const said = (await app
      .post("/echo")
      .form({ a: "1 2", b: ["x", "y"] })
      .json()) as Echo;
    assert.equal(said.body, "a=1+2&b=x&b=y");
  });

  test("multipart forms", async () => {
    await using app = await echoApp();
    const file = new File(["0123"], "a.bin", { type: "image/png" });
    await app
      .post("/multipart")
      .multipart({ name: "Ada", image: file })
      .expect(200)
      .expectJson([
        ["name", "Ada"],
        ["image", "a.bin", "image/png", "0123"],
      ]);
  });

  test("once, however often it is awaited", async () => {
    let count = 0;
    const app = await createTestApp(defineModule({ routes: [get("/", () => ({ count: ++count }))] }));
    const request = app.get("/");
    assert.equal(request.sent, false);
    const [one, two] = await Promise.all([request, request]);
    assert.equal(one, two);
    assert.deepEqual(await request.json(), { count: 1 });
    assert.equal(request.sent, true);
    await app.close();
  });

  test("nothing that was said too late", async () => {
    await using app = await echoApp();
    const request = app.get("/echo");
    await request;
    assert.throws(() => request.header("a", "b"), { code: "E_TEST_REQUEST_SENT" });
    assert.throws(() => request.expect(404), { code: "E_TEST_REQUEST_SENT" });
  });

  test("nothing that would not stay one request", async () => {
    await using app = await echoApp();
    for (const path of ["/a b", "/\u00e4", "/a\r\nx: y", ""])
      assert.throws(() => app.get(path), { code: "E_TEST_TARGET" });
    const request = app.get("/echo");
    for (const [name, value] of [
      ["x y", ""],
      ["", ""],
      ["x", "a\nb"],
      ["x", "\u20ac"],
    ] as const)
      assert.throws(() => request.header(name, value), { code: "E_TEST_HEADER" });
    await request;
    await assert.rejects(
      app.post("/echo").send(() => {}),
      { code: "E_TEST_BODY" },
    );
  });
});

describe("TestRequest behaves as a promise", () => {
  test("with then, catch and finally", async () => {
    await using app = await echoApp();
    assert.equal(await app.get("/gone").then(({ status }) => status), 410);
    assert.equal(
      await app
        .get("/gone")
        .expect(200)
        .catch(() => "caught"),
      "caught",
    );
    const order: string[] = [];
    const response = await app.get("/gone").finally(() => order.push("finally"));
    assert.equal(response.status, 410);
    assert.deepEqual(order, ["finally"]);
  });

  test("with Promise.all, assert.rejects and async functions", async () => {
    await using app = await echoApp();
    const [one, two] = await Promise.all([app.get("/gone"), app.get("/echo")]);
    assert.deepEqual([one.status, two.status], [410, 200]);
    await assert.rejects(app.get("/gone").expect(200), AssertionError);
    const indirect = async () => await app.get("/gone");
    assert.equal((await indirect()).status, 410);
  });
});

describe("TestRequest expects", () => {
  test("a status", async () => {
    await using app = await echoApp();
    await app.get("/gone").expect(410);
    await assert.rejects(app.get("/gone").expect(200), (error) => {
      assert.ok(error instanceof AssertionError);
      assert.match(error.message, /^expected 200 OK, got 410 Gone\n/);
      assert.deepEqual([error.actual, error.expected], [410, 200]);
      return true;
    });
  });

  test("headers", async () => {
    await using app = await echoApp();
    await app
      .get("/gone")
      .expectHeader("Content-Type", "application/problem+json")
      .expectHeader("content-type", /^application\//)
      .expectHeader("etag", null);
    const differs = async (value: string | RegExp | null, message: RegExp) =>
      await assert.rejects(app.get("/gone").expectHeader("content-type", value), message);
    await differs("text/html", /expected content-type: "text\/html", got "application\/problem\+json"/);
    await differs(/html/, /expected content-type: \/html\//);
    await differs(null, /expected content-type: none/);
    await assert.rejects(app.get("/gone").expectHeader("etag", "x"), /got none/);
  });

  test("JSON", async () => {
    await using app = await echoApp();
    await app
      .post("/echo")
      .send("x")
      .expectJson({
        method: "POST",
        target: "/echo",
        fields: [
          ["host", "localhost"],
          ["content-type", "text/plain;charset=UTF-8"],
          ["content-length", "1"],
        ],
        body: "x",
      });
    await assert.rejects(app.get("/echo").expectJson({}), (error) => {
      assert.ok(error instanceof AssertionError);
      assert.match(error.message, /^expected another body/);
      assert.equal((error.actual as Echo).method, "GET");
      return true;
    });
    await assert.rejects(app.get("/bytes").expectJson({}), AssertionError);
  });

  test("a body that fits a schema", async () => {
    const gone: StandardSchemaV1<unknown, { code: string }> = schemaOf((value) =>
      typeof value === "object" && value !== null && "code" in value ? { code: String(value.code) } : null,
    );
    await using app = await echoApp();
    const { code } = await app.get("/gone").json(gone);
    assert.equal(code, "E_GONE");
    await assert.rejects(
      app.get("/echo").json(gone),
      /^AssertionError.*fits the schema\n {2}\/: does not fit\n/s,
    );
  });

  test("everything that was said, the first difference first", async () => {
    await using app = await echoApp();
    await assert.rejects(app.get("/gone").expect(410).expect(200).expect(201), /expected 200 OK/);
  });
});

function schemaOf<T>(read: (value: unknown) => T | null): StandardSchemaV1<unknown, T> {
  return {
    "~standard": {
      version: 1,
      vendor: "test",
      validate: (value) => {
        const output = read(value);
        return output === null ? { issues: [{ message: "does not fit" }] } : { value: output };
      },
    },
  };
}

describe("an unmet expectation shows", () => {
  const messageOf = async (run: () => PromiseLike<unknown>): Promise<Error> => {
    try {
      await run();
    } catch (error) {
      if (error instanceof Error) return error;
    }
    throw new Error("There was no error.");
  };

  test("the request and the answer", async () => {
    await using app = await echoApp();
    const { message } = await messageOf(() => app.post("/gone?a=1").send({ b: 2 }).expect(200));
    assert.match(message, /^> POST \/gone\?a=1 HTTP\/1\.1$/m);
    assert.match(message, /^> content-type: application\/json$/m);
    assert.match(message, /^> \{"b":2\}$/m);
    assert.match(message, /^< 405 Method Not Allowed$/m);
    assert.match(message, /^< \{"type":"about:blank".*"E_METHOD_NOT_ALLOWED"/m);
  });

  test("what the application logged about the request, and not about others", async () => {
    await using app = await echoApp();
    await app.get("/fails").header("x-request-id", "another").expect(500);
    const { message } = await messageOf(() => app.get("/fails").expect(200));
    assert.match(message, /logged:\nerror request failed .*handler/);
    assert.match(message, /TypeError: no user in sight\n +at /);
    assert.equal(message.match(/no user in sight/g)?.length, 1);
  });

  test("that bytes are no text", async () => {
    await using app = await echoApp();
    const { message } = await messageOf(() => app.get("/bytes").expect(201));
    assert.match(message, /^< \(2 bytes that are no text\)$/m);
  });

  test("the line of the test", async () => {
    await using app = await echoApp();
    const error = await messageOf(() => app.get("/gone").expect(200));
    const [first] = /^ +at .*$/m.exec(error.stack ?? "") ?? [];
    assert.match(first ?? "", /test-request\.test\./);
  });

  test("only the beginning of long bodies", async () => {
    const long = "x".repeat(100_000);
    await using app = await createTestApp(defineModule({ routes: [post("/", ({ body }) => body.text())] }));
    const { message } = await messageOf(() => app.post("/").send(long).expect(201));
    assert.ok(message.length < 10_000);
    assert.match(message, /\(100000 characters\)/);
  });
});

describe("TestResponse", () => {
  test("gives the problem details of an error, and no others", async () => {
    await using app = await echoApp();
    const { problem } = await app.get("/gone");
    assert.equal(problem.code, "E_GONE");
    assert.equal(problem.detail, "It was here.");
    const fine = await app.get("/echo");
    assert.throws(() => fine.problem, /The answer 200 has no problem details \(got application\/json\)/);
  });

  test("gives text, JSON, bytes and cookies", async () => {
    await using app = await echoApp();
    const bytes = await app.get("/bytes");
    assert.deepEqual([...bytes.bytes], [0xff, 0xfe]);
    assert.throws(() => bytes.text(), TypeError);
    const cookies = await app.get("/cookies");
    assert.deepEqual(cookies.cookies, { a: "1", b: "2" });
    assert.equal(cookies.text(), "");
    assert.throws(() => cookies.json(), SyntaxError);
  });
});
