import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { Agent, request as httpRequest } from "node:http";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { type Exchange, HeaderBlock, type Listener } from "@armature/http";
import { createEngine } from "@armature/engine";

const run = promisify(execFile);
const JSON_BLOCK = new HeaderBlock(["content-type", "application/json"]);

/** Answers with what was asked. */
async function echo(exchange: Exchange): Promise<void> {
  const body = Buffer.from(await exchange.body.bytes(10_000_000));
  const { method, target } = exchange;
  const text = JSON.stringify({
    method,
    target,
    size: body.length,
    agent: exchange.headers.get("user-agent"),
  });
  if (target !== "/stream") return exchange.respond({ status: 200, block: JSON_BLOCK, fields: null }, text);
  const writer = exchange.stream({ status: 200, block: JSON_BLOCK, fields: null }, null);
  for (const character of text) writer.write(character);
  writer.end();
}

describe("real clients", () => {
  let listener: Listener;

  before(async () => {
    listener = await createEngine().listen({ port: 0 }, (exchange) => void echo(exchange));
  });

  after(async () => {
    await listener.close({ graceMs: 0 });
  });

  test("fetch reads, posts and streams", async () => {
    for (const path of ["/", "/stream"]) {
      const got = await fetch(listener.address.url + path);
      assert.equal(got.headers.get("content-type"), "application/json");
      assert.equal(((await got.json()) as { target: string }).target, path);
      const posted = await fetch(listener.address.url + path, { method: "POST", body: "x".repeat(300_000) });
      assert.equal(((await posted.json()) as { size: number }).size, 300_000);
      const stream = new Blob(["y".repeat(200_000)]).stream();
      const chunked = await fetch(listener.address.url + path, {
        method: "PUT",
        body: stream,
        duplex: "half",
      });
      assert.equal(((await chunked.json()) as { size: number }).size, 200_000);
    }
    const head = await fetch(listener.address.url, { method: "HEAD" });
    assert.equal(await head.text(), "");
    assert.ok(Number(head.headers.get("content-length")) > 0);
  });

  test("node:http reuses one connection", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const { accepted } = listener.stats();
    for (let at = 0; at < 20; at++) assert.equal(await post(agent, at * 1000), at * 1000);
    assert.equal(listener.stats().accepted, accepted + 1);
    agent.destroy();
  });

  function post(agent: Agent, size: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const { port } = listener.address;
      const outgoing = httpRequest(
        { port, host: "127.0.0.1", agent, method: "POST", path: "/" },
        (answer) => {
          let text = "";
          answer.setEncoding("utf8");
          answer.on("data", (chunk: string) => (text += chunk));
          answer.on("end", () => resolve((JSON.parse(text) as { size: number }).size));
        },
      );
      outgoing.on("error", reject);
      outgoing.end("z".repeat(size));
    });
  }

  test("curl reads, posts, waits for 100 and speaks HTTP/1.0", async (context) => {
    if (!(await hasCurl())) {
      assert.ok(process.env["CI"] === undefined, "curl is needed here");
      return context.skip("curl is not installed");
    }
    const { url } = listener.address;
    assert.equal((await curl(url)).method, "GET");
    assert.equal((await curl("--http1.0", `${url}/stream`)).target, "/stream");
    assert.equal((await curl("-H", "expect: 100-continue", "-d", "a".repeat(3000), url)).size, 3000);
    assert.equal(
      (await curl("-H", "transfer-encoding: chunked", "-d", "a".repeat(50_000), url)).size,
      50_000,
    );
    const { stdout } = await run("curl", ["-s", "-I", url]);
    assert.match(stdout, /^HTTP\/1\.1 200 OK\r\n/);
  });

  async function curl(...args: string[]): Promise<{ method: string; target: string; size: number }> {
    const { stdout } = await run("curl", ["-s", "--fail", "--max-time", "20", ...args]);
    return JSON.parse(stdout) as { method: string; target: string; size: number };
  }
});

async function hasCurl(): Promise<boolean> {
  try {
    await run("curl", ["--version"]);
    return true;
  } catch {
    return false;
  }
}
