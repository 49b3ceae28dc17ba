import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setImmediate as turn } from "node:timers/promises";
import { HttpError, isHttpError } from "@armature/http";
import * as fc from "fast-check";
import { parseMultipart, type MultipartOptions } from "./multipart.ts";
import { MultipartFile, type MultipartPart } from "./multipart-part.ts";

const BOUNDARY = "----x";
const CONTENT_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

/** A part as a client sends it; a file where it has a filename. */
interface Sent {
  readonly name: string;
  readonly filename?: string;
  readonly type?: string;
  readonly content: Uint8Array | string;
}

/** A part as it was read. */
interface Got extends Omit<Sent, "content"> {
  readonly content: string;
}

function encode(parts: readonly Sent[]): Buffer {
  const encoded = parts.flatMap(({ name, filename, type, content }) => [
    Buffer.from(
      `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"${
        filename === undefined ? "" : `; filename="${filename}"`
      }\r\n${type === undefined ? "" : `content-type: ${type}\r\n`}\r\n`,
    ),
    Buffer.from(content),
    Buffer.from("\r\n"),
  ]);
  return Buffer.concat([...encoded, Buffer.from(`--${BOUNDARY}--\r\n`)]);
}

async function* inChunks(body: Uint8Array, ...sizes: number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, i = 0; at < body.length; i = (i + 1) % sizes.length) {
    const size = sizes[i] ?? body.length;
    yield body.subarray(at, at + size);
    at += size;
  }
}

function parse(
  source: Uint8Array | AsyncIterable<Uint8Array>,
  options: MultipartOptions = {},
): AsyncGenerator<MultipartPart> {
  const chunks = source instanceof Uint8Array ? inChunks(source, 0x10000) : source;
  return parseMultipart(chunks, CONTENT_TYPE, options);
}

async function readAll(parts: AsyncIterable<MultipartPart>): Promise<Got[]> {
  const got: Got[] = [];
  for await (const part of parts) {
    const { name, type } = part;
    if (part.kind === "field") got.push({ name, type, content: part.value });
    else
      got.push({
        name,
        type,
        filename: part.filename,
        content: Buffer.from(await part.bytes()).toString("latin1"),
      });
  }
  return got;
}

async function namesOf(parts: AsyncIterable<MultipartPart>): Promise<string[]> {
  const names: string[] = [];
  for await (const part of parts) names.push(part.name);
  return names;
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "none";
  } catch (error) {
    assert.ok(isHttpError(error), `an error for the client, not ${String(error)}`);
    return `${error.status} ${error.code}`;
  }
}

const INVALID = "400 E_MULTIPART_INVALID";
const TOO_LARGE = "413 E_MULTIPART_TOO_LARGE";

const SENT: readonly Sent[] = [
  { name: "title", content: "grüße" },
  { name: "empty", content: "" },
  { name: "photo", filename: "a b.png", type: "image/png", content: Buffer.from([0, 255, 13, 10, 45, 45]) },
  { name: "boundary", content: `\r\n--${BOUNDARY.slice(0, -1)}\r\n--` },
  { name: "none", filename: "empty.txt", type: "text/plain", content: "" },
];
const READ: readonly Got[] = [
  { name: "title", type: "text/plain", content: "grüße" },
  { name: "empty", type: "text/plain", content: "" },
  { name: "photo", filename: "a b.png", type: "image/png", content: "\0\xff\r\n--" },
  { name: "boundary", type: "text/plain", content: `\r\n--${BOUNDARY.slice(0, -1)}\r\n--` },
  { name: "none", filename: "empty.txt", type: "text/plain", content: "" },
];

