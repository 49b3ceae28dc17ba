import assert from "node:assert/strict";
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import * as fc from "fast-check";
import { armature, type AppBuilder, type Application, type Context } from "armature";
import { build, MEMORY } from "../app/harness/ways.ts";
import type { FuzzProperty, OpenProperty } from "./fuzz-property.ts";
import { mutate, mutations } from "./mutation.ts";

/** Text of escapes, separators and characters of every width. */
const urlText = fc.string({
  unit: fc.constantFrom(
    ..."aZ09-._~!$'()*,:@/?&&&===++%%%[]".split(""),
    ..."%20 %2B %26 %3D %25 %C3%A4 %F0%9F%98%80 %C3 %ff %zz %0 %00 %2e %2F %5c".split(" "),
    "ä",
    "\u20ac",
    "\u{1f600}",
  ),
  maxLength: 40,
});

/** What `URLSearchParams` finds, by name. */
function grouped(search: string): string[][] {
  const params = new URLSearchParams(`?${search}`);
  return sorted([...new Set(params.keys())].map((name) => [name, ...params.getAll(name)]));
}

/** What an application finds, in the same form. Names are values here: JSON.parse of V8 13 confuses some names with escapes. */
function found(record: unknown): string[][] {
  return sorted(
    Object.entries(record as object).map(([name, values]: [string, string | string[]]) =>
      [name, values].flat(),
    ),
  );
}

/** Objects have names that look like numbers in front. */
function sorted(entries: string[][]): string[][] {
  return entries.toSorted(([a = ""], [b = ""]) => (a < b ? -1 : Number(a > b)));
}

/** An application that is asked through `fetch`. */
async function open(
  source: AppBuilder<unknown, string>,
  make: (ask: (target: string, init?: RequestInit) => Promise<Response>) => OpenProperty["property"],
): Promise<OpenProperty> {
  const app: Application = await build(source, {});
  const ask = async (target: string, init: RequestInit = {}): Promise<Response> =>
    await app.fetch(new Request(`http://localhost${target}`, init));
  return { property: make(ask), [Symbol.asyncDispose]: async () => void (await app.close({ graceMs: 0 })) };
}

const entriesOf = ({ request }: Context): string => JSON.stringify(found(request.query));

const queries: FuzzProperty = {
  name: "queries are read as URLSearchParams reads them",
  cost: 2,
  open: async () =>
    open(armature().get("/", entriesOf) as AppBuilder<unknown, string>, (ask) =>
      fc.asyncProperty(urlText, async (search) => {
        // What a Request makes of a query is what comes over the wire.
        const sent = new URL(`http://localhost/?${search}`).search.slice(1);
        const answer = await ask(`/?${sent}`);
        assert.equal(answer.status, 200);
        assert.deepEqual(await answer.json(), grouped(sent));
      }),
    ),
};

const forms: FuzzProperty = {
  name: "forms are read as URLSearchParams reads them",
  cost: 2,
  open: async () =>
    open(
      armature().post("/", async ({ body }) => JSON.stringify(found(await body.value()))) as AppBuilder<
        unknown,
        string
      >,
      (ask) =>
        fc.asyncProperty(urlText, async (text) => {
          // An empty body is no form, and URLSearchParams of Node misreads characters that are not escaped beside escapes.
          const body = `a=b&${text.replaceAll(/[^\0-\x7f]/gu, "_")}`;
          const headers = { "content-type": "application/x-www-form-urlencoded" };
          const answer = await ask("/", { method: "POST", headers, body });
          if (answer.status === 200) assert.deepEqual(await answer.json(), grouped(body));
          else assert.equal(answer.status, 400);
        }),
    ),
};

/** JSON.parse of V8 13 reads such a name differently from one time to the next. */
const ESCAPED_NAME = /"[^"]*\\[^:]*:/;

const json: FuzzProperty = {
  name: "JSON is read as JSON.parse reads it, or refused",
  cost: 2,
  open: async () =>
    open(
      armature().post("/", async ({ body }) => JSON.stringify({ is: await body.value() })) as AppBuilder<
        unknown,
        string
      >,
      (ask) =>
        fc.asyncProperty(fc.json(), mutations, fc.boolean(), async (text, changes, whole) => {
          const body = whole ? Buffer.from(text) : mutate(Buffer.from(text), changes);
          fc.pre(!ESCAPED_NAME.test(body.toString()));
          const headers = { "content-type": "application/json" };
          const answer = await ask("/", { method: "POST", headers, body });
          if (body.length === 0) return assert.deepEqual(await answer.json(), {});
          if (answer.status !== 200) return assert.equal(answer.status, 400);
          assert.equal(await answer.text(), JSON.stringify({ is: JSON.parse(body.toString()) as unknown }));
        }),
    ),
};

const targets: FuzzProperty = {
  name: "a path is canonical: asked for again it is the same, and no target is an error of the server",
  cost: 4,
  open: async () =>
    open(
      armature()
        .get("/files/:name", ({ request, params }) => [request.path, params.name])
        .get("/*rest", ({ request, params }) => [request.path, params.rest]) as AppBuilder<unknown, string>,
      (ask) =>
        fc.asyncProperty(fc.constantFrom("/", "/files/"), urlText, async (prefix, text) => {
          const answer = await ask(prefix + text, { redirect: "manual" });
          if (answer.status !== 200) return assert.ok(answer.status < 500, String(answer.status));
          const seen = (await answer.json()) as [path: string, param: string];
          const again = await ask(seen[0]);
          assert.equal(again.status, 200, seen[0]);
          assert.deepEqual(await again.json(), seen);
        }),
    ),
};

