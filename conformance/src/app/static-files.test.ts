import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { armature, defineModule, get } from "armature";
import { staticFiles } from "armature/static";
import { eventually } from "../serve.ts";
import type { Answer } from "./harness/answer.ts";
import { LogLines } from "./harness/log-lines.ts";
import { readParts } from "./harness/read-parts.ts";
import { ENGINE_WAYS, NATIVE, WAYS, WIRE_WAYS, type Source } from "./harness/ways.ts";

const MODIFIED = new Date(Date.UTC(2024, 1, 29, 12, 30, 15, 500));
const TEXT = "0123456789";
const LARGE_BYTES = 64 * 1024 * 1024;
const isWindows = process.platform === "win32";

let outer = "";
let root = "";
let source: Source;

before(() => {
  outer = mkdtempSync(join(tmpdir(), "armature-static-"));
  root = join(outer, "public");
  mkdirSync(join(root, "sub"), { recursive: true });
  mkdirSync(join(root, ".hidden"));
  mkdirSync(join(outer, "public-other"));
  const files: Readonly<Record<string, string>> = {
    "public/a.txt": TEXT,
    "public/index.html": "<h1>index</h1>",
    "public/sub/index.html": "<h1>sub</h1>",
    "public/page.html": "<p>",
    "public/app.js": "1;",
    "public/style.css": "p{}",
    "public/data.json": "{}",
    "public/image.png": "png",
    "public/image.svg": "<svg/>",
    "public/font.woff2": "font",
    "public/odd.unknown": "?",
    "public/noending": "?",
    "public/empty.txt": "",
    "public/\u00e4 b.txt": "umlaut",
    "public/.env": "SECRET=1",
    "public/.hidden/file.txt": "secret",
    "secret.txt": "secret",
    "public-other/file.txt": "secret",
  };
  for (const [path, content] of Object.entries(files)) {
    writeFileSync(join(outer, path), content);
    utimesSync(join(outer, path), MODIFIED, MODIFIED);
  }
  const large = openSync(join(root, "large.bin"), "w");
  ftruncateSync(large, LARGE_BYTES);
  closeSync(large);
  if (!isWindows) {
    symlinkSync(join(outer, "secret.txt"), join(root, "link-out.txt"));
    symlinkSync(outer, join(root, "link-dir"));
    symlinkSync(join(root, "a.txt"), join(root, "link-in.txt"));
    execFileSync("mkfifo", [join(root, "pipe")]);
  }
  source = defineModule({
    routes: [
      get("/files/*path?", staticFiles(root)),
      get("/plain/*path", staticFiles(root, { index: false, cacheControl: "no-store", dotfiles: true })),
      get("/download", ({ reply }) => reply.file(join(root, "a.txt"), { download: "r\u00e9sum\u00e9.txt" })),
      get("/typed", ({ reply }) => reply.file(join(root, "a.txt"), { type: "text/x-own" })),
      get("/missing", ({ reply }) => reply.file(join(root, "missing.txt"))),
      get("/headers", ({ reply }) =>
        reply.file("a.txt", { root }).header("etag", '"own"').header("x-a", "1"),
      ),
    ],
  });
});

after(() => rmSync(outer, { recursive: true, force: true }));

function etagOf(answer: Answer): string {
  const etag = answer.header("etag") ?? "";
  assert.match(etag, /^"[\w-]+"$/);
  return etag;
}

