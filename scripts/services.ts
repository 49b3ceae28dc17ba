import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** A command that tests start, and the Debian package that has it. */
export interface Service {
  readonly command: string;
  readonly debian: string;
  /** What the tests need it for. */
  readonly why: string;
  /** Folders beside PATH where Debian puts it. */
  readonly folders?: readonly string[];
}

/** What this machine allows. */
export interface Machine {
  readonly isRoot: boolean;
  readonly isDebian: boolean;
  /** Nobody is there to read a warning: what is missing fails. */
  readonly isCi: boolean;
  has(service: Service): boolean;
  install(packages: readonly string[]): boolean;
}

/** Every command that tests need beside Node. */
export const SERVICES: readonly Service[] = [
  { command: "curl", debian: "curl", why: "a foreign HTTP client speaks to the engines" },
  { command: "chromium", debian: "chromium", why: "the client runs in a real browser" },
  { command: "redis-server", debian: "redis-server", why: "rooms reach other processes through Redis" },
  { command: "slowhttptest", debian: "slowhttptest", why: "slow clients attack a server" },
  {
    command: "h2load",
    debian: "nghttp2-client",
    why: "many streams of HTTP/2 at once, from a foreign client",
  },
  { command: "wrk", debian: "wrk", why: "servers are loaded" },
  {
    command: "haproxy",
    debian: "haproxy",
    why: "a foreign proxy tells of its clients",
    folders: ["/usr/sbin"],
  },
];

/** The result of {@link ensureServices}. */
export interface ServicesReport {
  readonly ok: boolean;
  readonly lines: readonly string[];
}

/** Installs what is missing where that is possible, and says what is missing where it is not. */
export function ensureServices(services: readonly Service[], machine: Machine): ServicesReport {
  const missing = services.filter((service) => !machine.has(service));
  if (missing.length === 0) return { ok: true, lines: [`all there: ${commands(services)}`] };
  if (canInstall(machine) && machine.install(missing.map(({ debian }) => debian))) {
    const still = missing.filter((service) => !machine.has(service));
    if (still.length === 0) return { ok: true, lines: [`installed: ${commands(missing)}`] };
    return { ok: !machine.isCi, lines: still.map(missingLine) };
  }
  return { ok: !machine.isCi, lines: missing.map(missingLine) };
}

function canInstall({ isRoot, isDebian }: Machine): boolean {
  return isRoot && isDebian;
}

function commands(services: readonly Service[]): string {
  return services.map(({ command }) => command).join(", ");
}

function missingLine({ command, debian, why }: Service): string {
  return `missing: ${command} (${why}); on Debian: apt-get install ${debian}`;
}

/** The machine that this process runs on. */
export const thisMachine: Machine = {
  isRoot: process.getuid?.() === 0,
  isDebian: existsSync("/etc/debian_version"),
  isCi: process.env.CI === "true",
  has: ({ command, folders = [] }) =>
    [...(process.env.PATH ?? "").split(delimiter), ...folders].some((folder) =>
      isExecutable(join(folder, command)),
    ),
  install: (packages) =>
    aptGet("install", "-y", "--no-install-recommends", ...packages) ||
    (aptGet("update") && aptGet("install", "-y", "--no-install-recommends", ...packages)),
};

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function aptGet(...args: string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return spawnSync("apt-get", ["-qq", ...args], { env, stdio: "inherit" }).status === 0;
}