describe("parseMultipart", () => {
  test("gives the same parts wherever the body is split", async () => {
    const body = encode(SENT);
    for (let at = 1; at <= body.length; at++) {
      const parts = parse(inChunks(body, at, body.length));
      assert.deepEqual(await readAll(parts), READ, `split at ${at}`);
    }
    assert.deepEqual(await readAll(parse(inChunks(body, 1))), READ, "byte by byte");
  });

  test("gives any parts that were sent, in any chunks", async () => {
    const name = fc.string({
      unit: fc.constantFrom("a", "Z", "0", "[", "]", "_", "é", "漢", " ", "."),
      minLength: 1,
    });
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.string({
        unit: fc.constantFrom("\r", "\n", "-", "x", BOUNDARY, `\r\n--${BOUNDARY.slice(1)}`),
        maxLength: 20,
      }),
    );
    const part = fc.record({ name, content, isFile: fc.boolean() });
    const sizes = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 8 }), sizes, async (parts, chunkSizes) => {
        const sent = parts.map(({ isFile, ...rest }) =>
          isFile
            ? { ...rest, filename: "f", type: "application/x" }
            : { ...rest, content: Buffer.from(rest.content).toString("utf8") },
        );
        const body = encode(sent);
        // What holds a delimiter is another body, and no concern of this test.
        fc.pre(sent.every(({ content: text }) => !Buffer.from(text).includes(`\r\n--${BOUNDARY}`)));
        fc.pre(
          sent.every(
            ({ content: text }) => !Buffer.from(text).toString("latin1").startsWith(`--${BOUNDARY}`),
          ),
        );
        const got = await readAll(parse(inChunks(body, ...chunkSizes)));
        assert.deepEqual(
          got,
          sent.map((one) => ({
            type: "text/plain",
            ...one,
            content: "filename" in one ? Buffer.from(one.content).toString("latin1") : one.content,
          })),
        );
      }),
    );
  });

  test("passes over a preamble, an epilogue and parts that are no form data", async () => {
    const body = Buffer.from(
      [
        "a preamble",
        `--${BOUNDARY}`,
        "content-disposition: attachment; name=a",
        "",
        "not for us",
        `--${BOUNDARY}`,
        "x-other: y",
        "",
        "nor this",
        `--${BOUNDARY}`,
        'content-disposition: form-data; name="b"',
        "",
        "1",
        `--${BOUNDARY}--`,
        "an epilogue",
      ].join("\r\n"),
    );
    for (const size of [1, 7, body.length])
      assert.deepEqual(await namesOf(parse(inChunks(body, size))), ["b"]);
  });

  test("takes the folders off a client's name for a file", async () => {
    const names = { "../../etc/passwd": "passwd", "C:\\temp\\a.txt": "a.txt", "..": "", "": "" };
    for (const [sent, expected] of Object.entries(names)) {
      const body = encode([{ name: "f", filename: sent, content: "x" }]);
      for await (const part of parse(body))
        assert.equal(part instanceof MultipartFile && part.filename, expected);
    }
  });

  test("gives a file without a name of its own the name that is none", async () => {
    const [file] = await readAll(
      parse(encode([{ name: "f", type: "application/octet-stream", content: "bytes" }])),
    );
    assert.deepEqual(file, { name: "f", filename: "", type: "application/octet-stream", content: "bytes" });
  });

  test("refuses a part without a name (RFC 7578, 4.2)", async () => {
    for (const disposition of ["form-data", 'form-data; filename="a"']) {
      const body = Buffer.from(
        `--${BOUNDARY}\r\ncontent-disposition: ${disposition}\r\n\r\nx\r\n--${BOUNDARY}--\r\n`,
      );
      assert.equal(await codeOf(readAll(parse(body))), INVALID, disposition);
    }
  });

  test("refuses a content type without a usable boundary", async () => {
    const body = encode(SENT);
    for (const type of ["multipart/form-data", "multipart/form-data; a=b"])
      assert.equal(await codeOf(readAll(parseMultipart(inChunks(body, 10), type, {}))), INVALID, type);
  });
});

