import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { filePart, MULTIPART_END, uploadHead } from "./testing/multipart.ts";
import { QuickstartProcess } from "./testing/quickstart-process.ts";
import { RawClient } from "./testing/raw-client.ts";

const skip = process.platform === "win32" ? "Windows has no signals" : false;

const CONTENT = "something to keep ".repeat(1000);
const UPLOAD = filePart("slow.txt", CONTENT) + MULTIPART_END;
const FIRST_HALF = UPLOAD.slice(0, UPLOAD.length / 2);
const SECOND_HALF = UPLOAD.slice(FIRST_HALF.length);

/** Begins an upload, and waits until its file is being written. */
async function beginUpload(app: QuickstartProcess): Promise<RawClient> {
  const client = await RawClient.connect(app.port);
  client.write(uploadHead(UPLOAD.length) + FIRST_HALF);
  await app.until(() => readdirSync(app.uploadDir).some((name) => name.endsWith(".part")));
  return client;
}

function isRefused(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(false);
    });
    socket.once("error", () => resolve(true));
  });
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  test(`${signal} lets a request in work finish, takes no other, and ends with 0`, { skip }, async () => {
    await using app = await QuickstartProcess.start();
    using idle = await RawClient.connect(app.port);
    idle.write("GET /health HTTP/1.1\r\nhost: quickstart\r\n\r\n");
    await idle.answers(1);
    using client = await beginUpload(app);
    app.kill(signal);
    await app.logged(({ msg }) => msg === "stopping");
    await app.until(() => isRefused(app.port));
    await idle.closed;
    client.write(SECOND_HALF);
    const [answer] = await client.answers(1);
    assert.equal(answer?.status, 201);
    assert.equal(answer.headers.get("connection"), "close");
    const { files } = JSON.parse(answer.body) as { files: { id: string }[] };
    assert.equal(readFileSync(join(app.uploadDir, files[0]?.id ?? ""), "latin1"), CONTENT);
    await client.closed;
    assert.deepEqual(await app.ended(), { code: 0, signal: null });
    assert.deepEqual([app.stderr, app.log.at(-1)?.["msg"], app.log.at(-1)?.["cut"]], ["", "stopped", 0]);
  });
}

test("a stream in work is sent to its end", { skip }, async () => {
  await using app = await QuickstartProcess.start();
  using client = await RawClient.connect(app.port);
  client.write("GET /api/events?count=10&everyMs=50 HTTP/1.1\r\nhost: quickstart\r\n\r\n");
  await client.until((text) => text.includes('{"tick":1,'));
  app.kill("SIGINT");
  const [answer] = await client.answers(1);
  assert.equal(answer?.chunks.length, 10);
  await client.closed;
  assert.deepEqual(await app.ended(), { code: 0, signal: null });
});

test("a Ctrl-C that arrives twice is one", { skip }, async () => {
  await using app = await QuickstartProcess.start();
  using client = await beginUpload(app);
  // Two of a kind may become one on the way.
  app.kill("SIGINT");
  app.kill("SIGTERM");
  await app.until(() => isRefused(app.port));
  client.write(SECOND_HALF);
  const [answer] = await client.answers(1);
  assert.equal(answer?.status, 201);
  assert.deepEqual(await app.ended(), { code: 0, signal: null });
});

test("a second Ctrl-C does not wait for anyone", { skip }, async () => {
  await using app = await QuickstartProcess.start();
  using client = await beginUpload(app);
  app.kill("SIGINT");
  await app.logged(({ msg }) => msg === "stopping");
  const exited = app.ended();
  // The upload never ends, so nothing but the signals ends the process.
  let exit = await Promise.race([exited, delay(200)]);
  for (; exit === undefined; exit = await Promise.race([exited, delay(200)])) app.kill("SIGINT");
  assert.deepEqual(exit, { code: 130, signal: null });
  await client.closed;
  assert.equal(client.text, "");
});
