import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { armature, type MultipartOptions } from "armature";
import { eventually, Handover } from "../serve.ts";
import { LogLines } from "./harness/log-lines.ts";
import { turn } from "./harness/note.ts";
import { ENGINE_WAYS, WAYS, WIRE_WAYS } from "./harness/ways.ts";

const BOUNDARY = "a-boundary";
const TYPE = `multipart/form-data; boundary=${BOUNDARY}`;
const HEADERS = { "content-type": TYPE };

/** A part as it goes over the wire; a file where it has a filename. */
function part(name: string, content: string, filename?: string, type?: string): string {
  const file = filename === undefined ? "" : `; filename="${filename}"`;
  const typeLine = type === undefined ? "" : `content-type: ${type}\r\n`;
  return `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"${file}\r\n${typeLine}\r\n${content}\r\n`;
}

function form(...parts: readonly string[]): string {
  return `${parts.join("")}--${BOUNDARY}--\r\n`;
}

const limits: MultipartOptions = { maxFileBytes: 10, maxFieldBytes: 5, maxFiles: 2, maxFields: 2 };

const source = armature()
  .post("/read", async ({ body }) => {
    const seen: unknown[] = [];
    for await (const one of body.multipart()) {
      seen.push(
        one.kind === "field"
          ? { field: one.name, value: one.value }
          : {
              file: one.name,
              filename: one.filename,
              type: one.type,
              bytes: Buffer.from(await one.bytes()).toString(),
            },
      );
    }
    return seen;
  })
  .post("/leave", async ({ body }) => {
    const names: string[] = [];
    for await (const one of body.multipart()) names.push(one.name);
    return names;
  })
  .post("/part", async ({ body }) => {
    const first: unknown[] = [];
    for await (const one of body.multipart()) {
      if (one.kind === "field") first.push(one.value);
      else
        for await (const chunk of one) {
          first.push(chunk.byteLength > 0);
          break;
        }
    }
    return first;
  })
  .post("/stop", async ({ body }) => {
    for await (const one of body.multipart()) return { first: one.name };
    return { first: null };
  })
  .post("/limited", async ({ body }) => {
    let count = 0;
    for await (const one of body.multipart(limits)) {
      if (one.kind === "file") await one.bytes();
      count++;
    }
    return { count };
  })
  .post("/whole", { maxBodyBytes: 300 }, async ({ body }) => {
    let count = 0;
    for await (const one of body.multipart()) {
      if (one.kind === "file") await one.bytes();
      count++;
    }
    return { count };
  });

for (const way of WAYS)
  describe(`multipart by ${way.name}`, () => {
    test("gives fields and files in order", async () => {
      await using running = await way.start(source);
      const body = form(
        part("title", "h\u00e4"),
        part("image", "0123", "../../etc/passwd", "image/png"),
        part("title", "again"),
        part("empty", "", "empty.txt", "text/plain"),
      );
      const answer = await running.request("POST", "/read", { headers: HEADERS, body });
      assert.deepEqual(answer.json, [
        { field: "title", value: "h\u00e4" },
        { file: "image", filename: "passwd", type: "image/png", bytes: "0123" },
        { field: "title", value: "again" },
        { file: "empty", filename: "empty.txt", type: "text/plain", bytes: "" },
      ]);
    });

    test("gives nothing for an empty form", async () => {
      await using running = await way.start(source);
      const answer = await running.request("POST", "/read", { headers: HEADERS, body: form() });
      assert.deepEqual([answer.status, answer.json], [200, []]);
    });

    test("reads what FormData writes", async () => {
      const data = new FormData();
      data.append("name", "Ada");
      data.append("file", new File(["x".repeat(100_000)], "a b.txt", { type: "text/plain" }));
      const encoded = new Response(data);
      const headers = { "content-type": encoded.headers.get("content-type") ?? "" };
      const body = Buffer.from(await encoded.arrayBuffer());
      await using running = await way.start(source);
      const seen = (await running.request("POST", "/read", { headers, body })).json as Record<
        string,
        string
      >[];
      assert.equal(seen[0]?.["value"], "Ada");
      assert.deepEqual([seen[1]?.["filename"], seen[1]?.["bytes"]?.length], ["a b.txt", 100_000]);
    });

    test("skips files that nobody reads, or reads in part", async () => {
      await using running = await way.start(source);
      const body = form(
        part("one", "x".repeat(300_000), "1.bin"),
        part("two", "x", "2.bin"),
        part("three", "end"),
      );
      const left = await running.request("POST", "/leave", { headers: HEADERS, body });
      assert.deepEqual(left.json, ["one", "two", "three"]);
      const inPart = await running.request("POST", "/part", { headers: HEADERS, body });
      assert.deepEqual(inPart.json, [true, true, "end"]);
    });

    test("lets a handler stop at the first part", async () => {
      await using running = await way.start(source);
      const body = form(part("one", "x".repeat(300_000), "1.bin"), part("two", "x"));
      const answer = await running.request("POST", "/stop", { headers: HEADERS, body });
      assert.deepEqual(answer.json, { first: "one" });
      assert.equal((await running.request("POST", "/read", { headers: HEADERS, body: form() })).status, 200);
    });

    for (const [what, body] of Object.entries({
      "a file that is too large": form(part("f", "01234567890", "f")),
      "a field that is too large": form(part("f", "012345")),
      "too many files": form(part("a", "", "a"), part("b", "", "b"), part("c", "", "c")),
      "too many fields": form(part("a", ""), part("b", ""), part("c", "")),
    }))
      test(`refuses ${what} with 413`, async () => {
        await using running = await way.start(source);
        const answer = await running.request("POST", "/limited", { headers: HEADERS, body });
        assert.equal(answer.status, 413);
        assert.equal(answer.problem["code"], "E_MULTIPART_TOO_LARGE");
      });

    test("takes what is exactly at its limits", async () => {
      await using running = await way.start(source);
      const body = form(part("a", "0123456789", "a"), part("b", "", "b"), part("c", "01234"), part("d", ""));
      const answer = await running.request("POST", "/limited", { headers: HEADERS, body });
      assert.deepEqual([answer.status, answer.json], [200, { count: 4 }]);
    });

    test("refuses a body over the limit of its route with 413", async () => {
      await using running = await way.start(source);
      const body = form(part("f", "x".repeat(1_000), "f"));
      const answer = await running.request("POST", "/whole", { headers: HEADERS, body });
      assert.equal(answer.status, 413);
      assert.equal(answer.problem["code"], "E_BODY_TOO_LARGE");
    });

    for (const type of [
      "application/json",
      "multipart/mixed; boundary=x",
      "multipart/form-data",
      "text/plain",
    ])
      test(`refuses ${type}`, async () => {
        await using running = await way.start(source);
        const answer = await running.request("POST", "/read", {
          headers: { "content-type": type },
          body: form(),
        });
        assert.ok([400, 415].includes(answer.status), String(answer.status));
        assert.match(
          String(answer.problem["code"]),
          /^E_(MEDIA_TYPE_UNSUPPORTED|UNSUPPORTED_MEDIA_TYPE|MULTIPART_INVALID)$/,
        );
      });

    test("refuses a request without a content type with 415", async () => {
      await using running = await way.start(source);
      assert.equal((await running.request("POST", "/read", { body: form() })).status, 415);
    });

    for (const [what, body] of Object.entries({
      "ends within a file": part("f", "012345", "f").slice(0, -4),
      "ends within a field": part("f", "012345").slice(0, -4),
      "ends within the head of a part": part("f", "012345").slice(0, 40),
      "ends without its last boundary": part("f", "012345"),
      "has no boundary at all": "just text",
      "has another boundary": form(part("f", "0")).replaceAll(BOUNDARY, "another"),
      "has a part without a name": `--${BOUNDARY}\r\ncontent-disposition: form-data\r\n\r\nx\r\n--${BOUNDARY}--\r\n`,
    }))
      test(`refuses a body that ${what} with 400`, async () => {
        await using running = await way.start(source);
        const answer = await running.request("POST", "/read", { headers: HEADERS, body });
        assert.equal(answer.status, 400, answer.text);
        assert.equal(answer.problem["code"], "E_MULTIPART_INVALID");
        assert.doesNotMatch(answer.text, /busboy|dicer/i);
      });
  });