for (const way of [...WAYS, NATIVE])
  describe(`static files by ${way.name}`, { skip: way.missing ?? false }, () => {
    test("are sent with type, length, version and dates", async () => {
      await using running = await way.start(source);
      const answer = await running.request("GET", "/files/a.txt");
      assert.deepEqual([answer.status, answer.text], [200, TEXT]);
      assert.equal(answer.header("content-type"), "text/plain; charset=utf-8");
      assert.equal(answer.header("content-length"), "10");
      assert.equal(answer.header("last-modified"), "Thu, 29 Feb 2024 12:30:15 GMT");
      assert.equal(answer.header("cache-control"), "public, max-age=0");
      assert.equal(answer.header("accept-ranges"), "bytes");
      etagOf(answer);
    });

    test("have the media type of their ending", async () => {
      await using running = await way.start(source);
      const types: Readonly<Record<string, RegExp>> = {
        "page.html": /^text\/html; charset=utf-8$/,
        "app.js": /^(text|application)\/javascript; charset=utf-8$/,
        "style.css": /^text\/css; charset=utf-8$/,
        "data.json": /^application\/json$/,
        "image.png": /^image\/png$/,
        "image.svg": /^image\/svg\+xml$/,
        "font.woff2": /^font\/woff2$/,
        "odd.unknown": /^application\/octet-stream$/,
        noending: /^application\/octet-stream$/,
      };
      for (const [path, type] of Object.entries(types))
        assert.match(
          (await running.request("GET", `/files/${path}`)).header("content-type") ?? "",
          type,
          path,
        );
    });

    test("may be empty, and have any name", async () => {
      await using running = await way.start(source);
      const empty = await running.request("GET", "/files/empty.txt");
      assert.deepEqual([empty.status, empty.text, empty.header("content-length")], [200, "", "0"]);
      assert.equal((await running.request("GET", "/files/%C3%A4%20b.txt")).text, "umlaut");
    });

    test("answer HEAD with the same head", async () => {
      await using running = await way.start(source);
      const whole = await running.request("GET", "/files/a.txt");
      const head = await running.request("HEAD", "/files/a.txt");
      assert.deepEqual([head.status, head.text], [200, ""]);
      for (const name of ["content-type", "content-length", "etag", "last-modified", "accept-ranges"])
        assert.equal(head.header(name), whole.header(name), name);
    });

    test("stand for their folder where they are its index", async () => {
      await using running = await way.start(source);
      for (const path of ["/files", "/files/", "/files/index.html"])
        assert.equal((await running.request("GET", path)).text, "<h1>index</h1>", path);
      assert.equal((await running.request("GET", "/files/sub/")).text, "<h1>sub</h1>");
      assert.equal((await running.request("GET", "/plain/sub/")).status, 404);
      assert.equal((await running.request("GET", "/plain/")).status, 404);
    });

    test("are not there where they are not", async () => {
      await using running = await way.start(source);
      for (const path of [
        "/files/missing.txt",
        "/files/a.txt/",
        "/files/a.txt/b",
        "/files/sub/missing",
        "/missing",
      ]) {
        const answer = await running.request("GET", path);
        assert.equal(answer.status, 404, path);
        assert.equal(answer.problem["code"], "E_FILE_NOT_FOUND");
        assert.doesNotMatch(answer.text, /armature-static|public/);
        assert.equal(answer.header("etag"), undefined);
      }
    });

    test("are asked for again by version", async () => {
      await using running = await way.start(source);
      const etag = etagOf(await running.request("GET", "/files/a.txt"));
      const get304 = async (headers: Record<string, string>): Promise<number> => {
        const answer = await running.request("GET", "/files/a.txt", { headers });
        if (answer.status !== 304) return answer.status;
        assert.equal(answer.text, "");
        assert.equal(answer.header("etag"), etag);
        assert.equal(answer.header("cache-control"), "public, max-age=0");
        assert.equal(answer.header("content-type"), undefined);
        return 304;
      };
      assert.equal(await get304({ "if-none-match": etag }), 304);
      assert.equal(await get304({ "if-none-match": `W/${etag}` }), 304);
      assert.equal(await get304({ "if-none-match": `"x", ${etag}` }), 304);
      assert.equal(await get304({ "if-none-match": "*" }), 304);
      assert.equal(await get304({ "if-none-match": '"x"' }), 200);
      assert.equal(await get304({ "if-modified-since": "Thu, 29 Feb 2024 12:30:15 GMT" }), 304);
      assert.equal(await get304({ "if-modified-since": "Thu, 29 Feb 2024 12:30:14 GMT" }), 200);
      assert.equal(await get304({ "if-modified-since": "yesterday" }), 200);
      // The version says more than the date.
      const date = "Thu, 29 Feb 2024 12:30:15 GMT";
      assert.equal(await get304({ "if-none-match": '"x"', "if-modified-since": date }), 200);
    });

    test("are refused where another version is asked for", async () => {
      await using running = await way.start(source);
      const etag = etagOf(await running.request("GET", "/files/a.txt"));
      const statusOf = async (headers: Record<string, string>): Promise<number> =>
        (await running.request("GET", "/files/a.txt", { headers })).status;
      assert.equal(await statusOf({ "if-match": etag }), 200);
      assert.equal(await statusOf({ "if-match": "*" }), 200);
      assert.equal(await statusOf({ "if-match": '"x"' }), 412);
      assert.equal(await statusOf({ "if-match": `W/${etag}` }), 412);
      assert.equal(await statusOf({ "if-unmodified-since": "Thu, 29 Feb 2024 12:30:15 GMT" }), 200);
      assert.equal(await statusOf({ "if-unmodified-since": "Thu, 29 Feb 2024 12:30:14 GMT" }), 412);
    });

    test("are sent in part", async () => {
      await using running = await way.start(source);
      const parts: Readonly<Record<string, readonly [text: string, range: string]>> = {
        "bytes=0-3": ["0123", "bytes 0-3/10"],
        "bytes=8-": ["89", "bytes 8-9/10"],
        "bytes=-3": ["789", "bytes 7-9/10"],
        "bytes=-99": [TEXT, "bytes 0-9/10"],
        "bytes=5-99": ["56789", "bytes 5-9/10"],
        "bytes=9-9": ["9", "bytes 9-9/10"],
      };
      for (const [range, [text, contentRange]] of Object.entries(parts)) {
        const answer = await running.request("GET", "/files/a.txt", { headers: { range } });
        assert.deepEqual([answer.status, answer.text], [206, text], range);
        assert.equal(answer.header("content-range"), contentRange);
        assert.equal(answer.header("content-length"), String(text.length));
        assert.equal(answer.header("content-type"), "text/plain; charset=utf-8");
      }
    });

    test("are sent whole where the range is none", async () => {
      await using running = await way.start(source);
      for (const range of ["lines=1-2", "bytes=a-b", "bytes=", "bytes=3-1"]) {
        const answer = await running.request("GET", "/files/a.txt", { headers: { range } });
        assert.deepEqual([answer.status, answer.text], [200, TEXT], range);
        assert.equal(answer.header("content-range"), undefined);
      }
    });

    test("are sent in several parts", async () => {
      await using running = await way.start(source);
      const answer = await running.request("GET", "/files/a.txt", { headers: { range: "bytes=7-,0-1" } });
      assert.equal(answer.status, 206);
      assert.equal(answer.header("content-range"), undefined);
      assert.equal(answer.header("content-length"), String(answer.bytes.length));
      assert.equal(answer.header("etag"), (await running.request("GET", "/files/a.txt")).header("etag"));
      assert.deepEqual(readParts(answer), [
        ["text/plain; charset=utf-8", "bytes 7-9/10", "789"],
        ["text/plain; charset=utf-8", "bytes 0-1/10", "01"],
      ]);
    });

    test("by a version of their own", async () => {
      await using running = await way.start(source);
      const statusOf = async (headers: Record<string, string>): Promise<number> =>
        (await running.request("GET", "/headers", { headers })).status;
      assert.equal(await statusOf({ "if-none-match": '"own"' }), 304);
      assert.equal(await statusOf({ "if-match": '"own"' }), 200);
      assert.equal(await statusOf({ range: "bytes=0-1", "if-range": '"own"' }), 206);
    });

    test("say how long they are where a range is beyond their end", async () => {
      await using running = await way.start(source);
      for (const range of ["bytes=10-", "bytes=99-100", "bytes=-0"]) {
        const answer = await running.request("GET", "/files/a.txt", { headers: { range } });
        assert.equal(answer.status, 416, range);
        assert.equal(answer.header("content-range"), "bytes */10");
        assert.equal(answer.problem["code"], "E_RANGE_NOT_SATISFIABLE");
      }
    });

    test("are sent in part only while they are the version that is meant", async () => {
      await using running = await way.start(source);
      const etag = etagOf(await running.request("GET", "/files/a.txt"));
      const statusOf = async (ifRange: string): Promise<number> =>
        (
          await running.request("GET", "/files/a.txt", {
            headers: { range: "bytes=0-1", "if-range": ifRange },
          })
        ).status;
      assert.equal(await statusOf(etag), 206);
      assert.equal(await statusOf("Thu, 29 Feb 2024 12:30:15 GMT"), 206);
      assert.equal(await statusOf('"x"'), 200);
      assert.equal(await statusOf(`W/${etag}`), 200);
      assert.equal(await statusOf("Thu, 29 Feb 2024 12:30:16 GMT"), 200);
      assert.equal(await statusOf("nonsense"), 200);
    });

    test("can be downloaded, typed, and have other headers", async () => {
      await using running = await way.start(source);
      const download = (await running.request("GET", "/download")).header("content-disposition") ?? "";
      assert.match(
        download,
        /^attachment; filename="[\x20-\x7e]+"; filename\*=UTF-8''r%C3%A9sum%C3%A9\.txt$/,
      );
      assert.equal((await running.request("GET", "/typed")).header("content-type"), "text/x-own");
      const headers = await running.request("GET", "/headers");
      assert.deepEqual([headers.text, headers.all("etag"), headers.header("x-a")], [TEXT, ['"own"'], "1"]);
      assert.equal((await running.request("GET", "/plain/a.txt")).header("cache-control"), "no-store");
    });

    test("whose names start with a dot are not there, unless they are meant to be", async () => {
      await using running = await way.start(source);
      for (const path of [".env", ".hidden/file.txt", "%2eenv", ".hidden/"])
        assert.equal((await running.request("GET", `/files/${path}`)).status, 404, path);
      assert.equal((await running.request("GET", "/plain/.env")).text, "SECRET=1");
    });

    test("that are folders, pipes or lead outside are not there", async (t) => {
      if (isWindows) return t.skip("no pipes");
      await using running = await way.start(source);
      for (const path of ["sub", "pipe", "link-out.txt", "link-dir/secret.txt", "link-dir"])
        assert.equal((await running.request("GET", `/files/${path}`)).status, 404, path);
      // These end inside, whichever way they take.
      for (const path of ["link-in.txt", "link-dir/public/a.txt"])
        assert.equal((await running.request("GET", `/files/${path}`)).text, TEXT, path);
    });
  });

