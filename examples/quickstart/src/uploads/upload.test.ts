import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { request, type ClientRequest } from "node:http";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { assertProblem, send, type Answer } from "../testing/answer.ts";
import { fileHead, filePart, MULTIPART, MULTIPART_END, uploadHead } from "../testing/multipart.ts";
import { QuickstartProcess } from "../testing/quickstart-process.ts";
import { RawClient } from "../testing/raw-client.ts";

const MIB = 1024 * 1024;

interface Stored {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly bytes: number;
}

let app: QuickstartProcess;
let uploads: string;
before(async () => {
  app = await QuickstartProcess.start();
  uploads = `${app.url}/api/uploads`;
});
after(async () => await app.stop());
beforeEach(() => {
  for (const name of stored()) rmSync(join(app.uploadDir, name));
});

function stored(): string[] {
  return readdirSync(app.uploadDir);
}

function content(id: string): Buffer {
  return readFileSync(join(app.uploadDir, id));
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function upload(...files: readonly File[]): Promise<Answer> {
  const form = new FormData();
  for (const file of files) form.append("file", file);
  return await send(uploads, { method: "POST", body: form });
}

function filesOf(answer: Answer): Stored[] {
  assert.equal(answer.status, 201, answer.text);
  return (JSON.parse(answer.text) as { files: Stored[] }).files;
}

/** An upload of which the test sends as much as it likes. */
function openUpload(): ClientRequest {
  const opened = request(uploads, { method: "POST", headers: { "content-type": MULTIPART }, agent: false });
  // Tests that leave half-way see their own leaving.
  opened.on("error", () => {});
  return opened;
}

test("several files come in one request, byte for byte", async () => {
  const form = new FormData();
  const bytes = randomBytes(100_000);
  form.append("file", new File(["hello"], "hello.txt", { type: "text/plain" }));
  form.append("file", new File([bytes], "../../etc/pässwörd", { type: "image/png" }));
  form.append("file", new File([], "empty.bin"));
  const files = filesOf(await send(uploads, { method: "POST", body: form }));
  assert.deepEqual(
    files.map(({ id: _id, ...rest }) => rest),
    [
      { name: "hello.txt", type: "text/plain", bytes: 5 },
      { name: "pässwörd", type: "image/png", bytes: 100_000 },
      { name: "empty.bin", type: "application/octet-stream", bytes: 0 },
    ],
  );
  assert.deepEqual(stored().toSorted(), files.map(({ id }) => id).toSorted());
  const [hello, password, empty] = files.map(({ id }) => content(id));
  assert.equal(hello?.toString(), "hello");
  assert.ok(password?.equals(bytes));
  assert.equal(empty?.length, 0);
});

test("20 MB arrive byte for byte", async () => {
  const bytes = randomBytes(20 * MIB);
  const [file] = filesOf(await upload(new File([bytes], "large.bin")));
  assert.equal(file?.bytes, bytes.length);
  assert.equal(sha256(content(file.id)), sha256(bytes));
});

test("a file is on the disk while it is still arriving", async () => {
  const sent = openUpload();
  sent.write(fileHead("streamed.bin"));
  const piece = randomBytes(MIB);
  for (let count = 0; count < 20; count++) if (!sent.write(piece)) await once(sent, "drain");
  const written = (): number => {
    const [name] = stored();
    return name === undefined ? 0 : statSync(join(app.uploadDir, name)).size;
  };
  // The request is not over, so what is not on the disk would be in memory.
  await app.until(() => written() >= 19 * MIB);
  assert.match(stored()[0] ?? "", /\.part$/);
  sent.end(`\r\n${MULTIPART_END}`);
  const [response] = (await once(sent, "response")) as [{ statusCode: number; resume(): void }];
  response.resume();
  assert.equal(response.statusCode, 201);
  assert.deepEqual([stored().length, written()], [1, 20 * MIB]);
});

/** Resident memory of the process in bytes. */
function residentBytes(pid: number): number {
  if (process.platform !== "linux")
    return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) * 1024;
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kibibytes) * 1024;
}

const noPs = process.platform === "win32" ? "there is no ps here" : false;

