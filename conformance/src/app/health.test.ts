import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { armature, type HealthIndicator, type HealthOptions } from "armature";
import { LogLines } from "./harness/log-lines.ts";
import { turn } from "./harness/note.ts";
import { SOCKET, WAYS, type Source } from "./harness/ways.ts";

const source: Source = armature({ prefix: "/api" })
  .use((context, next) => {
    context.setHeader("x-stage", "1");
    return next(context);
  })
  .guard(() => false)
  .get("/a", () => "a");

const PATHS = ["/health", "/health/live", "/health/ready"] as const;

for (const way of WAYS)
  describe(`health by ${way.name}`, () => {
    const statuses = async (health: HealthOptions | true): Promise<Record<string, unknown[]>> => {
      await using running = await way.start(source, { health });
      const seen: Record<string, unknown[]> = {};
      for (const path of PATHS) {
        const answer = await running.request("GET", path);
        assert.equal(answer.header("cache-control"), "no-store");
        const { status, checks } = answer.json as {
          status: string;
          checks: Record<string, { status: string }>;
        };
        seen[path] = [answer.status, status, Object.keys(checks).toSorted().join()];
      }
      return seen;
    };

    test("is up, without the prefix and the stages of the application", async () => {
      assert.deepEqual(await statuses(true), {
        "/health": [200, "up", "application"],
        "/health/live": [200, "up", ""],
        "/health/ready": [200, "up", "application"],
      });
    });

    test("asks indicators, sync or async", async () => {
      const indicators = { a: () => undefined, b: async () => await turn() };
      assert.deepEqual(await statuses({ live: { loop: () => true }, ready: indicators }), {
        "/health": [200, "up", "a,application,b,loop"],
        "/health/live": [200, "up", "loop"],
        "/health/ready": [200, "up", "a,application,b"],
      });
    });

    const down: Readonly<Record<string, HealthIndicator>> = {
      "returns false": () => false,
      throws: () => {
        throw new Error("secret");
      },
      "throws nothing": () => {
        // oxlint-disable-next-line no-throw-literal -- what an indicator may do
        throw undefined;
      },
      rejects: async () => {
        await turn();
        throw new Error("secret");
      },
      "never ends": async () => await new Promise(() => {}),
    };
    for (const [what, indicator] of Object.entries(down))
      test(`is down where an indicator ${what}, and the others are asked all the same`, async () => {
        const lines = new LogLines();
        const ready = { bad: indicator, good: () => ({ version: 3 }) };
        await using running = await way.start(source, {
          health: { ready, timeoutMs: 20 },
          logger: lines.logger,
        });
        const answer = await running.request("GET", "/health/ready");
        assert.equal(answer.status, 503);
        assert.deepEqual(answer.json, {
          status: "down",
          checks: {
            application: { status: "up" },
            bad: { status: "down" },
            good: { status: "up", details: { version: 3 } },
          },
        });
        assert.doesNotMatch(answer.text, /secret/);
        assert.equal((await running.request("GET", "/health/live")).status, 200);
        assert.equal((await running.request("GET", "/health")).status, 503);
        const told = lines.all.filter(
          ({ level, fields }) => level === "warn" && fields["indicator"] === "bad",
        );
        assert.equal(told.length, what === "returns false" ? 0 : 2);
      });

    test("is not served unless it is asked for", async () => {
      await using running = await way.start(armature().get("/", () => "a"));
      assert.equal((await running.request("GET", "/health")).status, 404);
    });
  });

test("an application that begins to stop is alive and not ready, while it still answers", async () => {
  const seen: number[] = [];
  class Witness {
    async beforeApplicationShutdown(): Promise<void> {
      for (const path of PATHS) seen.push((await running.request("GET", path)).status);
    }
  }
  const running = await SOCKET.start(armature({ health: true }).provide(Witness));
  seen.push((await running.request("GET", "/health/ready")).status);
  await running.app.close();
  assert.deepEqual(seen, [200, 503, 200, 503]);
});
