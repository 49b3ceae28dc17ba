import assert from "node:assert/strict";
import { test } from "node:test";
import { call } from "./testing/answer.ts";
import { QuickstartProcess } from "./testing/quickstart-process.ts";

for (const port of ["x", "-1", "65536", "80.5", "0x50", " 80"]) {
  test(`PORT=${JSON.stringify(port)} is refused with a reason and exit code 1`, async () => {
    await using app = new QuickstartProcess({ PORT: port });
    assert.deepEqual(await app.ended(), { code: 1, signal: null });
    assert.equal(app.stderr, `PORT must be a number between 0 and 65535 (got ${JSON.stringify(port)}).\n`);
    assert.deepEqual(app.lines, []);
  });
}

test("a port in use is refused with a reason and exit code 1, and the one that has it goes on", async () => {
  const first = await QuickstartProcess.start();
  await using second = new QuickstartProcess({ PORT: String(first.port) });
  assert.deepEqual(await second.ended(), { code: 1, signal: null });
  assert.equal(
    second.stderr,
    `Port ${first.port} on 127.0.0.1 is in use; stop the program that listens there, or choose another port (0 picks a free one).\n`,
  );
  assert.deepEqual(second.lines, []);
  assert.equal((await call(`${first.url}/health`)).status, 200);
  await first.stop();
});

test("a host that is none of this machine's is refused with a reason and exit code 1", async () => {
  // An address of a network that is for documentation only (RFC 5737).
  await using app = new QuickstartProcess({ HOST: "192.0.2.1" });
  assert.deepEqual(await app.ended(), { code: 1, signal: null });
  assert.match(app.stderr, /^Host must be an address of this machine, .* \(got "192\.0\.2\.1"\)\.\n$/);
});

test("PORT and HOST say where it listens", async () => {
  const first = await QuickstartProcess.start({ HOST: "127.0.0.1" });
  const { port } = first;
  await first.stop();
  const second = await QuickstartProcess.start({ HOST: "0.0.0.0", PORT: String(port) });
  assert.equal(second.url, `http://0.0.0.0:${port}`);
  assert.equal((await call(`http://127.0.0.1:${port}/health`)).status, 200);
  await second.stop();
});
