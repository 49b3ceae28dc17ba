import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, linkSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { armature, ArmatureError, type AppListenOptions } from "armature";
import type { ListenProgram } from "./harness/listen-app.ts";
import { Program } from "./harness/program.ts";

const PROGRAM = fileURLToPath(new URL("./harness/listen-app.js", import.meta.url));

function listenProgram(
  program: Partial<ListenProgram>,
  stdio?: ConstructorParameters<typeof Program>[2],
): Program {
  const { options = {}, workers = 0, takesHandle = false } = program;
  return new Program(PROGRAM, [JSON.stringify({ options, workers, takesHandle })], stdio);
}

/** A path for a socket in a folder of the test's own. */
function socketPath(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "armature-"));
  context.after(() => rmSync(folder, { recursive: true }));
  return join(folder, "app.sock");
}

function get(
  where: { readonly socketPath: string; readonly path?: string } | { readonly port: number },
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const sent = request({ ...where, host: "127.0.0.1", agent: false }, (answer) => resolve(text(answer)));
  sent.once("error", reject).end();
  return promise;
}

async function refusal(options: AppListenOptions): Promise<string> {
  await using app = armature().get("/", () => "up");
  try {
    await app.listen(options);
  } catch (error) {
    assert.ok(error instanceof ArmatureError, String(error));
    return error.code;
  }
  return "none";
}

