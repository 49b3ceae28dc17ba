import assert from "node:assert/strict";
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { test } from "node:test";
import type { Readable } from "node:stream";

const FOLDER = join(import.meta.dirname, "..");
const READY = /^no-build is ready at (http:\/\/\S+)\n/;

const skip = skipReason();

function skipReason(): string | false {
  if (process.features.typescript === false) return "this Node does not run TypeScript";
  return process.platform === "win32" ? "Windows has no signals" : false;
}

/** The example as a user starts it. */
class AppProcess implements AsyncDisposable {
  stdout = "";
  stderr = "";
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #closed: Promise<unknown[]>;

  constructor() {
    const { NODE_TEST_CONTEXT: _context, ...env } = process.env;
    this.#child = spawn(process.execPath, ["app.ts"], {
      cwd: FOLDER,
      env: { ...env, PORT: "0" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child.stdout.setEncoding("utf8").on("data", (text: string) => (this.stdout += text));
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => (this.stderr += text));
    this.#closed = once(this.#child, "close");
  }

  /** The address of the ready line; fails where the process ends without one. */
  async ready(): Promise<string> {
    for (;;) {
      const url = READY.exec(this.stdout)?.[1];
      if (url !== undefined) return url;
      const ended = await Promise.race([once(this.#child.stdout, "data"), this.#closed.then(() => null)]);
      assert.ok(ended !== null, `it ended before it was ready: ${this.stderr}`);
    }
  }

  /** Sends a signal, and gives what it ended with. */
  async stop(signal: NodeJS.Signals): Promise<unknown[]> {
    this.#child.kill(signal);
    return await this.#closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop("SIGKILL");
  }
}

async function call(url: string, init: RequestInit = {}): Promise<readonly [status: number, body: unknown]> {
  const response = await fetch(url, init);
  const text = await response.text();
  assert.equal(response.headers.get("x-served-by"), "no-build");
  return [response.status, text === "" ? null : (JSON.parse(text) as unknown)];
}

function post(note: unknown): RequestInit {
  return { method: "POST", body: JSON.stringify(note), headers: { "content-type": "application/json" } };
}

/** What a problem document says. */
function codeOf(body: unknown): unknown {
  return (body as { code?: unknown }).code;
}

test("node app.ts serves routes that are functions, and ends with 0 at SIGTERM", { skip }, async () => {
  await using app = new AppProcess();
  const url = await app.ready();
  assert.deepEqual(await call(`${url}/hello/J%C3%BCrgen`), [200, { hello: "J\u00fcrgen" }]);
  assert.deepEqual(await call(`${url}/sum?a=1.5&b=2`), [200, { sum: 3.5 }]);
  const [status, problem] = await call(`${url}/sum?a=1.5&b=two`);
  assert.deepEqual([status, codeOf(problem)], [400, "E_VALIDATION_FAILED"]);
  const member = { headers: { "x-member": "yes" } };
  assert.deepEqual(await call(`${url}/teams/red/pages/2`, member), [200, { team: "red", next: 3 }]);
  assert.equal((await call(`${url}/teams/red/pages/2`))[0], 403);
  assert.equal((await call(`${url}/teams/red/pages/two`, member))[0], 404);
  assert.deepEqual(await app.stop("SIGTERM"), [0, null]);
  assert.equal(app.stderr, "");
});

test(
  "node app.ts serves routes that are fields of a class, and ends with 0 at SIGINT",
  { skip },
  async () => {
    await using app = new AppProcess();
    const url = `${await app.ready()}/notes`;
    const milk = { id: 1, title: "Milk", tags: ["shop"] };
    assert.deepEqual(await call(url, post({ title: "Milk", tags: ["shop"], owner: "me" })), [201, milk]);
    assert.deepEqual(await call(url, post({ title: "Rest" })), [201, { id: 2, title: "Rest", tags: [] }]);
    const [status, problem] = await call(url, post({ title: "" }));
    assert.deepEqual([status, codeOf(problem)], [422, "E_VALIDATION_FAILED"]);
    assert.deepEqual(await call(`${url}?tag=shop`), [200, [milk]]);
    assert.deepEqual(await call(`${url}/1`), [200, milk]);
    assert.equal((await call(`${url}/one`))[0], 400);
    assert.deepEqual(await call(`${url}/1`, { method: "DELETE" }), [204, null]);
    assert.equal((await call(`${url}/1`))[0], 404);
    assert.equal((await call(url, { method: "PUT" }))[0], 405);
    assert.deepEqual(await app.stop("SIGINT"), [0, null]);
    assert.equal(app.stderr, "");
  },
);
