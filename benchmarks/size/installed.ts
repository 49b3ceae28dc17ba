import { execFileSync } from "node:child_process";
import { globSync, lstatSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");
const PEERS = join(import.meta.dirname, "../http/peers/package.json");

/** What has to be installed for a server; versions are those of the http suite. */
const SERVERS: Readonly<Record<string, readonly string[]>> = {
  armature: ["armature"],
  fastify: ["fastify"],
  hono: ["hono", "@hono/node-server"],
  express: ["express"],
  nest: ["@nestjs/common", "@nestjs/core", "@nestjs/platform-fastify", "reflect-metadata", "rxjs"],
  elysia: ["elysia"],
};

/** The servers that can be installed. */
export const INSTALLABLE: readonly string[] = Object.keys(SERVERS);

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Installs a server into an empty folder, as npm does it in production, and counts what lies there. */
export function installedSize(server: string): Record<string, number> {
  const folder = mkdtempSync(join(tmpdir(), "armature-installed-"));
  try {
    writeFileSync(join(folder, "package.json"), '{"private":true}');
    const wanted = server === "armature" ? packAll(folder, "armature") : fromRegistry(SERVERS[server] ?? []);
    npm(folder, ["install", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", ...wanted]);
    const files = globSync("node_modules/**", { cwd: folder, exclude: ["node_modules/.package-lock.json"] })
      .map((file) => lstatSync(join(folder, file)))
      .filter((entry) => entry.isFile());
    return {
      "bytes installed": files.reduce((sum, { size }) => sum + size, 0),
      files: files.length,
      packages: globSync(["node_modules/*/package.json", "node_modules/@*/*/package.json"], { cwd: folder })
        .length,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function fromRegistry(names: readonly string[]): string[] {
  const { dependencies = {} } = readManifest(PEERS);
  return names.map((name) => `${name}@${dependencies[name] ?? "latest"}`);
}

/** The packages of this repository that one of them needs, as the files that npm would publish. */
function packAll(folder: string, name: string): string[] {
  const own = new Map(
    globSync("packages/*/package.json", { cwd: ROOT }).map((file) => {
      const manifest = readManifest(join(ROOT, file));
      return [manifest.name, { manifest, folder: join(ROOT, dirname(file)) }] as const;
    }),
  );
  const needed = new Set([name]);
  for (const one of needed)
    for (const other of Object.keys(own.get(one)?.manifest.dependencies ?? {}))
      if (own.has(other)) needed.add(other);
  return [...needed].map((one) => {
    const packed = npm(own.get(one)?.folder ?? ROOT, ["pack", "--json", `--pack-destination=${folder}`]);
    const [{ filename = "" } = {}] = JSON.parse(packed) as { filename?: string }[]; // npm's own format
    return join(folder, filename);
  });
}

function readManifest(file: string): Manifest {
  return JSON.parse(readFileSync(file, "utf8")) as Manifest;
}

function npm(folder: string, args: readonly string[]): string {
  return execFileSync("npm", args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}
