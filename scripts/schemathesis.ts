/**
 * Holds the quickstart against its own OpenAPI document with schemathesis, which makes up requests that fit it and requests that do
 * not, and checks every answer.
 *
 *     npm run schemathesis [-- --max-examples=100 --seed=1]
 *
 * Needs python3; schemathesis itself is installed from PyPI into node_modules/.cache. The stream of events is left out: it lasts as
 * long as its query says.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";

const VERSION = "4.32.5";
const ROOT = join(import.meta.dirname, "..");
const HOME = join(ROOT, "node_modules/.cache", `schemathesis-${VERSION}`);
const PROGRAM = join(HOME, "bin/schemathesis");
/** Goes with every request, so that what is behind the guard answers; schemathesis leaves it out itself where it tests the guard. */
const TOKEN = "admin-token-of-schemathesis";

const { values: flags } = parseArgs({
  options: { "max-examples": { type: "string", default: "50" }, seed: { type: "string", default: "1" } },
});

async function main(): Promise<number> {
  install();
  const uploads = mkdtempSync(join(tmpdir(), "quickstart-"));
  const server = spawn(process.execPath, [join(ROOT, "examples/quickstart/dist/main.js")], {
    env: { ...process.env, PORT: "0", UPLOAD_DIR: uploads, ADMIN_TOKEN: TOKEN },
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    return await check(await urlOf(server));
  } finally {
    server.kill("SIGTERM");
    await once(server, "exit");
    rmSync(uploads, { recursive: true });
  }
}

function install(): void {
  if (existsSync(PROGRAM)) return;
  run("python3", "-m", "venv", HOME);
  run(join(HOME, "bin/pip"), "install", "--quiet", `schemathesis==${VERSION}`);
}

function run(command: string, ...args: readonly string[]): void {
  const { status } = spawnSync(command, args, { stdio: "inherit" });
  if (status !== 0)
    throw new Error(`${command} ${args.join(" ")} failed; python3 with venv and pip is needed.`);
}

/** The log behind that line is read too, because a server whose output nobody takes has to wait. */
async function urlOf({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error("The server has no output.");
  const { promise, resolve } = Promise.withResolvers<string>();
  createInterface(stdout).on("line", (line) => {
    const url = /ready at (\S+)$/.exec(line)?.[1];
    if (url !== undefined) resolve(url);
  });
  return await promise;
}

async function check(url: string): Promise<number> {
  const { "max-examples": examples, seed } = flags;
  const token = ["--header", `Authorization: Bearer ${TOKEN}`];
  const options = ["--exclude-path", "/api/events", "--max-examples", examples, "--seed", seed, ...token];
  const program = spawn(PROGRAM, ["run", `${url}/openapi.json`, ...options], {
    stdio: ["ignore", "inherit", "inherit"],
    cwd: tmpdir(),
    timeout: 20 * 60_000,
  });
  const [code] = (await once(program, "exit")) as [number | null];
  return code ?? 1;
}

process.exitCode = await main();
