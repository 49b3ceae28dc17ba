import { createClient } from "@armature/client";
import type { createPageApp } from "./page-app.ts";

// Runs in the browser: served as it was compiled, without a bundler.

/** Workers of browsers, which the types of Node do not have. */
declare const Worker: new (
  url: string,
  options: { readonly type: "module" },
) => { addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void };

type Api = ReturnType<typeof createPageApp>;

const client = createClient<Api>("/");

/** Each part of the test by name; what it gives is compared in the test. */
const PARTS: Readonly<Record<string, () => Promise<unknown>>> = {
  async calls() {
    const found = await client("/api/users/:id(int)").get({
      params: { id: 7 },
      query: { tag: ["a&b", "ü"] },
    });
    const missing = await client("/api/users/:id(int)").get({ params: { id: 0 } });
    const made = await client("/api/users")
      .post({ body: { name: "Ada" } })
      .orThrow();
    return [found.status, found.data, missing.status, missing.problem?.code, made];
  },

  async uploads() {
    const told: unknown[] = [];
    const file = new File(["abc"], "ü.txt", { type: "text/plain" });
    const onUploadProgress = (progress: unknown): void => void told.push(progress);
    const sent = await client("/api/files")
      .post({ body: { title: "x", file }, format: "multipart", onUploadProgress })
      .orThrow();
    const stream = new Blob(["piece by piece"]).stream();
    return [sent, told.length, await client("/api/bytes").post({ body: stream }).orThrow()];
  },

  async streams() {
    const ticks: unknown[] = [];
    for await (const tick of client("/api/ticks")
      .get({ query: { count: 3 } })
      .values())
      ticks.push(tick);
    // It has no end of its own.
    for await (const tick of client("/api/ticks")
      .get({ query: { count: 1e9 } })
      .values())
      if (ticks.push(tick) > 5) break;
    return ticks;
  },

  async events() {
    const events: unknown[] = [];
    for await (const event of client("/api/events").get().events()) events.push(event);
    return events;
  },

  async abort() {
    const controller = new AbortController();
    const waiting = client("/api/slow").get({ signal: controller.signal });
    setTimeout(() => controller.abort("enough"), 50);
    const codes = [
      await codeOf(waiting),
      await codeOf(client("/api/slow").get({ timeoutMs: 50, retry: null })),
    ];
    return [
      ...codes,
      await codeOf(createClient<Api>("http://127.0.0.1:9/")("/api/slow").get({ retry: null })),
    ];
  },

  async worker() {
    const worker = new Worker("/worker.js", { type: "module" });
    const { promise, resolve } = Promise.withResolvers<unknown>();
    worker.addEventListener("message", ({ data }) => resolve(data));
    return await promise;
  },
};

async function codeOf(call: Promise<unknown>): Promise<unknown> {
  return await call.then(
    () => "answered",
    (error: unknown) => (error as { code?: unknown }).code,
  );
}

const results: Record<string, unknown> = {};
for (const [name, run] of Object.entries(PARTS)) {
  results[name] = await run().catch((error: unknown) => String(error));
}
await fetch("/results", { method: "POST", body: JSON.stringify(results) });