const part = fc.record({
  name: fc
    .string({ unit: "grapheme-ascii", minLength: 1, maxLength: 10 })
    .filter((name) => !/["\\%]/.test(name)),
  filename: fc.option(fc.constantFrom("a.txt", "b c.bin"), { nil: undefined }),
  content: fc.uint8Array({ maxLength: 120 }).map((bytes) => Buffer.from(bytes)),
});

const BOUNDARY = "------------------------a'()+_,-./:=?b";

function encodeParts(
  parts: readonly { name: string; filename: string | undefined; content: Buffer }[],
): Buffer {
  const encoded = parts.map(({ name, filename, content }) => {
    const file = filename === undefined ? "" : `; filename="${filename}"`;
    const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n`;
    return Buffer.concat([Buffer.from(head), content, Buffer.from("\r\n")]);
  });
  return Buffer.concat([...encoded, Buffer.from(`--${BOUNDARY}--\r\n`)]);
}

const readParts = armature().post("/", async ({ body }) => {
  const parts: unknown[] = [];
  for await (const one of body.multipart()) {
    const content = one.kind === "field" ? one.value : Buffer.from(await one.bytes()).toString("base64");
    parts.push([one.name, one.kind === "field" ? null : one.filename, content]);
  }
  return JSON.stringify(parts);
}) as AppBuilder<unknown, string>;

const multipart: FuzzProperty = {
  name: "multipart bodies are read as they were meant; broken ones are refused, and hang nobody",
  cost: 4,
  open: async () =>
    open(readParts, (ask) => {
      const headers = { "content-type": `multipart/form-data; boundary="${BOUNDARY}"` };
      const changes = fc.oneof(fc.constant([]), mutations);
      return fc.asyncProperty(fc.array(part, { maxLength: 4 }), changes, async (parts, broken) => {
        const answer = await ask("/", { method: "POST", headers, body: mutate(encodeParts(parts), broken) });
        assert.ok(answer.status < 500, `${answer.status} ${await answer.clone().text()}`);
        if (broken.length > 0) return void (await answer.text());
        const meant = parts.map(({ name, filename, content }) => [
          name,
          filename ?? null,
          filename === undefined ? content.toString() : content.toString("base64"),
        ]);
        assert.deepEqual(await answer.json(), meant);
      });
    }),
};

const PACKERS = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync, zstd: zstdCompressSync };

const packed: FuzzProperty = {
  name: "packed bodies are unpacked; broken ones are refused, and hang nobody",
  cost: 4,
  open: async () =>
    open(
      armature().post("/", async ({ body }) => Uint8Array.from(await body.bytes())) as AppBuilder<
        unknown,
        string
      >,
      (ask) => {
        const content = fc.oneof(
          fc.uint8Array({ maxLength: 300 }),
          fc.integer({ min: 1, max: 200_000 }).map((size) => new Uint8Array(size)),
        );
        const coding = fc.constantFrom(...(["gzip", "deflate", "br", "zstd"] as const));
        const changes = fc.oneof(fc.constant([]), mutations);
        return fc.asyncProperty(content, coding, changes, async (bytes, name, broken) => {
          const body = mutate(PACKERS[name](bytes), broken);
          const headers = { "content-type": "application/octet-stream", "content-encoding": name };
          const answer = await ask("/", { method: "POST", headers, body });
          const got = Buffer.from(await answer.arrayBuffer());
          assert.ok(answer.status < 500, `${answer.status} ${got.toString()}`);
          if (broken.length === 0 && answer.status !== 413) assert.deepEqual(got, Buffer.from(bytes));
        });
      },
    ),
};

/** What anybody can write into a field. */
const claim = fc.oneof(
  fc.ipV4(),
  fc.constantFrom(
    "127.0.0.1",
    "unknown",
    "_hidden",
    '"[::1]:80"',
    "",
    ",",
    "for=1.2.3.4",
    "10.0.0.1, 127.0.0.1",
  ),
  fc.string({ unit: fc.constantFrom(...'aZ09.,:;="[] '.split("")), maxLength: 20 }),
);

const proxies: FuzzProperty = {
  name: "whatever a client claims, its address is the one that the trusted proxy saw",
  cost: 4,
  open: async () => {
    const source = armature({ trustProxy: "loopback" }).get("/", ({ request }) => request.ip);
    const running = await MEMORY.start(source);
    const strangers = fc.ipV4().filter((address) => !address.startsWith("127."));
    const property = fc.asyncProperty(claim, strangers, async (claimed, seen) => {
      const headers = { "x-forwarded-for": `${claimed}, ${seen}`, forwarded: claimed };
      assert.equal((await running.request("GET", "/", { headers })).text, seen);
    });
    return { property, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() };
  },
};

/** What holds for what an application reads of requests. */
export const APP_PROPERTIES: readonly FuzzProperty[] = [
  queries,
  forms,
  json,
  targets,
  multipart,
  packed,
  proxies,
];
