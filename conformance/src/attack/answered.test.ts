import assert from "node:assert/strict";
import { HeaderBlock } from "@armature/http";
import { describe, test } from "node:test";
import { armature, type Context } from "armature";

import { turn } from "../app/harness/note.ts";
import { LogLines } from "../app/harness/log-lines.ts";
import { eventually } from "../serve.ts";
import { WAYS } from "../app/harness/ways.ts";

const HEAD = { status: 200, block: HeaderBlock.empty, fields: null };

for (const way of WAYS)
  describe(`handlers that answer through the exchange by ${way.name}`, () => {
    test("are done when they return nothing", async () => {
      const lines = new LogLines();
      const source = armature({ requestLog: true })
        .get("/sync", ({ exchange }: Context) => exchange.respond(HEAD, "itself"))
        .get("/async", async ({ exchange }: Context) => {
          await turn();
          exchange.respond(HEAD, "itself");
        })
        .get("/stream", ({ exchange }: Context) => {
          const writer = exchange.stream(HEAD, null);
          writer.write("itself");
          writer.end();
        });
      await using running = await way.start(source, { logger: lines.logger });
      for (const path of ["/sync", "/async", "/stream"])
        assert.equal((await running.request("GET", path)).text, "itself", path);
      await eventually(() => lines.requests().length === 3);
      assert.deepEqual(lines.errorCodes(), []);
    });

    test("are told when they return a second answer at once", async () => {
      const lines = new LogLines();
      const source = armature().get("/", ({ exchange }: Context) => {
        exchange.respond(HEAD, "first");
        return "second";
      });
      await using running = await way.start(source, { logger: lines.logger });
      assert.equal((await running.request("GET", "/")).text, "first");
      assert.deepEqual(lines.errorCodes(), ["E_EXCHANGE_ANSWERED"]);
    });
  });
