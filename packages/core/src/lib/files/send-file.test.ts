import assert from "node:assert/strict";
import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { FileBody, type FileOptions } from "../context/file-body.ts";
import type { RequestContext } from "../context/request-context.ts";
import { testContext } from "../context/test-context.test.kit.ts";
import { sendFile } from "./send-file.ts";

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status?: number;
  readonly options?: FileOptions;
  readonly reply?: readonly string[];
  readonly prepare?: (context: RequestContext) => void;
}

let root = "";
before(async () => {
  root = await mkdtemp(join(tmpdir(), "send-file-"));
  await writeFile(join(root, "a.txt"), "0123456789");
  await utimes(join(root, "a.txt"), 1_700_000_000, 1_700_000_000);
});
after(async () => await rm(root, { recursive: true }));

async function ask(asked: Asked = {}): Promise<Response> {
  const { method = "GET", headers = {}, status = 200, options = {}, reply = null, prepare } = asked;
  const { context, exchange } = testContext(new Request("http://localhost/", { method, headers }));
  prepare?.(context);
  await sendFile(context, status, new FileBody("a.txt", { root, ...options }), reply);
  return await exchange.response;
}

async function etagOf(): Promise<string> {
  return (await ask()).headers.get("etag") ?? "";
}

describe("a file with another status than 200", () => {
  test("is sent whole, whatever conditions and range the request has", async () => {
    const etag = await etagOf();
    for (const headers of [{ "if-none-match": etag }, { "if-match": '"other"' }, { range: "bytes=0-1" }]) {
      const response = await ask({ status: 404, headers });
      assert.deepEqual([response.status, await response.text()], [404, "0123456789"]);
      assert.equal(response.headers.get("content-range"), null);
    }
  });
});

describe("a file for a method that does not read", () => {
  test("is refused to those who want it only where they do not have it", async () => {
    await assert.rejects(ask({ method: "POST", headers: { "if-none-match": await etagOf() } }), {
      status: 412,
      code: "E_PRECONDITION_FAILED",
    });
  });

  test("is sent whole where a range or a date is asked for", async () => {
    const date = new Date(1_800_000_000_000).toUTCString();
    for (const headers of [{ range: "bytes=0-1" }, { "if-modified-since": date }]) {
      const response = await ask({ method: "POST", headers });
      assert.deepEqual([response.status, await response.text()], [200, "0123456789"]);
    }
  });
});

describe("HEAD of a file", () => {
  test("has the head of the whole, also where a range is asked for", async () => {
    const response = await ask({ method: "HEAD", headers: { range: "bytes=0-1" } });
    assert.deepEqual(
      [response.status, response.headers.get("content-length"), await response.text()],
      [200, "10", ""],
    );
  });
});

describe("the fields of a file", () => {
  test("have defaults that stages and the reply replace, and the file's own options replace the stages'", async () => {
    const fieldsOf = async (asked: Asked): Promise<readonly (string | null)[]> => {
      const { headers } = await ask(asked);
      return [headers.get("cache-control"), headers.get("content-type")];
    };
    const prepare = (context: RequestContext): void => {
      context.setHeader("Cache-Control", "private, no-store");
      context.setHeader("Content-Type", "a/stage");
    };
    const options = { cacheControl: "max-age=5", type: "a/file" };
    const reply = ["Cache-Control", "max-age=9", "Content-Type", "a/reply"];
    assert.deepEqual(await fieldsOf({}), ["public, max-age=0", "text/plain; charset=utf-8"]);
    assert.deepEqual(await fieldsOf({ prepare }), ["private, no-store", "a/stage"]);
    assert.deepEqual(await fieldsOf({ prepare, options }), ["max-age=5", "a/file"]);
    assert.deepEqual(await fieldsOf({ prepare, options, reply }), ["max-age=9", "a/reply"]);
    assert.deepEqual(await fieldsOf({ prepare, headers: { range: "bytes=0-1" } }), [
      "private, no-store",
      "a/stage",
    ]);
  });

  test("keep what a stage says of caching where nothing was modified", async () => {
    const prepare = (context: RequestContext): void => context.setHeader("cache-control", "private");
    const response = await ask({ prepare, headers: { "if-none-match": await etagOf() } });
    assert.deepEqual([response.status, response.headers.get("cache-control")], [304, "private"]);
  });
});

test("a file that is not there is 404, a folder too", async () => {
  for (const path of ["none.txt", "", "a.txt/b"]) {
    const { context } = testContext(new Request("http://localhost/"));
    await assert.rejects(sendFile(context, 200, new FileBody(path, { root }), null), {
      status: 404,
      code: "E_FILE_NOT_FOUND",
    });
  }
});
