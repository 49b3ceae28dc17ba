import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { armature, type AppBuilder } from "armature";
import { WAYS, WIRE_WAYS } from "../app/harness/ways.ts";

/**
 * Text that looks like array indexes and shares a hash in engines whose hash of them has no seed: the value is kept in 24 bits
 * and the length above, so that numbers of one length that differ by a multiple of 2 to the 24 collide.
 */
function collidingIndexes(count: number): string[] {
  return Array.from({ length: count }, (_, at) => String(1_000_000_001 + at * 2 ** 24).slice(0, 15));
}

/** Words that share a hash under the times-33 function, which many hash tables used: "Ez" and "FY" do. */
function collidingWords(count: number): string[] {
  return Array.from({ length: count }, (_, at) =>
    at.toString(2).padStart(16, "0").replaceAll("0", "Ez").replaceAll("1", "FY"),
  );
}

const KEYS: Readonly<Record<string, readonly string[]>> = {
  "numbers that collide": collidingIndexes(20_000),
  "words that collide": collidingWords(20_000),
  "one name": Array.from({ length: 20_000 }, () => "a"),
};

const counting = (): AppBuilder<unknown, string> =>
  armature().post("/", async ({ body }) => {
    const value = (await body.value()) as Record<string, unknown>;
    return Object.values(value).flat().length;
  }) as AppBuilder<unknown, string>;

// Quadratic work on these would take minutes; the runner's patience is the only clock here.
for (const way of WAYS)
  describe(`many keys by ${way.name}`, { timeout: 60_000 }, () => {
    for (const [what, keys] of Object.entries(KEYS)) {
      test(`in a form: ${what}`, async () => {
        await using running = await way.start(counting());
        const headers = { "content-type": "application/x-www-form-urlencoded" };
        const body = keys.map((key) => `${key}=1`).join("&");
        assert.equal((await running.request("POST", "/", { headers, body })).json, keys.length);
      });

      test(`in JSON: ${what}`, async () => {
        await using running = await way.start(counting());
        const headers = { "content-type": "application/json" };
        const body = `{${keys.map((key) => `"${key}":1`).join()}}`;
        const distinct = new Set(keys).size;
        assert.equal((await running.request("POST", "/", { headers, body })).json, distinct);
      });
    }
  });

for (const way of WIRE_WAYS)
  describe(`a head full of names by ${way.name}`, { timeout: 60_000 }, () => {
    test("of cookies is read in time that fits its size", async () => {
      const source = armature().get("/", ({ request: { cookies } }) => Object.keys(cookies).length);
      await using running = await way.start(source);
      const names = collidingWords(300);
      const headers = { cookie: names.map((name) => `${name}=1`).join("; ") };
      assert.equal((await running.request("GET", "/", { headers })).json, names.length);
    });

    test("of a query is read in time that fits its size", async () => {
      const source = armature().get("/", ({ request: { query } }) => Object.keys(query).length);
      await using running = await way.start(source);
      const names = collidingIndexes(500);
      const target = `/?${names.map((name) => `${name}=1`).join("&")}`;
      assert.equal((await running.request("GET", target)).json, names.length);
    });

    test("of blanks, commas and semicolons is read in time that fits its size", async () => {
      const source = armature().get("/", ({ request }) => {
        const { cookies, headers } = request;
        return [Object.keys(cookies).length, headers.get("accept")?.length];
      });
      await using running = await way.start(source);
      for (const filler of [" ", ";", ",", "\t", "=", '"', "%", "%c3", "a=;", "; ="]) {
        const value = `a${filler.repeat(7_000 / filler.length)}b`;
        const answer = await running.request("GET", "/", {
          headers: {
            cookie: value,
            accept: value,
            "accept-encoding": value.slice(0, 500),
            "if-none-match": value.slice(0, 500),
          },
        });
        assert.equal(answer.status, 200, filler);
      }
    });
  });