async function boundServer(context: TestContext): Promise<Server> {
  const server = createServer();
  context.after(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

/** The descriptor of a server, which Node does not show; a child process gets a copy of it. */
function descriptorOf(server: Server): number {
  return (server as unknown as { readonly _handle: { readonly fd: number } })._handle.fd;
}

test("a Unix domain socket has the permissions that were asked for, and its file goes with it", async (context) => {
  const path = socketPath(context);
  {
    await using app = armature().get("/", ({ request: { peer } }) => ({ peer }));
    const address = await app.listen({ path, mode: 0o620 });
    assert.deepEqual(address, { host: "", port: 0, path, url: `unix:${path}` });
    assert.equal(statSync(path).mode & 0o777, 0o620);
    assert.deepEqual(JSON.parse(await get({ socketPath: path })), {
      peer: { address: "", port: 0, secure: false, unix: true },
    });
  }
  assert.equal(existsSync(path), false);
});

test("the umask of the process stays as it was", async (context) => {
  const before = process.umask();
  await using app = armature();
  await app.listen({ path: socketPath(context), mode: 0o600 });
  assert.equal(process.umask(), before);
});

test("curl speaks over a Unix domain socket", async (context) => {
  const path = socketPath(context);
  if (spawnSync("curl", ["--version"]).status !== 0) {
    assert.notEqual(process.env.CI, "true", "curl is missing");
    return context.skip("curl is missing");
  }
  using program = listenProgram({ options: { path } });
  await program.until("ready", 1);
  const { stdout } = spawnSync("curl", ["-s", "--unix-socket", path, "http://a/"], { encoding: "utf8" });
  assert.match(stdout, /^pid \d+$/);
});

test("a socket that a killed process left is replaced", async (context) => {
  const path = socketPath(context);
  using program = listenProgram({ options: { path } });
  await program.until("ready", 1);
  await program.end("SIGKILL");
  assert.equal(existsSync(path), true);
  await using app = armature().get("/", () => "new");
  await app.listen({ path });
  assert.equal(await get({ socketPath: path }), "new");
});

test("a socket that somebody answers is left alone", async (context) => {
  const path = socketPath(context);
  await using app = armature().get("/", () => "first");
  await app.listen({ path });
  assert.equal(await refusal({ path }), "E_SOCKET_IN_USE");
  assert.equal(await get({ socketPath: path }), "first");
});

test("a file that is no socket is left alone", async (context) => {
  const path = socketPath(context);
  writeFileSync(path, "precious");
  assert.equal(await refusal({ path }), "E_SOCKET_IN_USE");
  assert.equal(statSync(path).size, 8);
});

test("a folder that is not there is a refusal with a code", async (context) => {
  assert.equal(await refusal({ path: `${socketPath(context)}/a.sock` }), "E_SOCKET_FORBIDDEN");
});

test("an abstract name needs no file", { skip: process.platform !== "linux" }, async () => {
  const path = `\0armature-${process.pid}`;
  await using app = armature().get("/", () => "abstract");
  assert.deepEqual(await app.listen({ path }), { host: "", port: 0, path, url: `unix:@${path.slice(1)}` });
  assert.equal(await refusal({ path }), "E_SOCKET_IN_USE");
  assert.equal(await get({ socketPath: path }), "abstract");
});

test("a listening socket is inherited by its descriptor, as from systemd", async (context) => {
  const server = await boundServer(context);
  const { port } = server.address() as AddressInfo; // it listens
  using program = listenProgram({ options: { fd: 3 } }, ["ignore", "pipe", "inherit", descriptorOf(server)]);
  server.close();
  assert.deepEqual(await program.until("ready", 1), [`http://127.0.0.1:${port}`]);
  assert.equal(await get({ port }), `pid ${program.child.pid}`);
  await program.end("SIGTERM");
});

test("a Unix domain socket that is inherited by its descriptor has peers like any other", async (context) => {
  const path = socketPath(context);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(path, resolve));
  using program = listenProgram({ options: { fd: 3 } }, ["ignore", "pipe", "inherit", descriptorOf(server)]);
  // The server that made the file takes it with it.
  const kept = `${path}-kept`;
  linkSync(path, kept);
  server.close();
  await program.until("ready", 1);
  assert.deepEqual(JSON.parse(await get({ socketPath: kept, path: "/peer" })), {
    peer: { address: "", port: 0, secure: false, unix: true },
  });
  await program.end("SIGTERM");
});

test("workers of a cluster share a socket that the primary inherited", async (context) => {
  const server = await boundServer(context);
  const { port } = server.address() as AddressInfo; // it listens
  const stdio = ["ignore", "pipe", "inherit", descriptorOf(server)] as const;
  using program = listenProgram({ options: { fd: 3 }, workers: 2 }, [...stdio]);
  server.close();
  await program.until("ready", 2);
  const pids = new Set<string>();
  for (let count = 0; count < 4; count++) pids.add(await get({ port }));
  assert.equal(pids.size, 2);
  await program.end("SIGTERM");
});

test("a listening server is taken over from the parent process", async (context) => {
  const server = await boundServer(context);
  const { port } = server.address() as AddressInfo; // it listens
  using program = listenProgram({ takesHandle: true }, ["ignore", "pipe", "inherit", "ipc"]);
  program.child.send("server", server);
  assert.deepEqual(await program.until("ready", 1), [`http://127.0.0.1:${port}`]);
  server.close();
  assert.equal(await get({ port }), `pid ${program.child.pid}`);
  await program.end("SIGTERM");
});

test("what is no listening socket is refused", async (context) => {
  assert.equal(await refusal({ fd: 9999 }), "E_FD_INVALID");
  assert.equal(await refusal({ handle: {} }), "E_HANDLE_INVALID");
  const path = socketPath(context);
  assert.equal(await refusal({ path, port: 80 }), "E_OPTION_CONFLICT");
});

test("workers of a cluster share a port and a Unix domain socket", async (context) => {
  const path = socketPath(context);
  for (const options of [{ port: 0 }, { path, mode: 0o600 }]) {
    using program = listenProgram({ options, workers: 2 });
    const urls = await program.until("ready", 2);
    assert.equal(new Set(urls).size, 1);
    const where = "path" in options ? { socketPath: path } : { port: Number(new URL(urls[0] ?? "").port) };
    const pids = new Set<string>();
    for (let count = 0; count < 4; count++) pids.add(await get(where));
    assert.equal(pids.size, 2);
    if ("path" in options) assert.equal(statSync(path).mode & 0o777, 0o600);
    await program.end("SIGTERM");
  }
});

test(
  "several listeners of one port share it where the system can",
  { skip: process.platform !== "linux" },
  async () => {
    await using first = armature().get("/", () => "one of two");
    await using second = armature().get("/", () => "one of two");
    const { port } = await first.listen({ port: 0, reusePort: true });
    await second.listen({ port, reusePort: true });
    assert.equal(await get({ port }), "one of two");
  },
);

test("IPv6 alone leaves the port of IPv4 free", async (context) => {
  await using six = armature().get("/", () => "six");
  const listening = await six.listen({ port: 0, host: "::", ipv6Only: true }).catch((error: unknown) => {
    if (error instanceof ArmatureError && error.code === "E_HOST_INVALID") return null;
    throw error;
  });
  if (listening === null) return context.skip("this machine has no IPv6");
  await using four = armature().get("/", () => "four");
  await four.listen({ port: listening.port, host: "0.0.0.0" });
  assert.equal(await get({ port: listening.port }), "four");
});
