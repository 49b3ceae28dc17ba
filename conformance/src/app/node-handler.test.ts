import assert from "node:assert/strict";
import { test } from "node:test";
import { armature } from "armature";
import { LogLines } from "./harness/log-lines.ts";
import { NODE } from "./harness/ways.ts";

test("an application that has stopped inside a server of others answers 503", async () => {
  await using running = await NODE.start(armature().get("/", () => "served"));
  assert.equal((await running.request("GET", "/")).text, "served");
  await running.app.close();
  assert.equal((await running.request("GET", "/")).status, 503);
});

test("an application inside a server of others numbers, logs and explains what it refuses", async () => {
  const lines = new LogLines();
  const options = { logger: lines.logger, requestLog: true };
  await using running = await NODE.start(
    armature().post("/", () => "served"),
    options,
  );
  await running.app.close();
  for (const method of ["POST", "HEAD"]) {
    const answer = await running.request(method, "/a?b=c");
    const [line] = lines.all.splice(0);
    assert.equal(line?.message, "request refused");
    const { requestId, code, path, status } = line.fields;
    assert.deepEqual([answer.header("x-request-id"), status, path], [requestId, 503, "/a"]);
    assert.equal(answer.header("connection"), "close");
    if (method === "POST") assert.equal(answer.problem["code"], code);
    else assert.equal(answer.text, "");
  }
});

test("an application inside a server of others tells the log why it did not start", async () => {
  const lines = new LogLines();
  class Broken {
    onApplicationBootstrap(): void {
      throw new Error("no database");
    }
  }
  const options = { logger: lines.logger, requestLog: true };
  await using running = await NODE.start(
    armature()
      .provide(Broken)
      .get("/", () => "served"),
    options,
  );
  const answer = await running.request("GET", "/");
  assert.equal(answer.problem["code"], "E_APP_NOT_STARTED");
  assert.doesNotMatch(answer.text, /database/);
  assert.ok(lines.all.some(({ fields }) => String(fields["err"]).includes("no database")));
});