test("memory does not grow with what is uploaded", { skip: noPs }, async () => {
  const bytes = randomBytes(20 * MIB);
  const uploadOnce = async (): Promise<void> => {
    const [file] = filesOf(await upload(new File([bytes], "large.bin")));
    rmSync(join(app.uploadDir, file?.id ?? ""));
  };
  for (let count = 0; count < 2; count++) await uploadOnce();
  const first = residentBytes(app.pid);
  const times = 16;
  for (let count = 0; count < times; count++) await uploadOnce();
  const grown = residentBytes(app.pid) - first;
  assert.ok(grown < (times * bytes.length) / 4, `${grown} bytes more after ${times * bytes.length} bytes`);
});

test("an upload that is broken off leaves no file", async () => {
  const sent = openUpload();
  sent.write(filePart("whole.txt", "this one was complete") + fileHead("half.txt") + "x".repeat(100_000));
  await app.until(() => stored().length === 2 && stored().some((name) => name.endsWith(".part")));
  sent.destroy();
  await app.until(() => stored().length === 0);
  const line = await app.logged(({ path, status }) => path === "/api/uploads" && status !== 201);
  assert.equal(line["level"], 30);
});

test("so does one whose connection is cut", async () => {
  const client = await RawClient.connect(app.port);
  client.write(uploadHead(1_000_000) + fileHead("half.txt") + "x".repeat(100_000));
  await app.until(() => stored().some((name) => name.endsWith(".part")));
  client.leave();
  await app.until(() => stored().length === 0);
});

test("and one that ends before its last boundary", async () => {
  const sent = openUpload();
  sent.end(`${filePart("whole.txt", "complete")}${fileHead("half.txt")}and then nothing`);
  const [response] = (await once(sent, "response")) as [{ statusCode: number; resume(): void }];
  response.resume();
  assert.equal(response.statusCode, 400);
  assert.deepEqual(stored(), []);
});

test("too many files are refused, and none of them is kept", async () => {
  const files = Array.from({ length: 6 }, (_, at) => new File(["content"], `${at}.txt`));
  assertProblem(await upload(...files), {
    status: 413,
    code: "E_MULTIPART_TOO_LARGE",
    detail: "The multipart body is too large: it has more than 5 files.",
  });
  assert.deepEqual(stored(), []);
});

test("too many bytes are refused before they are sent", async () => {
  const client = await RawClient.connect(app.port);
  client.write(uploadHead(64 * MIB + 1) + fileHead("huge.bin"));
  const [answer] = await client.answers(1);
  assert.equal(answer?.status, 413);
  assert.equal((JSON.parse(answer.body) as { code: string }).code, "E_BODY_TOO_LARGE");
  client.leave();
  assert.deepEqual(stored(), []);
});

test("a form with something else than files, and what is no form, are refused", async () => {
  for (const [name, value] of [
    ["note", "no file"],
    ["file", "a text"],
    ["other", new File(["a"], "a.txt")],
  ] as const) {
    const form = new FormData();
    form.append("file", new File(["gone again"], "a.txt"));
    form.append(name, value);
    assertProblem(await send(uploads, { method: "POST", body: form }), {
      status: 400,
      code: "E_BAD_REQUEST",
      detail: `The form may have files in the field "file" only (got "${name}").`,
    });
    assert.deepEqual(stored(), []);
  }
  assertProblem(await send(uploads, { method: "POST", body: new FormData() }), {
    status: 400,
    code: "E_BAD_REQUEST",
    detail: 'Send at least one file, e.g. curl -F "file=@photo.jpg".',
  });
  const json = await send(uploads, {
    method: "POST",
    body: "{}",
    headers: { "content-type": "application/json" },
  });
  assertProblem(json, {
    status: 415,
    code: "E_UNSUPPORTED_MEDIA_TYPE",
    detail: 'The body must be multipart/form-data (got "application/json").',
  });
  const noBoundary = await send(uploads, {
    method: "POST",
    body: "x",
    headers: { "content-type": "multipart/form-data; charset=utf-8" },
  });
  assertProblem(noBoundary, { status: 400, code: "E_MULTIPART_INVALID", detail: /boundary/ });
});
