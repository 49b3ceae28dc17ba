import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { assertProblem, call, send } from "./testing/answer.ts";
import { QuickstartProcess } from "./testing/quickstart-process.ts";
import { RawClient } from "./testing/raw-client.ts";

const PUBLIC = join(import.meta.dirname, "../public");
const STYLE = readFileSync(join(PUBLIC, "assets/style.css"), "utf8");

let app: QuickstartProcess;
let style: string;
before(async () => {
  app = await QuickstartProcess.start();
  style = `${app.url}/assets/style.css`;
});
after(async () => await app.stop());

test("the page and its style are served with their types", async () => {
  const page = await call(app.url);
  assert.equal(page.status, 200);
  assert.equal(page.headers.get("content-type"), "text/html; charset=utf-8");
  assert.equal(page.text, readFileSync(join(PUBLIC, "index.html"), "utf8"));
  const sheet = await call(style);
  assert.equal(sheet.headers.get("content-type"), "text/css; charset=utf-8");
  assert.equal(sheet.headers.get("content-length"), String(STYLE.length));
  assert.equal(sheet.text, STYLE);
});

test("HEAD gives the fields and no content", async () => {
  const got = await call(style);
  const head = await call(style, "HEAD");
  assert.deepEqual([head.status, head.text], [200, ""]);
  for (const name of ["content-length", "content-type", "etag", "last-modified"])
    assert.equal(head.headers.get(name), got.headers.get(name));
});

test("who has the file gets 304, by its tag or its date", async () => {
  const { headers } = await call(style);
  const etag = headers.get("etag") ?? "";
  assert.match(etag, /^"[^"]+"$/);
  const conditions: Record<string, string>[] = [
    { "if-none-match": etag },
    { "if-none-match": `"other", W/${etag}` },
    { "if-modified-since": headers.get("last-modified") ?? "" },
  ];
  for (const condition of conditions) {
    const answer = await send(style, { headers: condition, cache: "no-store" });
    assert.deepEqual([answer.status, answer.text, answer.headers.get("etag")], [304, "", etag]);
  }
  const changed = await send(style, { headers: { "if-none-match": '"other"' }, cache: "no-store" });
  assert.deepEqual([changed.status, changed.text], [200, STYLE]);
});

test("a range gives a part of the file", async () => {
  const { headers } = await call(style);
  const size = STYLE.length;
  const ranges: [string, string, string][] = [
    ["bytes=0-3", STYLE.slice(0, 4), `bytes 0-3/${size}`],
    [`bytes=${size - 2}-`, STYLE.slice(-2), `bytes ${size - 2}-${size - 1}/${size}`],
    ["bytes=-5", STYLE.slice(-5), `bytes ${size - 5}-${size - 1}/${size}`],
  ];
  for (const [range, text, contentRange] of ranges) {
    const answer = await send(style, { headers: { range, "if-range": headers.get("etag") ?? "" } });
    assert.deepEqual([answer.status, answer.text], [206, text]);
    assert.equal(answer.headers.get("content-range"), contentRange);
  }
  const stale = await send(style, { headers: { range: "bytes=0-3", "if-range": '"other"' } });
  assert.deepEqual([stale.status, stale.text], [200, STYLE]);
  const beyond = await send(style, { headers: { range: `bytes=${size}-` } });
  assertProblem(beyond, {
    status: 416,
    code: "E_RANGE_NOT_SATISFIABLE",
    detail: `There are ${size} bytes.`,
  });
  assert.equal(beyond.headers.get("content-range"), `bytes */${size}`);
});

const OUTSIDE = [
  "/assets/../../package.json",
  "/assets/../index.html/../../package.json",
  "/assets/%2e%2e/%2e%2e/package.json",
  "/assets/..%2f..%2fpackage.json",
  "/assets/..%5c..%5cpackage.json",
  "/assets/%252e%252e/package.json",
  "/assets//etc/passwd",
  "/assets/%2fetc/passwd",
  "/assets/style.css%00.html",
  "/assets/.",
  "/assets/./.hidden",
  "/assets/",
];

for (const target of OUTSIDE) {
  test(`nothing is reachable by ${target}`, async () => {
    // A raw socket: other clients mend such paths before they send them.
    using client = await RawClient.connect(app.port);
    client.write(`GET ${target} HTTP/1.1\r\nhost: quickstart\r\n\r\n`);
    const [answer] = await client.answers(1);
    assert.ok(answer?.status === 404 || answer?.status === 400, `got ${answer?.status}`);
    assert.equal(answer.headers.get("content-type"), "application/problem+json");
  });
}
