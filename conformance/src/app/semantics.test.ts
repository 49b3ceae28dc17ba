import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import { armature, cors, defineMethod, defineModule, HttpError } from "armature";
import { LogLines } from "./harness/log-lines.ts";
import { turn } from "./harness/note.ts";
import { WAYS, WIRE_WAYS, type RunningOnWire } from "./harness/ways.ts";

const LINKS = ["</a.css>; rel=preload; as=style", "</b.js>; rel=preload; as=script"];
let entered = 0;

const source = armature()
  .get("/vary", (context) => {
    context.vary("Accept");
    context.vary("x-a", "accept");
    return context.reply(200, "vary").vary("x-b");
  })
  .get("/star", (context) => {
    context.vary("accept");
    context.vary("*");
    return "star";
  })
  .get("/type", (context) => {
    const type = context.accepts(["application/json", "text/plain"]);
    if (type === null) throw new HttpError(406, "E_NOT_ACCEPTABLE");
    return type === "text/plain" ? "plain" : { json: true };
  })
  .get("/language", (context) => context.acceptsLanguages(["en", "de"]) ?? "none")
  .get("/hints", (context) => {
    context.earlyHints(LINKS);
    return "hinted";
  })
  .get("/guarded", { guards: [() => false] }, () => {
    entered++;
    return "secret";
  })
  .get("/summed", ({ reply }) => {
    const hash = createHash("sha256");
    const body = async function* summed(): AsyncGenerator<string> {
      for (const piece of ["ab", "cd"]) {
        hash.update(piece);
        yield piece;
        await turn();
      }
    };
    return reply.stream(body(), {
      trailers: { "x-sum": () => hash.digest("hex"), "x-none": () => undefined },
    });
  })
  .get("/forbidden", ({ reply }) => reply.stream(["a"], { trailers: { "Content-Length": () => "1" } }))
  .get("/broken", ({ reply }) => reply.stream(["a"], { trailers: { "x-a": () => "1\r\nb: 2" } }))
  .post("/trailers", async (context) => {
    const { body } = context.request;
    const before = body.trailers?.size ?? "none";
    const text = await body.text();
    return {
      before,
      text,
      sum: body.trailers?.get("x-sum") ?? null,
      header: context.headers.get("x-sum") ?? null,
    };
  })
  .get("/204", ({ reply }) => reply(204))
  .get("/205", ({ reply }) => reply(205))
  .get("/304", ({ reply }) => reply(304));

for (const way of WAYS) {
  describe(`fields that answers depend on by ${way.name}`, () => {
    test("are named once, by stages and replies", async () => {
      await using running = await way.start(source);
      assert.equal((await running.request("GET", "/vary")).header("vary"), "Accept, x-a, x-b");
      assert.equal((await running.request("GET", "/star")).header("vary"), "*");
    });

    test("are named together with those of CORS", async () => {
      const app = armature({ middleware: [cors({ origin: "https://a.example" })] }).get("/", (context) => {
        context.vary("accept");
        return "a";
      });
      await using running = await way.start(app);
      assert.deepEqual((await running.request("GET", "/")).all("vary"), ["Origin, accept"]);
    });

    test("are those that were negotiated by", async () => {
      await using running = await way.start(source);
      const typed = await running.request("GET", "/type", { headers: { accept: "text/*" } });
      assert.deepEqual([typed.text, typed.header("vary")], ["plain", "accept"]);
      const refused = await running.request("GET", "/type", { headers: { accept: "image/png" } });
      assert.deepEqual([refused.status, refused.header("vary")], [406, "accept"]);
      const german = await running.request("GET", "/language", { headers: { "accept-language": "de-CH" } });
      assert.deepEqual([german.text, german.header("vary")], ["de", "accept-language"]);
    });

    test("are those that say the version", async () => {
      const app = armature()
        .get("/", { version: "1" }, () => "one")
        .get("/", { version: "2" }, () => "two")
        .get("/other", () => "other");
      await using byHeader = await way.start(app, { versioning: { type: "header", default: "1" } });
      const two = await byHeader.request("GET", "/", { headers: { "x-api-version": "2" } });
      assert.deepEqual([two.text, two.header("vary")], ["two", "x-api-version"]);
      const none = await byHeader.request("GET", "/", { headers: { "x-api-version": "3" } });
      assert.deepEqual([none.status, none.header("vary")], [404, "x-api-version"]);
      assert.equal((await byHeader.request("GET", "/other")).header("vary"), undefined);
      await using byType = await way.start(app, { versioning: { type: "media-type", default: "1" } });
      assert.equal((await byType.request("GET", "/")).header("vary"), "accept");
    });
  });

  describe(`methods by ${way.name}`, () => {
    test("HEAD passes the guards of GET", async () => {
      await using running = await way.start(source);
      entered = 0;
      assert.equal((await running.request("HEAD", "/guarded")).status, 403);
      assert.equal(entered, 0);
    });

    test("a hint does not get in the way of the answer", async () => {
      await using running = await way.start(source);
      assert.equal((await running.request("GET", "/hints")).text, "hinted");
    });

    test("statuses without a body have none, and a date", async () => {
      await using running = await way.start(source);
      for (const status of [204, 205, 304]) {
        const answer = await running.request("GET", `/${status}`);
        assert.deepEqual([answer.status, answer.text], [status, ""]);
        assert.equal(answer.header("content-length"), status === 205 ? "0" : undefined);
        assert.equal(answer.header("transfer-encoding"), undefined);
        if (way.isWire) assert.match(answer.header("date") ?? "", / GMT$/);
      }
    });
  });

  test(`trailer fields that may not be sent are the server's fault, by ${way.name}`, async () => {
    const lines = new LogLines();
    await using running = await way.start(source, { logger: lines.logger });
    assert.equal((await running.request("GET", "/forbidden")).status, 500);
    assert.deepEqual(lines.errorCodes(), ["E_TRAILER_FORBIDDEN"]);
    // A Response has no place for them, so that nobody asks for their values.
    const hasPlace = way.name !== "fetch";
    const broken = await running.request("GET", "/broken", hasPlace ? { headers: { te: "trailers" } } : {});
    assert.equal(broken.cut, hasPlace);
  });
}

