import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { AnswerError, createClient, type Client, type ClientOptions } from "@armature/client";
import { createApi } from "./api.test.kit.ts";

type Api = ReturnType<typeof createApi>;

/** The two ways to an application: over a socket, and without one. */
const WAYS = {
  socket: async (app: Api, options: ClientOptions): Promise<Client<Api>> =>
    createClient<Api>((await app.listen({ port: 0 })).url, options),
  fetch: async (app: Api, options: ClientOptions): Promise<Client<Api>> =>
    await Promise.resolve(createClient<Api>("http://test.example", { ...options, fetch: app.fetch })),
};

for (const [way, connect] of Object.entries(WAYS)) {
  describe(`calls by ${way}`, () => {
    const app = createApi();
    let client: Client<Api>;
    before(async () => {
      client = await connect(app, { headers: { "x-client": "tests" } });
    });
    after(async () => await app.close({ graceMs: 0 }));

    test("an answer is told apart by its status", async () => {
      const found = await client("/users/:id").get({ params: { id: 1 } });
      assert.ok(found.status === 200);
      assert.deepEqual(found.data, { id: 1, name: "Ada", tags: ["maths"] });
      const missing = await client("/users/:id").get({ params: { id: 7 } });
      assert.ok(missing.status === 404 && !missing.ok);
      assert.deepEqual(
        [missing.problem.code, missing.problem.detail],
        ["E_NOT_FOUND", "There is no user 7."],
      );
      assert.equal(missing.data, undefined);
      const declared = await client("/users/:id").get({ params: { id: 0 } });
      assert.ok(declared.status === 404 && !declared.ok);
      assert.deepEqual([declared.problem.code, declared.data?.reason], ["E_CLIENT_NO_PROBLEM", "zero"]);
    });

    test("what breaks a schema is answered with its problems", async () => {
      const answer = await client("/users").post({ body: { name: "Eve" } as never });
      assert.equal(answer.status, 422);
      assert.equal(answer.problem?.code, "E_VALIDATION_FAILED");
      // Calls that the types let through: the server is of another version, and the message says in what.
      await assert.rejects(
        client("/users")
          .post({ body: { name: 1 } as never })
          .orThrow(),
        {
          code: "E_VALIDATION_FAILED",
          message:
            /^POST \/users was answered 422 E_VALIDATION_FAILED: .* body \/name: [^;]+; body \/tags: [^;]+\. If the types/,
        },
      );
    });

    test("a declared error is known by its code, with its details", async () => {
      const answer = await client("/limited").get({ retry: null });
      assert.ok(answer.status === 429 && answer.problem.code === "QUOTA");
      const limit: number = answer.problem.limit;
      assert.deepEqual([limit, answer.problem.detail, answer.data], [5, "Too many.", undefined]);
    });

    test("orThrow gives the data, or throws what the server said", async () => {
      const user = await client("/users")
        .post({ body: { name: "Eve", tags: [] } })
        .orThrow();
      assert.deepEqual(user, { id: 2, name: "Eve", tags: [] });
      assert.equal(
        await client("/users/:id")
          .delete({ params: { id: 1 } })
          .orThrow(),
        undefined,
      );
      const error = await client("/teapot")
        .get()
        .orThrow()
        .catch((reason: unknown) => reason);
      assert.ok(error instanceof AnswerError);
      assert.deepEqual([error.code, error.status, error.problem.detail], ["TEAPOT", 418, "short and stout"]);
      assert.equal(error.message, "GET /teapot was answered 418 TEAPOT: short and stout");
    });

    test("a route that the server does not have is named", async () => {
      const other = client as unknown as Client<{
        __routes?: { method: "GET"; path: "/newer"; options: object; result: string };
      }>;
      await assert.rejects(other("/newer").get().orThrow(), {
        code: "E_ROUTE_NOT_FOUND",
        message: /^GET \/newer was answered 404 .* the client may be made for another version of it\.$/,
      });
    });

    test("queries, lists and defaults", async () => {
      assert.deepEqual(await client("/users").get().orThrow(), [{ id: 1, name: "Ada", tags: [] }]);
      const [user] = await client("/users")
        .get({ query: { page: 3, tag: ["a&b", "c d"] } })
        .orThrow();
      assert.deepEqual(user, { id: 3, name: "Ada", tags: ["a&b", "c d"] });
    });

    test("paths with optional and typed parameters, and the rest of a path", async () => {
      const whole = await client("/typed/:id(int)/:tab(posts|likes)?")
        .get({ params: { id: 7, tab: "likes" } })
        .orThrow();
      assert.deepEqual([whole.path, whole.params], ["/typed/7/likes", { id: 7, tab: "likes" }]);
      const bare = await client("/typed/:id(int)/:tab(posts|likes)?")
        .get({ params: { id: 7 } })
        .orThrow();
      assert.equal(bare.path, "/typed/7");
      const rest = await client("/rest/*path")
        .get({ params: { path: "a b/c%/ü" } })
        .orThrow();
      assert.deepEqual(rest.params, { path: "a b/c%/ü" });
    });

    test("header fields and cookies", async () => {
      assert.equal(
        await client("/headers")
          .get({ headers: { "x-count": 4 } })
          .orThrow(),
        4,
      );
      assert.equal(
        await client("/cookies")
          .get({ cookies: { theme: 'dark; "blue"' } })
          .orThrow(),
        'dark; "blue"',
      );
      const { headers } = await client("/echo/:text")
        .get({ params: { text: "x" }, headers: { "x-own": "1" } })
        .orThrow();
      assert.deepEqual([headers["x-client"], headers["x-own"]], ["tests", "1"]);
    });

    test("bodies of every kind arrive as what their media type says", async () => {
      const date = await client("/date").get().orThrow();
      assert.deepEqual(date, { at: "1970-01-01T00:00:00.000Z" });
      assert.equal(await client("/text").get().orThrow(), "plain text, ünïcode");
      assert.equal(await client("/nothing").get().orThrow(), undefined);
      assert.deepEqual(await client("/bytes").get().orThrow(), new Uint8Array([0, 1, 255]));
      const head = await client("/users/:id").head({ params: { id: 1 } });
      assert.deepEqual(
        [head.status, head.data, head.headers.get("content-type")],
        [200, undefined, "application/json"],
      );
    });

    test("JSON that is none is an error with the route; pages of proxies are told as errors", async () => {
      await assert.rejects(client("/broken-json").get(), {
        code: "E_CLIENT_JSON",
        message: 'GET /broken-json was answered 200 with a body that should be JSON (got "{\\"a\\":").',
      });
      const answer = await client("/page-of-a-proxy").get({ retry: null });
      assert.deepEqual([answer.status, answer.ok, answer.data], [502, false, "<h1>Bad gateway</h1>"]);
      assert.equal(answer.problem?.code, "E_CLIENT_NO_PROBLEM");
    });

    test("forms, files, text, bytes and streams are sent as what they are", async () => {
      const upload = { title: "a&b=ü", pages: 3 };
      assert.deepEqual(await client("/form").post({ body: upload, format: "form" }).orThrow(), upload);
      const multipart = await client("/files")
        .post({
          body: { title: "x", file: [new File(["abc"], "a.txt"), new Blob(["z"])] },
          format: "multipart",
        })
        .orThrow();
      assert.deepEqual(multipart, [
        { name: "title", kind: "field", size: 1, file: null },
        { name: "file", kind: "file", size: 3, file: "a.txt" },
        { name: "file", kind: "file", size: 1, file: "blob" },
      ]);
      const form = new FormData();
      form.append("file", new File(["abcd"], "ü.txt"));
      const [file] = await client("/files").post({ body: form }).orThrow();
      assert.deepEqual(file, { name: "file", kind: "file", size: 4, file: "ü.txt" });
      const text = await client("/text").post({ body: "ünï" }).orThrow();
      assert.deepEqual(text, { text: "ünï", type: "text/plain;charset=UTF-8" });
      assert.deepEqual(
        await client("/bytes")
          .post({ body: new Uint8Array(5) })
          .orThrow(),
        { length: 5 },
      );
      assert.deepEqual(
        await client("/bytes")
          .post({ body: new Blob(["123"]) })
          .orThrow(),
        { length: 3 },
      );
      assert.deepEqual(
        await client("/bytes")
          .post({ body: new Blob(["123"]).stream() })
          .orThrow(),
        { length: 3 },
      );
      assert.deepEqual(await client("/bytes").post({ body: pieces() }).orThrow(), { length: 6 });
    });

    test("the progress of an upload is told to its end", async () => {
      const told: (readonly [number, number | null])[] = [];
      const body = new Uint8Array(1_000_000);
      const onUploadProgress = ({
        sentBytes,
        totalBytes,
      }: {
        sentBytes: number;
        totalBytes: number | null;
      }): void => void told.push([sentBytes, totalBytes]);
      assert.deepEqual(await client("/bytes").post({ body, onUploadProgress }).orThrow(), {
        length: 1_000_000,
      });
      assert.deepEqual(told.at(-1), [1_000_000, 1_000_000]);
      told.length = 0;
      const form = { file: new File(["abc"], "a.txt") };
      const [file] = await client("/files")
        .post({ body: form, format: "multipart", onUploadProgress })
        .orThrow();
      assert.deepEqual([file?.file, file?.size, told.at(-1)?.[1]], ["a.txt", 3, null]);
      assert.ok((told.at(-1)?.[0] ?? 0) > 100);
    });

    test("a call that nobody awaits is sent", async () => {
      const earlier = await client("/pings").get().orThrow();
      void client("/pings").post();
      for (let count = earlier; count === earlier;) count = await client("/pings").get().orThrow();
      assert.equal(await client("/pings").get().orThrow(), earlier + 1);
    });

    test("a call is sent once, however often it is awaited", async () => {
      const call = client("/users/:id").get({ params: { id: 1 } });
      const [first, second] = await Promise.all([call, call]);
      assert.equal(first, second);
      assert.throws(() => call.lines(), { code: "E_CLIENT_CALL_SENT" });
    });
  });
}

async function* pieces() {
  yield "abc";
  yield new Uint8Array([1, 2]);
  yield await Promise.resolve("z");
}
