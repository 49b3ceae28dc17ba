import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parseWrk, toLua } from "./wrk.ts";

const REPORT = `Running 2s test @ http://127.0.0.1:8080/json
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.05ms  312.00us  12.45ms   93.41%
    Req/Sec    61.31k     3.50k   66.12k    80.00%
  Latency Distribution
     50%  987.00us
     75%    1.10ms
     90%    1.29ms
     99%    2.13ms
  122103 requests in 2.01s, 18.63MB read
`;

suite("the report of wrk", () => {
  test("is read with its units", () => {
    assert.deepEqual(parseWrk(REPORT), {
      requests: 122_103,
      seconds: 2.01,
      bytes: 19_534_971,
      p50Ms: 0.987,
      p90Ms: 1.29,
      p99Ms: 2.13,
      refused: 0,
      socketErrors: 0,
    });
    assert.equal(parseWrk(REPORT.replace("2.01s", "1.50m"))?.seconds, 90);
  });

  test("tells what went wrong", () => {
    const errors = "  Socket errors: connect 1, read 2, write 3, timeout 4\n  Non-2xx or 3xx responses: 17\n";
    const report = parseWrk(`${REPORT}${errors}`);
    assert.deepEqual([report?.socketErrors, report?.refused], [10, 17]);
  });

  test("is null where wrk said nothing of requests", () => {
    assert.equal(parseWrk("unable to connect to 127.0.0.1:1 Connection refused"), null);
  });
});

suite("the script of wrk", () => {
  test("leaves a single request to wrk", () => {
    const script = toLua(
      [{ method: "POST", path: "/a", headers: { "content-type": "application/json" }, body: '{"a":1}' }],
      1,
    );
    assert.equal(
      script,
      'wrk.method = "POST"\nwrk.headers["content-type"] = "application/json"\nwrk.body = "{\\"a\\":1}"\n',
    );
  });

  test("names a host as wrk does, which adds its own beside any other name", () => {
    const request = { path: "/", headers: { host: "api.example" } };
    assert.match(toLua([request], 1), /^wrk\.headers\["Host"\] = "api\.example"$/m);
    assert.match(toLua([request], 4), /\{\["Host"\] = "api\.example"\}/);
  });

  test("sends several in turn, and each as deep as asked", () => {
    const script = toLua([{ path: "/a" }, { method: "POST", path: "/b", body: 65_536 }], 16);
    assert.match(script, /requests\[1\] = string\.rep\(wrk\.format\("GET", "\/a", \{\}, nil\), 16\)/);
    assert.match(script, /requests\[2\] = .*string\.rep\("x", 65536\)\), 16\)/);
    assert.match(script, /at = at % #requests \+ 1/);
  });
});
