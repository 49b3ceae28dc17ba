import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import { promisify } from "node:util";
import type { Exchange } from "@armature/http";
import { CERTIFICATE } from "../engines.ts";
import { head } from "../serve.ts";
import { Http2Bench } from "./http2-bench.ts";

const run = promisify(execFile);

async function echo(exchange: Exchange): Promise<void> {
  if (exchange.target === "/fast") return exchange.respond(head(200), "hello");
  const { method, target, version } = exchange;
  const size = (await exchange.body.bytes(10_000_000)).length;
  exchange.respond(head(200), JSON.stringify({ method, target, version, size }));
}

/** Where a client is missing its tests are skipped, but never where nobody would see that. */
async function isMissing(context: TestContext, command: string): Promise<boolean> {
  try {
    await run(command, ["--version"]);
    return false;
  } catch {
    assert.notEqual(process.env["CI"], "true", `${command} is needed here`);
    context.skip(`${command} is not installed`);
    return true;
  }
}

describe("real clients of HTTP/2", () => {
  test("curl reads, posts, and verifies the certificate", async (context) => {
    if (await isMissing(context, "curl")) return;
    const folder = await mkdtemp(join(tmpdir(), "armature-http2-"));
    try {
      const authority = join(folder, "ca.pem");
      await writeFile(authority, CERTIFICATE.cert);
      await using bench = await Http2Bench.start(echo);
      const url = bench.listener.address.url;
      const curl = async (...more: string[]): Promise<string> => {
        const common = ["-sS", "--fail", "--max-time", "20", "--cacert", authority];
        return (await run("curl", [...common, ...more])).stdout;
      };
      const seen = async (...more: string[]): Promise<unknown> => JSON.parse(await curl(...more));
      assert.deepEqual(await seen("--http2", `${url}/a?b=c`), {
        method: "GET",
        target: "/a?b=c",
        version: "2.0",
        size: 0,
      });
      const body = "x".repeat(100_000);
      assert.deepEqual(await seen("--http2", "-d", body, url), {
        method: "POST",
        target: "/",
        version: "2.0",
        size: body.length,
      });
      assert.equal(((await seen("--http1.1", url)) as { version: string }).version, "1.1");
      assert.match(await curl("--http2", "-I", url), /^HTTP\/2 200 \r\n/);
      assert.equal(await curl("--http2", `${url}/fast`, `${url}/fast`), "hellohello");
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("h2load is answered a thousand times over four connections", async (context) => {
    if (await isMissing(context, "h2load")) return;
    await using bench = await Http2Bench.start(echo);
    const { stdout } = await run("h2load", ["-n1000", "-c4", "-m50", `${bench.listener.address.url}/fast`]);
    assert.match(stdout, /1000 succeeded, 0 failed, 0 errored, 0 timeout/);
    const { http2, inFlight } = bench.listener.stats();
    assert.deepEqual([http2, inFlight], [{ sessions: 4, streams: 1000, resets: 0 }, 0]);
  });
});
