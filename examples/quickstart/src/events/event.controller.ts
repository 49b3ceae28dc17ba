import { setTimeout as delay } from "node:timers/promises";
import { get } from "armature";
import { z } from "zod";

const EventQuery = z.object({
  count: z.coerce.number().int().min(1).max(1000).default(5),
  everyMs: z.coerce.number().int().min(0).max(10_000).default(1000),
});

/** Streams lines of JSON as they happen; a client that leaves ends the loop. */
export class EventController {
  static readonly path = "/api/events";

  readonly stream = get("/", { query: EventQuery }, ({ query, reply, signal }) =>
    reply.stream(ticks(query.count, query.everyMs, signal), { type: "application/x-ndjson" }),
  );
}

async function* ticks(count: number, everyMs: number, signal: AbortSignal): AsyncGenerator<string, void, undefined> {
  for (let tick = 1; tick <= count && !signal.aborted; tick++) {
    yield `${JSON.stringify({ tick, at: new Date().toISOString() })}\n`;
    if (tick < count) await delay(everyMs);
  }
}
