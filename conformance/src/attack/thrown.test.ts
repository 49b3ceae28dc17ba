import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { armature } from "armature";
import { LogLines } from "../app/harness/log-lines.ts";
import { WAYS } from "../app/harness/ways.ts";

for (const way of WAYS)
  describe(`what is thrown by ${way.name}`, () => {
    test("by a constraint is answered and logged as an error of a handler is", async () => {
      const lines = new LogLines();
      const source = armature({
        requestLog: true,
        constraints: {
          picky: (segment) => {
            if (segment === "bad") throw new Error("secret");
            return true;
          },
        },
      })
        .use((context, next) => {
          context.setHeader("x-everywhere", "yes");
          return next(context);
        })
        .get("/:id(picky)", ({ params }) => params.id);
      await using running = await way.start(source, { logger: lines.logger });
      for (let i = 0; i < 2; i++) {
        const answer = await running.request("GET", "/bad");
        assert.equal(answer.status, 500);
        assert.equal(answer.problem["code"], "E_INTERNAL");
        assert.equal(answer.header("x-request-id"), answer.problem["requestId"]);
        assert.equal(answer.header("x-everywhere"), "yes");
        assert.doesNotMatch(answer.text, /secret/);
      }
      assert.equal((await running.request("GET", "/good")).text, "good");
      assert.equal(lines.errorMessages().filter((message) => message === "secret").length, 2);
      assert.deepEqual(
        lines.requests().map(({ status }) => status),
        [500, 500, 200],
      );
    });
  });
