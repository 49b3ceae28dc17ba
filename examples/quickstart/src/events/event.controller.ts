import { setTimeout as delay } from "node:timers/promises";
import { get } from "armature";
import { z } from "zod";

const EventQuery = z.object({
  count: z.int().min(1).max(1000).default(5),
  everyMs: z.int().min(0).max(10_000).default(1000),
});

/** Streams lines of JSON as they happen. */
export class EventController {
  static readonly path = "/api/events";

  readonly stream = get(
    "/",
    {
      query: EventQuery,
      docs: { summary: "Streams events", contents: { 200: { "application/x-ndjson": { type: "string" } } } },
    },
    ({ query, reply, signal }) => reply.stream(ticks(query, signal), { type: "application/x-ndjson" }),
  );
}

/** Each line is sent when it is yielded; the signal ends the wait where the client leaves. */
async function* ticks({ count, everyMs }: z.infer<typeof EventQuery>, signal: AbortSignal) {
  for (let tick = 1; tick <= count; tick++) {
    if (tick > 1) await delay(everyMs, undefined, { signal });
    yield `${JSON.stringify({ tick, at: new Date().toISOString() })}\n`;
  }
}
