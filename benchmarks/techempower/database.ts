import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, globSync, mkdtempSync, rmSync, chownSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FORTUNES, WORLDS } from "./rules.ts";

const START_MS = 30_000;

/** A PostgreSQL of this run, with the tables of the tests. */
export interface Database {
  readonly url: string;
  readonly pid: number;
  /** Runs a statement, and gives its rows as lines with fields between bars. */
  query(sql: string): string[];
  stop(): void;
}

/**
 * Starts a server of its own on a free port, in a folder that is removed at the end. Root starts it as the user `postgres`, because it
 * refuses to run as root.
 * @throws Error where PostgreSQL is not installed, or does not start
 */
export async function startDatabase(): Promise<Database> {
  const bin = findPrograms();
  const owner = ownerOf();
  const folder = mkdtempSync(join(tmpdir(), "armature-postgres-"));
  if (owner !== null) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, "data");
  try {
    execFileSync(
      join(bin, "initdb"),
      ["-D", data, "-U", "bench", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"],
      { ...owner, cwd: folder, stdio: "ignore" },
    );
    const port = await freePort();
    const child = spawn(join(bin, "postgres"), ["-D", data, "-p", String(port), ...settings(folder)], {
      ...owner,
      cwd: folder,
      stdio: "ignore",
    });
    const url = `postgres://bench@127.0.0.1:${port}/postgres`;
    const query = (sql: string): string[] => runSql(bin, url, sql);
    const stop = (): void => {
      child.kill("SIGINT");
      child.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    };
    try {
      await untilReady(bin, port);
      query(schemaSql());
    } catch (error) {
      stop();
      throw error;
    }
    return { url, pid: child.pid ?? 0, query, stop };
  } catch (error) {
    if (!existsSync(join(data, "postmaster.pid"))) rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

function findPrograms(): string {
  const folders = globSync("/usr/lib/postgresql/*/bin").toSorted().toReversed();
  const found = [...folders, "/usr/local/bin", "/usr/bin"].find((folder) =>
    existsSync(join(folder, "initdb")),
  );
  if (found === undefined)
    throw new Error("PostgreSQL is not installed; on Debian: apt-get install postgresql.");
  return found;
}

function ownerOf(): { readonly uid: number; readonly gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  return { uid: idOf("-u"), gid: idOf("-g") };
}

function idOf(flag: "-u" | "-g"): number {
  return Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout.trim());
}

/** A crash loses what was written last: the disk is not what is measured. */
function settings(folder: string): string[] {
  const values = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: folder,
    max_connections: "100",
    shared_buffers: "256MB",
    fsync: "off",
    synchronous_commit: "off",
    full_page_writes: "off",
  };
  return Object.entries(values).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  await new Promise((resolve) => void server.close(resolve));
  return port;
}

async function untilReady(bin: string, port: number): Promise<void> {
  const deadline = Date.now() + START_MS;
  for (;;) {
    const { status } = spawnSync(join(bin, "pg_isready"), ["-q", "-h", "127.0.0.1", "-p", String(port)]);
    if (status === 0) return;
    if (Date.now() > deadline) throw new Error(`PostgreSQL did not start in ${START_MS} ms.`);
    await new Promise((resolve) => void setTimeout(resolve, 100));
  }
}

function runSql(bin: string, url: string, sql: string): string[] {
  const args = ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", url];
  const text = execFileSync(join(bin, "psql"), args, { input: sql, encoding: "utf8" });
  return text.split("\n").filter((line) => line !== "");
}

function schemaSql(): string {
  const fortunes = FORTUNES.map((message, at) => `(${at + 1}, '${message.replaceAll("'", "''")}')`);
  return [
    "CREATE TABLE world (id integer PRIMARY KEY, randomnumber integer NOT NULL);",
    `INSERT INTO world SELECT id, 1 + floor(random() * ${WORLDS})::int FROM generate_series(1, ${WORLDS}) id;`,
    "CREATE TABLE fortune (id integer PRIMARY KEY, message varchar(2048) NOT NULL);",
    `INSERT INTO fortune VALUES ${fortunes.join(", ")};`,
    "ANALYZE;",
  ].join("\n");
}
