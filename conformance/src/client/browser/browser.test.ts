import assert from "node:assert/strict";
import { test } from "node:test";
import { Chromium, hasChromium } from "./chromium.ts";
import { createPageApp } from "./page-app.ts";

/** Why the test cannot run here; in CI it must. */
function reasonToSkip(): string | false {
  if (hasChromium()) return false;
  assert.notEqual(process.env["CI"], "true", "chromium is needed in CI; install it");
  return "chromium is not installed";
}

test("the built client runs in a browser as it is", { skip: reasonToSkip(), timeout: 120_000 }, async () => {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  await using app = createPageApp(resolve);
  const { url } = await app.listen({ port: 0 });
  await using chromium = new Chromium(url);
  const results = await Promise.race([promise, chromium.ended()]);
  assert.deepEqual(results, {
    calls: [200, { id: 7, tags: ["a&b", "ü"] }, 404, "E_NOT_FOUND", { name: "Ada" }],
    uploads: [
      [
        ["title", "x"],
        ["ü.txt", "abc"],
      ],
      1,
      14,
    ],
    streams: [1, 2, 3, 1, 2, 3].map((tick) => ({ tick })),
    events: ["1", "2"].map((id) => ({ type: "news", data: id, id })),
    abort: ["E_CLIENT_ABORTED", "E_CLIENT_TIMEOUT", "E_CLIENT_NETWORK"],
    worker: { id: 8, tags: [] },
  });
  await app.close({ graceMs: 0 });
});
