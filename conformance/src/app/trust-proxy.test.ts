import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { armature, createApp, BootError, defineModule, type AppOptions, type TrustProxy } from "armature";
import { LogLines } from "./harness/log-lines.ts";
import { FETCH, WAYS, type Way } from "./harness/ways.ts";

const source = armature()
  .get("/seen", ({ request }) => ({
    ip: request.ip,
    protocol: request.protocol,
    secure: request.secure,
    host: request.host,
    hostname: request.hostname,
  }))
  .get("/urls/:id", ({ request }) => ({
    origin: request.origin,
    url: request.url,
    path: request.resolveUrl("/users/1"),
    query: request.resolveUrl("?page=2"),
    relative: request.resolveUrl("other"),
  }))
  .get("/where", { host: "shop.example" }, () => "shop")
  .get("/where", { host: "*.example" }, () => "any")
  .get("/where", () => "other");

const PROXIED = {
  host: "inner:3000",
  "x-forwarded-for": "6.6.6.6, 198.51.100.7",
  "x-forwarded-proto": "https",
  "x-forwarded-host": "Shop.Example:8443",
};

/** Web requests have no peer, so that proxies can only be counted there. */
function trustOn(way: Way): TrustProxy {
  return way === FETCH ? 1 : "loopback";
}

for (const way of WAYS)
  describe(`behind a proxy by ${way.name}`, () => {
    const secure = way.isSecure === true;
    /** How the proxy itself comes. */
    const connection = { protocol: secure ? "https" : "http", secure };

    test("nobody is believed by default", async () => {
      await using running = await way.start(source);
      const seen = (await running.request("GET", "/seen", { headers: PROXIED })).json;
      assert.deepEqual(seen, {
        ip: way === FETCH ? "" : "127.0.0.1",
        ...connection,
        host: "inner:3000",
        hostname: "inner",
      });
      assert.equal((await running.request("GET", "/where", { headers: PROXIED })).text, "other");
    });

    test("a proxy that is not one of the trusted is not believed either", async () => {
      await using running = await way.start(source, { trustProxy: ["203.0.113.0/24"] });
      const seen = (await running.request("GET", "/seen", { headers: PROXIED })).json as { host: string };
      assert.equal(seen.host, "inner:3000");
    });

    test("a trusted one says who asks, how and whom", async () => {
      await using running = await way.start(source, { trustProxy: trustOn(way) });
      assert.deepEqual((await running.request("GET", "/seen", { headers: PROXIED })).json, {
        ip: "198.51.100.7",
        protocol: "https",
        secure: true,
        host: "Shop.Example:8443",
        hostname: "shop.example",
      });
    });

    test("the fields of RFC 7239 are read where the proxies write them", async () => {
      const from = trustOn(way) as string | number; // as it is written above
      await using running = await way.start(source, { trustProxy: { from, fields: ["forwarded"] } });
      const headers = {
        ...PROXIED,
        forwarded: 'for=6.6.6.6, for="[2001:db8::1]:4711";proto=https;host="api.example"',
      };
      assert.deepEqual((await running.request("GET", "/seen", { headers })).json, {
        ip: "2001:db8::1",
        protocol: "https",
        secure: true,
        host: "api.example",
        hostname: "api.example",
      });
    });

    test("routes are chosen by the host that the client asked for", async () => {
      await using running = await way.start(source, { trustProxy: trustOn(way) });
      const at = async (host: string): Promise<string> => {
        const headers = { ...PROXIED, "x-forwarded-host": host };
        return (await running.request("GET", "/where", { headers })).text;
      };
      assert.equal(await at("SHOP.example:8443"), "shop");
      assert.equal(await at("a.example"), "any");
      assert.equal(await at("elsewhere.test"), "other");
      assert.equal(await at("shop.example/x"), "other");
    });

    test("whole URLs are those of the client", async () => {
      await using running = await way.start(source, { trustProxy: trustOn(way) });
      assert.deepEqual((await running.request("GET", "/urls/7?a=b", { headers: PROXIED })).json, {
        origin: "https://Shop.Example:8443",
        url: "https://Shop.Example:8443/urls/7?a=b",
        path: "https://shop.example:8443/users/1",
        query: "https://shop.example:8443/urls/7?page=2",
        relative: "https://shop.example:8443/urls/other",
      });
      const plain = (await running.request("GET", "/urls/7", { headers: { host: "a.test" } })).json;
      assert.equal((plain as { url: string }).url, `${connection.protocol}://a.test/urls/7`);
    });

    test("the request log has the client", async () => {
      const lines = new LogLines();
      const options: AppOptions = { trustProxy: trustOn(way), requestLog: true, logger: lines.logger };
      await using running = await way.start(source, options);
      await running.request("GET", "/seen", { headers: PROXIED });
      assert.equal(lines.requests()[0]?.["client"], "198.51.100.7");
    });

    test("values that are hostile are as good as none", async () => {
      await using running = await way.start(source, { trustProxy: trustOn(way) });
      for (const value of ["<script>", "a, b, c", '"', "_x", ":::::", "9".repeat(2000), ",".repeat(2000)]) {
        const headers = {
          host: "inner:3000",
          "x-forwarded-for": `${value}, 198.51.100.7`,
          "x-forwarded-proto": value,
          "x-forwarded-host": value,
          "x-forwarded-port": value,
          forwarded: value,
        };
        const seen = (await running.request("GET", "/seen", { headers })).json as Record<string, unknown>;
        assert.equal(seen["ip"], "198.51.100.7", value.slice(0, 20));
        assert.equal(seen["protocol"], connection.protocol);
      }
    });
  });

test("mistakes are told at boot, with all others", async () => {
  const wrong: AppOptions = {
    trustProxy: { from: ["loopbak", "10.0.0.0/33"] },
    decompress: { maxCodings: 0 },
  };
  await assert.rejects(createApp(defineModule({}), wrong), (error) => {
    assert.ok(error instanceof BootError);
    assert.deepEqual(error.faults.map(({ code }) => code).toSorted(), [
      "E_ADDRESS_INVALID",
      "E_OPTION_INVALID",
    ]);
    assert.match(error.message, /"loopbak", "10\.0\.0\.0\/33"/);
    return true;
  });
});