async function send(
  running: RunningOnWire,
  text: string,
  isComplete: (text: string) => boolean,
): Promise<string> {
  const client = running.connect();
  await client.send(text);
  await client.until(() => isComplete(client.text));
  client[Symbol.dispose]();
  return client.text;
}

/** The answers to one request on a connection that ends behind it. */
async function exchange(running: RunningOnWire, line: string, ...fields: string[]): Promise<string> {
  const text = [line, "host: a", "connection: close", ...fields, "", ""].join("\r\n");
  return await send(running, text, () => false);
}

for (const way of WIRE_WAYS)
  describe(`on the wire by ${way.name}`, () => {
    test("early hints come in front of the answer, and not to HTTP/1.0", async () => {
      await using running = await way.start(source);
      const text = await exchange(running, "GET /hints HTTP/1.1");
      assert.match(text, /^HTTP\/1\.1 103 Early Hints\r\n[^]*?\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
      const [hints = ""] = text.split("\r\n\r\n");
      for (const link of LINKS) assert.ok(hints.includes(link), hints);
      assert.doesNotMatch(await exchange(running, "GET /hints HTTP/1.0"), /103/);
    });

    test("OPTIONS * names every method", async () => {
      await using running = await way.start(source);
      const text = await exchange(running, "OPTIONS * HTTP/1.1");
      assert.match(text, /^HTTP\/1\.1 204 /);
      assert.match(text, /^allow: GET, HEAD, OPTIONS, POST\r$/im);
    });

    test("TRACE is refused, and shows nothing of the request", async () => {
      await using running = await way.start(source);
      const text = await exchange(running, "TRACE /vary HTTP/1.1", "cookie: secret=1");
      assert.match(text, /^HTTP\/1\.1 405 /);
      assert.match(text, /^allow: GET, HEAD, OPTIONS\r$/im);
      assert.doesNotMatch(text, /secret/);
    });

    test("CONNECT is refused", async () => {
      await using running = await way.start(source);
      const text = await exchange(running, "CONNECT other.example:443 HTTP/1.1");
      // A node:http server hands tunnels to others, and closes where there are none.
      if (!way.hasEngine) return assert.equal(text, "");
      assert.match(text, /^HTTP\/1\.1 405 /);
      assert.match(text, /^allow: GET, HEAD, OPTIONS, POST\r$/im);
      assert.match(text, /"code":"E_METHOD_NOT_ALLOWED"/);
    });

    test("trailers of an answer are announced and sent where the client takes them", async () => {
      await using running = await way.start(source);
      const sum = createHash("sha256").update("abcd").digest("hex");
      const text = await exchange(running, "GET /summed HTTP/1.1", "te: trailers");
      assert.match(text, /^trailer: x-sum, x-none\r$/im);
      assert.match(text, new RegExp(`\r\n0\r\nx-sum: ${sum}\r\n\r\n$`, "i"));
      const plain = await exchange(running, "GET /summed HTTP/1.1");
      assert.doesNotMatch(plain, /x-sum/i);
      assert.ok(plain.endsWith("\r\n0\r\n\r\n"));
      assert.doesNotMatch(await exchange(running, "GET /summed HTTP/1.0", "te: trailers"), /x-sum/i);
    });

    test("trailers of a request are read behind its body", async () => {
      await using running = await way.start(source);
      const head =
        "POST /trailers HTTP/1.1\r\nhost: a\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n";
      const rest = "4\r\nabcd\r\n0\r\nx-sum: 12\r\nhost: evil\r\n\r\n";
      const client = running.connect();
      await client.send(head);
      await turn();
      await client.send(rest);
      await client.closing();
      assert.match(client.text, /{"before":"none","text":"abcd","sum":"12","header":null}$/);
    });
  });

test("routes for TRACE and CONNECT are mistakes at boot", async () => {
  for (const method of ["TRACE", "CONNECT"]) {
    const module = defineModule({ routes: [defineMethod(method)("/", () => "a")] });
    const { createApp } = await import("armature");
    await assert.rejects(createApp(module), (error: Error) => {
      assert.match(error.message, new RegExp(`${method} is refused by every application`));
      return true;
    });
  }
});
