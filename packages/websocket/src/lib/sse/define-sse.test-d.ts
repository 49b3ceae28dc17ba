import { z } from "zod";
import { defineSse, sse } from "./define-sse.ts";
import { createEventChannel } from "./event-channel.ts";
import type { SseContext } from "./event-stream.ts";

const events = { tick: z.object({ at: z.string().transform(Number) }) };
const news = createEventChannel({ events });

export const typed = (context: SseContext): unknown =>
  defineSse({ events })(context, async (stream) => {
    stream.send("tick", { at: "1" });
    // @ts-expect-error what is sent is what the schema takes, not what it gives
    stream.send("tick", { at: 1 });
    // @ts-expect-error there is no such event
    stream.send("tock", { at: "1" });
    news.join(stream);
    await stream.ended();
  });

export const untyped = (context: SseContext): unknown =>
  sse(context, async (stream) => {
    stream.send("anything", [1]);
    await stream.ended();
  });

news.publish("tick", { at: "1" }, { id: "1" });
// @ts-expect-error there is no such event
news.publish("tock", { at: "1" });
// @ts-expect-error the function says when it is done
sse({} as SseContext, (stream) => stream.end());
