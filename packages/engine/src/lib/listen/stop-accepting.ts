import type { Server } from "node:net";

/** Connections that wait in the system are accepted for so long at most; that it takes longer means that clients go on connecting. */
const BACKLOG_MS = 250;

/**
 * Closes a listening socket behind the connections that wait in front of it: the system has accepted them, and closing would
 * reset them.
 */
export async function stopAccepting(server: Server): Promise<void> {
  const untilMs = performance.now() + BACKLOG_MS;
  let accepted = 0;
  let before = -1;
  server.on("connection", () => accepted++);
  while (accepted !== before && performance.now() < untilMs) {
    before = accepted;
    // A turn accepts one, and the first of these ends a turn that has begun already.
    await turn();
    await turn();
  }
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
