import { parentPort } from "node:worker_threads";
import { armature, createEngine } from "armature";

const PIECE = new Uint8Array(16 * 1024);

async function* eager(): AsyncGenerator<Uint8Array, void, undefined> {
  for (;;) yield PIECE;
}

function* eagerSync(): Generator<Uint8Array, void, undefined> {
  for (;;) yield PIECE;
}

function eagerWeb(): ReadableStream<Uint8Array> {
  return new ReadableStream({ pull: (controller) => controller.enqueue(PIECE) });
}

// Runs as a worker, so that a test can end it even where its event loop never turns again.
const app = armature({ engine: createEngine() })
  .get("/hello", () => "hello")
  .get("/async", () => eager())
  .get("/sync", ({ reply }) => reply.stream(eagerSync()))
  .get("/web", () => eagerWeb())
  .get("/response", () => new Response(eagerWeb()));
const { port } = await app.listen({ port: 0 });
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
parentPort?.postMessage(port);
