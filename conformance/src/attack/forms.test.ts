import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { armature } from "armature";
import { WAYS } from "../app/harness/ways.ts";

const FORM = { "content-type": "application/x-www-form-urlencoded" };

for (const way of WAYS)
  describe(`forms by ${way.name}`, () => {
    // Text that is not ASCII need not be escaped to be UTF-8.
    test("may mix escapes with UTF-8 as it is", async () => {
      await using running = await way.start(armature().post("/", async ({ body }) => await body.value()));
      const answer = await running.request("POST", "/", {
        headers: FORM,
        body: "ä=%C3%A4€%2b&😀%20=%ff%zz&%F0%9F%98=%EF%BB%BFx",
      });
      assert.deepEqual(answer.json, { ä: "ä€+", "😀 ": "\ufffd%zz", "\ufffd": "\ufeffx" });
    });

    test("with as many parameters as fit are read", async () => {
      const source = armature().post("/", async ({ body }) => {
        const form = (await body.value()) as Record<string, string | string[]>;
        return [Object.keys(form).length, form["a"]?.length];
      });
      await using running = await way.start(source);
      const body = `${"a&".repeat(260_000)}${Array.from({ length: 60_000 }, (_, at) => at).join("=&")}`;
      const answer = await running.request("POST", "/", { headers: FORM, body });
      assert.deepEqual(answer.json, [60_001, 260_000]);
    });
  });