const ATTEMPTS = [
  "../secret.txt",
  "../public-other/file.txt",
  "..%2fsecret.txt",
  "..%2Fpublic-other%2Ffile.txt",
  "%2e%2e/secret.txt",
  "%2e%2e%2fsecret.txt",
  "sub/../../secret.txt",
  "sub/..%2f..%2fsecret.txt",
  "..\\secret.txt",
  "..%5csecret.txt",
  "%2e%2e%5csecret.txt",
  "....//secret.txt",
  ".%2e/secret.txt",
  "%252e%252e%252fsecret.txt",
  "a.txt%00.html",
  "%00",
  "..%c0%afsecret.txt",
  "/etc/passwd",
  "%2fetc%2fpasswd",
  "//etc/passwd",
  "file:///etc/passwd",
  "C:%5cWindows%5cwin.ini",
  "a".repeat(5_000),
  "a/".repeat(2_000),
];

for (const way of WIRE_WAYS)
  describe(`nobody gets out of the folder of static files by ${way.name}`, () => {
    for (const attempt of ATTEMPTS)
      test(attempt.length > 60 ? `${attempt.slice(0, 10)}... (${attempt.length})` : attempt, async () => {
        const lines = new LogLines();
        await using running = await way.start(source, { logger: lines.logger });
        for (const folder of ["/files/", "/plain/"]) {
          const answer = await running.request("GET", folder + attempt);
          assert.ok([400, 404].includes(answer.status), `${answer.status} ${answer.text}`);
          assert.doesNotMatch(answer.text, /SECRET|secret$|root:|armature-static/);
        }
        assert.deepEqual(lines.errorCodes(), []);
      });
  });

