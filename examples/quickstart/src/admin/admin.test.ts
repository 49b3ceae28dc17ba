import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertProblem, call, send, type Answer } from "../testing/answer.ts";
import { ADMIN_TOKEN, QuickstartProcess } from "../testing/quickstart-process.ts";

let app: QuickstartProcess;
before(async () => {
  app = await QuickstartProcess.start();
});
after(async () => await app.stop());

async function stats(authorization?: string, at = app): Promise<Answer> {
  const headers = authorization === undefined ? {} : { authorization };
  return await send(`${at.url}/api/admin/stats`, { headers });
}

const FORBIDDEN = { status: 403, code: "E_FORBIDDEN", detail: "You may not do this." };

test("without a token the answer is 401 and says what is wanted", async () => {
  for (const authorization of [undefined, "", "Bearer", "Basic YTpi"]) {
    const answer = await stats(authorization);
    assertProblem(answer, { status: 401, code: "E_UNAUTHORIZED", detail: "Send the admin token." });
    assert.equal(answer.headers.get("www-authenticate"), 'Bearer realm="admin"');
  }
});

test("with a wrong token it is 403", async () => {
  for (const token of ["x", `${ADMIN_TOKEN}x`, ADMIN_TOKEN.toUpperCase()]) {
    assertProblem(await stats(`Bearer ${token}`), FORBIDDEN);
  }
});

test("with the token the stats are shown, and they see the users", async () => {
  await call(`${app.url}/api/users`, "POST", { name: "Counted", email: "counted@example.com" });
  const answer = await stats(`Bearer ${ADMIN_TOKEN}`);
  assert.equal(answer.status, 200);
  const { users, uptimeSeconds } = JSON.parse(answer.text) as Record<string, unknown>;
  assert.equal(users, 1);
  assert.ok(Number.isInteger(uptimeSeconds));
});

test("where no token is set nobody may see them", async () => {
  const closed = await QuickstartProcess.start({ ADMIN_TOKEN: "" });
  for (const token of ["x", "null", "undefined"]) {
    assertProblem(await stats(`Bearer ${token}`, closed), FORBIDDEN);
  }
  await closed.stop();
});
