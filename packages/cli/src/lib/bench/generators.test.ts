import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, suite, test } from "node:test";
import { findGenerator, GENERATORS, type GeneratorName } from "./find-generator.ts";
import type { LoadGenerator, LoadRequest } from "./load.ts";
import { findWrk } from "./wrk.ts";

/** Where wrk is missing its tests are skipped, but never where nobody would see that. */
const isWithoutWrk = (await findWrk()) === null;
if (isWithoutWrk) assert.notEqual(process.env["CI"], "true", "wrk is needed here");

const PAYLOAD = 'a "quoted" \\ text,\nover two lines, with ümlauts';

function asksOneHost({ rawHeaders }: IncomingMessage): boolean {
  const hosts = rawHeaders.filter(
    (_field, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === "host",
  );
  return hosts.join() === "api.example";
}

suite("load generators count alike", () => {
  let server: Server;
  let origin = "";
  let wrongBodies = 0;
  let posts = 0;

  before(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        if (request.url === "/silent") return;
        if (request.method === "POST") posts++;
        if (request.method === "POST" && String(Buffer.concat(chunks)) !== PAYLOAD) wrongBodies++;
        const isRefused = request.url === "/host" ? !asksOneHost(request) : request.url === "/refused";
        response.statusCode = isRefused ? 404 : 200;
        response.end(request.headers["x-word"] ?? "none");
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // of TCP
  });

  after(() => {
    server.closeAllConnections();
    server.close();
  });

  async function load(
    name: GeneratorName,
    requests: readonly LoadRequest[],
    depth = 1,
  ): ReturnType<LoadGenerator["run"]> {
    const generator = await findGenerator(name);
    return await generator.run({ origin, load: { requests, connections: 4, depth, seconds: 1 } });
  }

  for (const name of GENERATORS)
    suite(name, { skip: name === "wrk" && isWithoutWrk }, () => {
      test("has a version", async () => {
        assert.match((await findGenerator(name)).name, new RegExp(`^${name} \\d+\\.\\d+`));
      });

      test("counts answers, their bytes and latencies", async () => {
        const report = await load(name, [{ path: "/", headers: { "x-word": "w".repeat(1000) } }]);
        assert.ok(report.requests > 0);
        assert.ok(report.bytes / report.requests > 1000, `${report.bytes} bytes`);
        assert.ok(report.seconds > 0.5);
        assert.equal(report.refused, 0);
        assert.ok(report.p50Ms > 0 && report.p50Ms <= report.p90Ms && report.p90Ms <= report.p99Ms);
      });

      test("sends bodies as they are, several at once", async () => {
        [wrongBodies, posts] = [0, 0];
        const { requests, refused } = await load(name, [{ method: "POST", path: "/", body: PAYLOAD }], 4);
        assert.ok(requests > 0 && posts >= requests);
        assert.deepEqual([wrongBodies, refused], [0, 0]);
      });

      test("counts refusals", async () => {
        const { requests, refused } = await load(name, [{ path: "/refused" }]);
        assert.ok(requests > 0);
        assert.equal(refused, requests);
      });

      test("asks the host that it is told to", async () => {
        const { requests, refused } = await load(name, [{ path: "/host", headers: { host: "api.example" } }]);
        assert.ok(requests > 0);
        assert.equal(refused, 0);
      });

      test("ends when it is told to", { timeout: 60_000 }, async () => {
        const generator = await findGenerator(name);
        const end = new AbortController();
        const requests = [{ path: "/" }];
        const running = generator.run({
          origin,
          load: { requests, connections: 1, depth: 1, seconds: 600 },
          signal: end.signal,
        });
        setTimeout(() => end.abort(), 50);
        await running.catch(() => {}); // whether it reports is its own affair
      });
    });
});
