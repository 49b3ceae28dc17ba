import type { Context } from "@armature/core";

/** Logs what the application threw for a socket; a logger that fails must not fail the socket too. */
export function logFailure(context: Context, error: unknown): void {
  const { path, name } = context.route;
  try {
    context.log.error({ err: error, route: path, handler: name }, "websocket failed");
  } catch {
    // There is nobody else to tell.
  }
}

/** Logs what the application throws later. */
export async function logRejection(context: Context, work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    logFailure(context, error);
  }
}
