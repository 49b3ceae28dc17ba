import assert from "node:assert/strict";
import { test } from "node:test";
import { isFinalClose, resolveClientOptions } from "./client-options.ts";
import { toSocketUrl } from "./socket-url.ts";

test("the URL of a page stands for the socket at its place", () => {
  assert.equal(toSocketUrl("http://a.example/chat?x=1#top"), "ws://a.example/chat?x=1");
  assert.equal(toSocketUrl(new URL("https://a.example:8443/")), "wss://a.example:8443/");
  assert.equal(toSocketUrl("wss://a.example"), "wss://a.example/");
});

for (const url of ["", "/chat", "ftp://a.example", "a b"])
  test(`${JSON.stringify(url)} is no URL of a socket where there is no page`, () => {
    assert.throws(() => toSocketUrl(url), { code: "E_SOCKET_URL" });
  });

test("a client does not come back where it would be the same again", () => {
  const codes = [
    1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 3000, 4000, 4999,
  ];
  assert.deepEqual(
    codes.filter((code) => isFinalClose({ code, reason: "" })),
    [1000, 1002, 1003, 1007, 1008, 1010, 4000, 4999],
  );
});

test("options that cannot be are mistakes", () => {
  const wrong = [{ maxAttempt: 1 }, { heartbeatMs: -1 }, { bufferBytes: "1" }, { maxAttempts: Number.NaN }];
  for (const options of wrong)
    assert.throws(() => resolveClientOptions(options as object), { code: "E_SOCKET_OPTION" });
  assert.equal(
    resolveClientOptions({ heartbeatMs: 0, minBackoffMs: undefined as unknown as number }).minBackoffMs,
    500,
  );
});
