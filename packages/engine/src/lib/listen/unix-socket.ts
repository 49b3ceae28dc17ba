import { chmodSync, lstatSync, unlinkSync, type Stats } from "node:fs";
import { connect, type Server } from "node:net";
import { isMainThread } from "node:worker_threads";
import { listenOn } from "./listen-on.ts";
import type { UnixTarget } from "./listen-target.ts";

/**
 * Binds a server to a Unix domain socket, in the place of a stale one: a socket file behind which nobody answers any more, as
 * a process leaves it that was killed.
 * @throws Error what the system refused; EADDRINUSE where somebody answers, or the file is no socket
 */
export async function bindUnix(server: Server, target: UnixTarget): Promise<void> {
  try {
    await attempt(server, target);
  } catch (error) {
    if (!isInUse(error)) throw error;
    if (await removeStale(target.path)) await attempt(server, target);
    else throw error;
  }
}

async function attempt(server: Server, { path, mode, exclusive, backlog }: UnixTarget): Promise<void> {
  await withUmask(mode, () => listenOn(server, { path, exclusive, backlog }));
  // In a worker thread or a cluster the file is made elsewhere, under another umask.
  if (mode !== null) chmodSync(path, mode);
}

/** The file is made within the call, so that it never has more permissions than it should; threads cannot set the umask. */
function withUmask<T>(mode: number | null, call: () => T): T {
  if (mode === null || !isMainThread) return call();
  const before = process.umask(0o777 & ~mode);
  try {
    return call();
  } finally {
    process.umask(before);
  }
}

/** Whether the place is free now. */
async function removeStale(path: string): Promise<boolean> {
  if (path.startsWith("\0")) return false;
  const before = lstatSync(path, { throwIfNoEntry: false });
  if (before === undefined) return true;
  if (!before.isSocket() || !(await isDeserted(path))) return false;
  // Another process may have replaced it while this one asked; what is new is left alone.
  const now = lstatSync(path, { throwIfNoEntry: false });
  if (now !== undefined && isSameFile(now, before)) unlinkSync(path);
  return true;
}

function isSameFile(now: Stats, before: Stats): boolean {
  return now.ino === before.ino && now.dev === before.dev && now.ctimeMs === before.ctimeMs;
}

/** Whether nobody listens behind a socket file; a refusal for any other reason, e.g. a full queue, means that somebody does. */
function isDeserted(path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const probe = connect(path);
  probe.once("connect", () => resolve(false));
  probe.once("error", (error: NodeJS.ErrnoException) =>
    resolve(error.code === "ECONNREFUSED" || error.code === "ENOENT"),
  );
  return promise.finally(() => probe.destroy());
}

function isInUse(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}
