import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { armature } from "armature";
import { WAYS } from "../app/harness/ways.ts";

const HOP_BY_HOP = {
  connection: "x-hop",
  "x-hop": "1",
  "keep-alive": "timeout=5",
  "proxy-connection": "keep-alive",
  te: "trailers",
  trailer: "x-sum",
  upgrade: "h2c",
};

for (const way of WAYS)
  describe(`answers of another server by ${way.name}`, () => {
    let upstream: Server;
    let url: string;
    before(async () => {
      upstream = createServer((request, response) => {
        response.setHeader("x-upstream", "yes");
        if (request.url === "/gzip") response.setHeader("content-encoding", "gzip");
        response.end(request.url === "/gzip" ? gzipSync("packed") : "plain");
      });
      upstream.listen(0, "127.0.0.1");
      await once(upstream, "listening");
      url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`; // a TCP server that listens
    });
    after(() => {
      upstream.closeAllConnections();
      upstream.close();
    });

    test("are passed on without the fields of that connection", async () => {
      await using running = await way.start(armature().get("/", () => fetch(url)));
      const answer = await running.request("GET", "/");
      assert.equal(answer.status, 200);
      assert.equal(answer.text, "plain");
      assert.equal(answer.header("x-upstream"), "yes");
    });

    test("are not called compressed when fetch has unpacked them", async () => {
      await using running = await way.start(armature().get("/", () => fetch(`${url}/gzip`)));
      const answer = await running.request("GET", "/");
      assert.equal(answer.text, "packed");
      assert.equal(answer.header("content-encoding"), undefined);
    });

    test("that the application makes itself may be compressed", async () => {
      const make = (): Response =>
        new Response(gzipSync("packed"), { headers: { "content-encoding": "gzip" } });
      await using running = await way.start(armature().get("/", make));
      const answer = await running.request("GET", "/");
      assert.equal(answer.header("content-encoding"), "gzip");
      assert.deepEqual(answer.bytes, gzipSync("packed"));
    });

    test("keep none of the fields that belong to a connection", async () => {
      const make = (): Response => new Response("plain", { headers: { ...HOP_BY_HOP, "x-kept": "yes" } });
      await using running = await way.start(armature().get("/", make));
      const answer = await running.request("GET", "/");
      assert.equal(answer.status, 200);
      assert.equal(answer.header("x-kept"), "yes");
      for (const name of Object.keys(HOP_BY_HOP).slice(1))
        assert.notEqual(answer.header(name), HOP_BY_HOP[name as keyof typeof HOP_BY_HOP], name);
    });
  });