describe("a multipart body that ends early", () => {
  const body = encode([
    { name: "a", content: "1" },
    { name: "f", filename: "f", content: "0123456789" },
    { name: "b", content: "2" },
  ]);
  const end = body.lastIndexOf("--") + 2;

  test("is refused wherever it is cut, and gives the parts that came before", async () => {
    for (let cut = 0; cut <= body.length; cut++)
      for (const size of [3, body.length]) {
        const expected = cut < end ? INVALID : "none";
        assert.equal(
          await codeOf(readAll(parse(inChunks(body.subarray(0, cut), size)))),
          expected,
          `cut at ${cut}`,
        );
      }
  });

  test("fails the file that is being read, in whichever way it is read", async () => {
    const cut = body.subarray(0, body.indexOf("89"));
    const readers: readonly ((file: MultipartFile) => Promise<unknown>)[] = [
      (file) => file.bytes(),
      (file) => pipeline(file.stream(), new Writable({ write: (_chunk, _encoding, done) => done() })),
      async (file) => {
        for await (const _chunk of file);
      },
    ];
    for (const read of readers)
      for (const size of [5, body.length]) {
        let fromFile = "nothing was read";
        const fromParts = await codeOf(
          (async () => {
            for await (const part of parse(inChunks(cut, size)))
              if (part instanceof MultipartFile) fromFile = await codeOf(read(part));
          })(),
        );
        assert.deepEqual([fromFile, fromParts], [INVALID, INVALID]);
      }
  });

  test("passes on what the source says of it, as it is", async () => {
    const reason = new HttpError(413, "E_BODY_TOO_LARGE", "too large");
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield body.subarray(0, body.indexOf("5"));
      await turn();
      throw reason;
    }
    const errors: unknown[] = [];
    const keep = (error: unknown): void => void errors.push(error);
    for await (const part of parse(failing())) {
      if (part instanceof MultipartFile) {
        await part.bytes().catch(keep);
        break;
      }
    }
    await readAll(parse(failing())).catch(keep);
    assert.deepEqual(errors, [reason, reason]);
  });
});

describe("the limits of a multipart body", () => {
  const file = (size: number, name = "f"): Sent => ({ name, filename: name, content: "x".repeat(size) });
  const field = (size: number, name = "a"): Sent => ({ name, content: "x".repeat(size) });

  const EDGES: readonly (readonly [MultipartOptions, within: readonly Sent[], over: readonly Sent[]])[] = [
    [{ maxFileBytes: 10 }, [file(10), file(10)], [file(10), file(11)]],
    [{ maxFileBytes: 0 }, [file(0)], [file(1)]],
    [{ maxFieldBytes: 10 }, [field(10), field(10)], [field(10), field(11)]],
    [{ maxFieldBytes: 10 }, [{ name: "a", content: "üüüüü" }], [{ name: "a", content: "üüüüüü" }]],
    [{ maxFieldBytes: 0 }, [field(0)], [field(1)]],
    [{}, [field(64 * 1024)], [field(64 * 1024 + 1)]],
    [{ maxFiles: 2 }, [file(1), file(1), field(1)], [file(1), file(1), file(1)]],
    [{ maxFields: 2 }, [field(1), field(1), file(1)], [field(1), field(1), field(1)]],
    [{}, Array.from({ length: 10 }, () => file(1)), Array.from({ length: 11 }, () => file(1))],
    [{}, Array.from({ length: 100 }, () => field(1)), Array.from({ length: 101 }, () => field(1))],
    [{ maxFieldBytes: Infinity }, [field(1024 * 1024)], []],
  ];

  test("let through what is exactly at them, and nothing more", async () => {
    for (const [options, within, over] of EDGES)
      for (const size of [977, 100_000]) {
        assert.equal((await readAll(parse(inChunks(encode(within), size), options))).length, within.length);
        if (over.length === 0) continue;
        const code = await codeOf(readAll(parse(inChunks(encode(over), size), options)));
        assert.equal(code, TOO_LARGE, JSON.stringify(options));
      }
  });

  test("fail the file that is over them while it is read", async () => {
    let code = "";
    const parts = parse(inChunks(encode([file(100)]), 40), { maxFileBytes: 50 });
    for await (const part of parts) {
      if (part instanceof MultipartFile) code = await codeOf(part.bytes());
      break;
    }
    assert.equal(code, TOO_LARGE);
  });

  test("name the part that is over them", async () => {
    const parts = parse(encode([field(5, "short"), field(50, "long")]), { maxFieldBytes: 10 });
    await assert.rejects(readAll(parts), /"long" has more than 10 bytes/);
  });
});