for (const way of [...ENGINE_WAYS, NATIVE])
  describe(`a large file by ${way.name}`, { skip: way.missing ?? false }, () => {
    test("waits for a slow client, and arrives whole", async () => {
      await using running = await way.start(source);
      const client = running.connect();
      client.pause();
      await client.send("GET /files/large.bin HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
      const baseline = process.memoryUsage().arrayBuffers;
      for (let at = 0; at < 20; at++) await new Promise((resolve) => setTimeout(resolve, 5));
      assert.ok(process.memoryUsage().arrayBuffers - baseline < LARGE_BYTES / 2);
      client.resume();
      await client.closing();
      assert.equal(client.text.length - client.text.indexOf("\r\n\r\n") - 4, LARGE_BYTES);
      client[Symbol.dispose]();
    });

    test("that becomes shorter cuts the connection, and the log says so", async () => {
      const path = join(root, "shrinks.bin");
      writeFileSync(path, "");
      truncateSync(path, LARGE_BYTES);
      const lines = new LogLines();
      await using running = await way.start(source, { logger: lines.logger, requestLog: true });
      const client = running.connect();
      client.pause();
      await client.send("GET /files/shrinks.bin HTTP/1.1\r\nhost: a\r\n\r\n");
      await new Promise((resolve) => setTimeout(resolve, 100));
      truncateSync(path, 1024 * 1024);
      client.resume();
      await client.closing();
      assert.ok(client.text.length < LARGE_BYTES);
      await eventually(() => lines.requests().length === 1);
      assert.deepEqual(lines.errorCodes(), ["E_FILE_READ"]);
    });

    test("is closed when the client leaves", async () => {
      const lines = new LogLines();
      await using running = await way.start(source, { logger: lines.logger, requestLog: true });
      const client = running.connect();
      await client.send("GET /files/large.bin HTTP/1.1\r\nhost: a\r\n\r\n");
      await client.until(() => client.text.length > 100_000);
      client.reset();
      await eventually(() => lines.requests().length === 1);
      assert.deepEqual(lines.errorCodes(), []);
    });
  });

test("a folder of static files that is not there is a mistake that is found at once", () => {
  for (const path of [join(outer, "none"), join(root, "a.txt"), ""])
    assert.throws(() => armature().get("/*path", staticFiles(path)), { code: "E_STATIC_ROOT" });
});