for (const way of WIRE_WAYS)
  describe(`a client of multipart by ${way.name}`, () => {
    const head = (length: number): string =>
      `POST / HTTP/1.1\r\nhost: a\r\ncontent-type: ${TYPE}\r\ncontent-length: ${length}\r\n\r\n`;

    test("that leaves within a file fails the one who reads it", async () => {
      const failed = new Handover<unknown>();
      const began = new Handover<void>();
      const lines = new LogLines();
      const upload = armature({ requestLog: true }).post("/", async ({ body }) => {
        try {
          for await (const one of body.multipart()) {
            if (one.kind === "field") continue;
            began.give();
            await one.bytes();
          }
          failed.give("read to its end");
        } catch (error) {
          failed.give(error);
          throw error;
        }
      });
      await using running = await way.start(upload, { logger: lines.logger });
      const client = running.connect();
      await client.send(head(100_000) + part("f", "x".repeat(1_000), "f").slice(0, -2));
      await began.taken;
      client.reset();
      const error = await failed.taken;
      assert.ok(error instanceof Error, String(error));
      await eventually(() => lines.requests().length === 1);
      assert.deepEqual(lines.errorCodes(), []);
    });

    test("sends a large file to a slow reader, which holds only a part of it", async () => {
      const pieces = 200;
      const piece = "x".repeat(64 * 1024);
      const body = form(part("f", piece.repeat(pieces), "f"));
      const go = new Handover<void>();
      const upload = armature().post("/", { maxBodyBytes: 20_000_000 }, async ({ body: reader }) => {
        let length = 0;
        for await (const one of reader.multipart()) {
          if (one.kind === "field") continue;
          await go.taken;
          for await (const chunk of one) length += chunk.byteLength;
        }
        return { length };
      });
      await using running = await way.start(upload);
      const client = running.connect();
      await client.send(head(body.length));
      await client.send(body);
      for (let at = 0; at < 50; at++) await turn();
      // Memory has no buffers of the system between the two.
      if (way.name !== "memory") assert.ok(client.unsentBytes > 0, "all of it was taken at once");
      go.give();
      const [answer] = await client.answers(1);
      assert.equal(answer?.body, JSON.stringify({ length: piece.length * pieces }));
      client[Symbol.dispose]();
    });
  });

for (const way of ENGINE_WAYS)
  test(`multipart by ${way.name} gives a part as soon as it is there`, async () => {
    const seen = new Handover<string>();
    const upload = armature().post("/", async ({ body }) => {
      for await (const one of body.multipart()) if (one.kind === "field") seen.give(one.value);
      return "done";
    });
    await using running = await way.start(upload);
    const client = running.connect();
    const body = form(part("first", "1"), part("second", "2"));
    const cut = body.indexOf("second");
    await client.send(
      `POST / HTTP/1.1\r\nhost: a\r\ncontent-type: ${TYPE}\r\ncontent-length: ${body.length}\r\n\r\n${body.slice(0, cut)}`,
    );
    assert.equal(await seen.taken, "1");
    await client.send(body.slice(cut));
    const [answer] = await client.answers(1);
    assert.equal(answer?.body, "done");
    client[Symbol.dispose]();
  });