describe("a file of a multipart body", () => {
  const BIG = encode([
    { name: "f", filename: "f", content: "x".repeat(500_000) },
    { name: "after", content: "1" },
  ]);
  const SMALL = encode([
    { name: "f", filename: "f", content: "xyz" },
    { name: "after", content: "1" },
  ]);

  const WAYS_TO_LEAVE: Readonly<Record<string, (file: MultipartFile) => Promise<unknown> | void>> = {
    unread: () => {},
    "its iterator at the first piece": async (file) => {
      for await (const _chunk of file) break;
    },
    "its stream, destroyed unread": (file) => void file.stream().destroy(),
    "its stream, destroyed after a piece": async (file) => {
      for await (const _chunk of file.stream()) break;
    },
    "a pipeline that fails": async (file) => {
      const full = new Writable({ write: (_chunk, _encoding, done) => done(new Error("disk full")) });
      await assert.rejects(pipeline(file.stream(), full), /disk full/);
    },
    "an iterator that still waits": async (file) => {
      const iterator = file[Symbol.asyncIterator]();
      await iterator.next();
      void iterator.next();
    },
    "its stream while it waits": async (file) => {
      const stream = file.stream();
      stream.read();
      await turn();
      stream.destroy();
    },
  };

  for (const [way, leave] of Object.entries(WAYS_TO_LEAVE))
    test(`can be left: ${way}`, async () => {
      for (const body of [SMALL, BIG])
        for (const size of [1000, body.length]) {
          const names: string[] = [];
          for await (const part of parse(inChunks(body, size))) {
            names.push(part.name);
            if (part instanceof MultipartFile) await leave(part);
          }
          assert.deepEqual(names, ["f", "after"]);
        }
    });

  test("is read from the client no further than its reader asks", async () => {
    let pulled = 0;
    async function* source(): AsyncGenerator<Uint8Array> {
      for (const chunk of [BIG.subarray(0, 100), ...Array.from({ length: 400 }, () => Buffer.alloc(1000))]) {
        pulled += chunk.length;
        yield chunk;
      }
      yield BIG.subarray(BIG.length - 200);
    }
    for await (const part of parse(source())) {
      if (!(part instanceof MultipartFile)) continue;
      for (let i = 0; i < 100; i++) await turn();
      assert.ok(pulled < 200_000, `${pulled} bytes were read for nobody`);
      const { length } = await part.bytes();
      assert.ok(length > 400_000);
    }
  });

  test("has one stream, which gives its bytes", async () => {
    for await (const part of parse(inChunks(BIG, 70_000))) {
      if (!(part instanceof MultipartFile)) continue;
      assert.equal(part.stream(), part.stream());
      let total = 0;
      for await (const chunk of part.stream()) total += (chunk as Uint8Array).length;
      assert.equal(total, 500_000);
    }
  });

  test("can be one of many that arrive at once, without a warning about listeners", async () => {
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on("warning", note);
    const files = Array.from({ length: 50 }, (_, at) => ({ name: `f${at}`, filename: "f", content: "x" }));
    assert.equal((await namesOf(parse(encode(files), { maxFiles: 50 }))).length, 50);
    await turn();
    process.off("warning", note);
    assert.deepEqual(warnings, []);
  });
});

describe("parts that are left half-way", () => {
  test("do not wait for a client that is slow, and let go of the source when it comes back", async () => {
    const more = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    async function* slow(): AsyncGenerator<Uint8Array> {
      try {
        const body = encode(SENT);
        yield body.subarray(0, body.indexOf('"empty"'));
        await more.promise;
        yield new Uint8Array(0);
      } finally {
        closed.resolve();
      }
    }
    for await (const part of parse(slow())) {
      assert.equal(part.name, "title");
      break;
    }
    more.resolve();
    await closed.promise;
  });

  test("fail a file that somebody still reads", async () => {
    async function* source(): AsyncGenerator<Uint8Array> {
      yield encode([{ name: "f", filename: "f", content: "x".repeat(100) }]).subarray(0, -20);
      await new Promise(() => {});
    }
    let reading: Promise<unknown> = Promise.resolve();
    for await (const part of parse(source())) {
      if (part instanceof MultipartFile) reading = part.bytes();
      break;
    }
    await assert.rejects(reading);
  });

  test("may throw through the loop", async () => {
    const mistake = new Error("of the handler");
    await assert.rejects(
      (async () => {
        for await (const _part of parse(encode(SENT))) throw mistake;
      })(),
      mistake,
    );
  });
});
