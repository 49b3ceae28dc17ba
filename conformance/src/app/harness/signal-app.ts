import { setTimeout as wait } from "node:timers/promises";
import { armature, createLogger, provide, token } from "armature";

/** How the program of the signal tests goes about its end; its first argument. */
type Ending = "clean" | "failing" | "hanging" | "two" | "deaf";

const ending = process.argv[2] as Ending; // the tests start it, and nobody else

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

class Witness {
  beforeApplicationShutdown(signal?: string): void {
    say(`before ${signal ?? "nothing"}`);
  }

  async onApplicationShutdown(signal?: string): Promise<void> {
    say(`shutdown ${signal ?? "nothing"}`);
    if (ending === "failing") throw new Error("cannot let go");
    if (ending === "hanging") await wait(60_000);
  }
}

const app = armature({ logger: createLogger({ level: "silent" }) })
  .provide(Witness)
  .get("/slow", async () => {
    say("working");
    await wait(100);
    return "done";
  });

if (ending === "two") {
  const slow = {
    beforeApplicationShutdown: async () => await wait(100),
    onApplicationShutdown: () => say("other"),
  };
  await armature({ logger: createLogger({ level: "silent" }) })
    .provide(provide(token("SLOW"), { useValue: slow }))
    .listen({ port: 0 });
}

const { port } = await app.listen({ port: 0, ...(ending === "deaf" ? { signals: false } : {}) });
say(`ready ${port}`);
